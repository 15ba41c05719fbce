// weft-widen-floats: a module computes in f64 instead of f32.
#include "weft/Transform.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;

namespace weft {
#define GEN_PASS_DEF_WEFTWIDENFLOATS
#include "weft/TransformPasses.h.inc"
} // namespace weft

static APFloat widened(APFloat value) {
  bool inexact;
  value.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &inexact);
  return value;
}

/// Types and the attributes that carry values of them.
static AttrTypeReplacer makeReplacer(MLIRContext *context) {
  AttrTypeReplacer replacer;
  Type wide = Float64Type::get(context);
  replacer.addReplacement([=](Float32Type) { return wide; });
  replacer.addReplacement([=](DenseElementsAttr attr) -> std::optional<Attribute> {
    if (!attr.getElementType().isF32())
      return std::nullopt;
    return attr.mapValues(wide, [](const APFloat &value) {
      return widened(value).bitcastToAPInt();
    });
  });
  return replacer;
}

/// Attributes of scale operands stay f32; they are parameters, not values.
static void replaceIn(Operation *op, AttrTypeReplacer &replacer) {
  bool isConstant = op->hasTrait<OpTrait::ConstantLike>();
  for (NamedAttribute named : llvm::to_vector(op->getAttrs())) {
    Attribute attr = named.getValue(), wide;
    auto number = dyn_cast<FloatAttr>(attr);
    if (!number)
      wide = replacer.replace(attr);
    else if (isConstant && number.getType().isF32())
      wide = FloatAttr::get(Float64Type::get(op->getContext()),
                            widened(number.getValue()));
    if (wide && wide != attr)
      op->setAttr(named.getName(), wide);
  }
  for (OpResult result : op->getResults())
    result.setType(replacer.replace(result.getType()));
  for (Region &region : op->getRegions())
    for (BlockArgument argument : region.getArguments())
      argument.setType(replacer.replace(argument.getType()));
}

namespace {

class WidenFloats : public weft::impl::WeftWidenFloatsBase<WidenFloats> {
public:
  using Base::Base;

  void runOnOperation() override {
    AttrTypeReplacer replacer = makeReplacer(&getContext());
    SmallVector<Operation *> identities;
    WalkResult result = getOperation().walk([&](Operation *op) {
      if (isa<arith::BitcastOp>(op)) {
        op->emitError("cannot widen the bits of a float");
        return WalkResult::interrupt();
      }
      replaceIn(op, replacer);
      if (isa<arith::ExtFOp, arith::TruncFOp>(op))
        identities.push_back(op);
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      return signalPassFailure();
    // A conversion between f32 and f64 has become one of f64 to itself.
    for (Operation *op : identities) {
      if (op->getOperand(0).getType() != op->getResult(0).getType())
        continue;
      op->getResult(0).replaceAllUsesWith(op->getOperand(0));
      op->erase();
    }
  }
};

} // namespace
