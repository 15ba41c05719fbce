// Products that are added to something are not rounded on the way.
#include "weft/Convert.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"

namespace weft {
#define GEN_PASS_DEF_FUSEMULTIPLYADD
#include "weft/ConvertPasses.h.inc"
} // namespace weft

using namespace mlir;

static bool isFused(Type type) {
  Type element = getElementTypeOrSelf(type);
  return element.isF32() || element.isF64();
}

/// The product that only `sum` reads. A quotient times a number may be one of
/// the elementary functions, which are known by their spelling.
static arith::MulFOp productIn(Value value) {
  auto product = value.getDefiningOp<arith::MulFOp>();
  if (!product || !product->hasOneUse() ||
      product.getLhs().getDefiningOp<arith::DivFOp>() ||
      product.getRhs().getDefiningOp<arith::DivFOp>())
    return nullptr;
  return product;
}

static void replace(Operation *sum, arith::MulFOp product, Value factor,
                    Value other) {
  OpBuilder builder(sum);
  Value fused = math::FmaOp::create(builder, sum->getLoc(), factor,
                                    product.getRhs(), other);
  sum->getResult(0).replaceAllUsesWith(fused);
  sum->erase();
  product.erase();
}

static void fuse(arith::AddFOp sum) {
  if (auto product = productIn(sum.getRhs()))
    replace(sum, product, product.getLhs(), sum.getLhs());
  else if (auto product = productIn(sum.getLhs()))
    replace(sum, product, product.getLhs(), sum.getRhs());
}

static void fuse(arith::SubFOp difference) {
  OpBuilder builder(difference);
  Location loc = difference.getLoc();
  if (auto product = productIn(difference.getRhs())) {
    Value factor = arith::NegFOp::create(builder, loc, product.getLhs());
    replace(difference, product, factor, difference.getLhs());
  } else if (auto product = productIn(difference.getLhs())) {
    Value other = arith::NegFOp::create(builder, loc, difference.getRhs());
    replace(difference, product, product.getLhs(), other);
  }
}

namespace {
struct FuseMultiplyAddPass
    : weft::impl::FuseMultiplyAddBase<FuseMultiplyAddPass> {
  using Base::Base;
  void runOnOperation() override {
    SmallVector<Operation *> sums;
    getOperation().walk([&](Operation *op) {
      if (isa<arith::AddFOp, arith::SubFOp>(op) &&
          isFused(op->getResult(0).getType()))
        sums.push_back(op);
    });
    for (Operation *op : sums)
      if (auto sum = dyn_cast<arith::AddFOp>(op))
        fuse(sum);
      else
        fuse(cast<arith::SubFOp>(op));
  }
};
} // namespace
