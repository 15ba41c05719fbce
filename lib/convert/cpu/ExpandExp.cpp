// Exponentials of f32 as polynomials, scalar and vector alike.
#include "weft/Convert.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace weft {
#define GEN_PASS_DEF_EXPANDEXP
#include "weft/ConvertPasses.h.inc"
} // namespace weft

using namespace mlir;

namespace {
/// Builds the expansion of one exp or exp2 at its place.
struct ExpExpander {
  ImplicitLocOpBuilder b;
  Type type, intType;

  explicit ExpExpander(Operation *op)
      : b(op->getLoc(), op), type(op->getResult(0).getType()),
        intType(b.getI32Type()) {
    if (auto vector = dyn_cast<VectorType>(type))
      intType = vector.clone(b.getI32Type());
  }

  Value constant(double value) { return splat(type, b.getF32FloatAttr(value)); }
  Value constant(int32_t value) {
    return splat(intType, b.getI32IntegerAttr(value));
  }
  Value splat(Type type, TypedAttr element) {
    if (auto vector = dyn_cast<VectorType>(type))
      return arith::ConstantOp::create(b, DenseElementsAttr::get(vector, element));
    return arith::ConstantOp::create(b, element);
  }
  Value fma(Value x, Value y, Value z) {
    return math::FmaOp::create(b, x, y, z);
  }
  Value polynomial(Value r, ArrayRef<double> coefficients);
  Value scale(Value p, Value rounder, Value x, double lowest, double overflow);
  Value exp(Value x);
  Value exp2(Value x);
};
} // namespace

/// Added to |t| < 2^22, leaves round(t) in the low bits of the sum.
static constexpr double roundingShift = 12582912.0; // 1.5 * 2^23

/// Coefficients from the highest power down.
Value ExpExpander::polynomial(Value r, ArrayRef<double> coefficients) {
  Value p = constant(coefficients.front());
  for (double c : coefficients.drop_front())
    p = fma(p, r, constant(c));
  return p;
}

/// p 2^n by an addition to p's exponent; 0 for x < lowest, x + inf (infinity,
/// or NaN) unless x < overflow.
Value ExpExpander::scale(Value p, Value shifted, Value x, double lowest,
                         double overflow) {
  Value n = arith::ShLIOp::create(b, arith::BitcastOp::create(b, intType, shifted),
                                  constant(int32_t(23)));
  Value bits = arith::AddIOp::create(
      b, arith::BitcastOp::create(b, intType, p), n);
  Value y = arith::BitcastOp::create(b, type, bits);
  Value tiny = arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, x,
                                     constant(lowest));
  y = arith::SelectOp::create(b, tiny, constant(0.0), y);
  Value fits = arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, x,
                                     constant(overflow));
  Value infinite = arith::AddFOp::create(
      b, x, constant(std::numeric_limits<double>::infinity()));
  return arith::SelectOp::create(b, fits, y, infinite);
}

/// 2^x = 2^n 2^r, n = round(x), |r| <= 1/2: minimax, relative error 2e-9.
Value ExpExpander::exp2(Value x) {
  Value shift = constant(roundingShift);
  Value shifted = arith::AddFOp::create(b, x, shift);
  Value n = arith::SubFOp::create(b, shifted, shift);
  Value p = polynomial(arith::SubFOp::create(b, x, n),
                       {0.0001534581242594868, 0.0013399930903688073,
                        0.009618489071726799, 0.05550328642129898,
                        0.24022646248340607, 0.6931471824645996, 1.0});
  return scale(p, shifted, x, -126.0, 128.0);
}

/// e^x = 2^n e^r, n = round(x log2 e), r = x - n ln 2 with ln 2 in two parts.
Value ExpExpander::exp(Value x) {
  Value shift = constant(roundingShift);
  Value shifted = fma(x, constant(1.4426950408889634), shift);
  Value n = arith::SubFOp::create(b, shifted, shift);
  Value r = fma(n, constant(-0.693359375), x);
  r = fma(n, constant(2.12194440e-4), r);
  Value p = polynomial(r, {0.0013836808502674103, 0.00837484560906887,
                           0.041668228805065155, 0.16666419804096222,
                           0.49999991059303284, 1.0, 1.0});
  return scale(p, shifted, x, -87.33654475, 88.7228394);
}

namespace {
struct ExpandExpPass : weft::impl::ExpandExpBase<ExpandExpPass> {
  using Base::Base;

  void expandExponentials() {
    SmallVector<Operation *> ops;
    getOperation().walk([&](Operation *op) {
      if (isa<math::ExpOp, math::Exp2Op>(op) &&
          getElementTypeOrSelf(op->getResult(0)).isF32())
        ops.push_back(op);
    });
    for (Operation *op : ops) {
      ExpExpander expander(op);
      Value x = op->getOperand(0);
      op->getResult(0).replaceAllUsesWith(
          isa<math::ExpOp>(op) ? expander.exp(x) : expander.exp2(x));
      op->erase();
    }
  }

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateMathPolynomialApproximationPatterns(patterns, [](StringRef name) {
      return name == math::LogOp::getOperationName() ||
             name == math::Log1pOp::getOperationName() ||
             name == math::ExpM1Op::getOperationName() ||
             name == math::TanhOp::getOperationName() ||
             name == math::ErfOp::getOperationName();
    });
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();
    expandExponentials();
  }
};
} // namespace
