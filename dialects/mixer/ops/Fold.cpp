#include "dialects/mixer/Mixer.h"

using namespace mlir;
using namespace weft::mixer;

SmallVector<Type> FoldOp::elementTypes() {
  return SmallVector<Type>(getLift().front().back().getOperandTypes());
}

/// The types of `first`, then those of `second`.
static SmallVector<Type> joined(ArrayRef<Type> first, ArrayRef<Type> second) {
  SmallVector<Type> types(first);
  llvm::append_range(types, second);
  return types;
}

static LogicalResult verifyElement(FoldOp op) {
  SmallVector<Type> element = op.elementTypes();
  if (element.empty())
    return op.emitOpError("expects an element of at least one tensor, got none "
                          "from the region 'lift'");
  for (Type type : element) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor || !tensor.hasStaticShape() ||
        !isa<FloatType>(tensor.getElementType()))
      return op.emitOpError("expects an element of float tensors of known "
                            "sizes, got ")
             << type << " from the region 'lift'";
  }
  return success();
}

LogicalResult FoldOp::verifyRegions() {
  StepwiseOpInterface op = *this;
  if (failed(verifyElement(*this)))
    return failure();
  SmallVector<Type> token = op.inSlices(), state = op.stateSlices(),
                    element = elementTypes();
  auto verify = [&](StringRef name, Region &region, ArrayRef<Type> arguments,
                    ArrayRef<Type> yielded) {
    return verifyTokenRegion(op, name, region, arguments, yielded);
  };
  if (failed(verify("lift", getLift(), token, element)) ||
      failed(
          verify("combine", getCombine(), joined(element, element), element)) ||
      failed(verify("act", getAct(), joined(state, element), state)) ||
      failed(verify("readout", getReadout(), joined(token, state),
                    op.outSlices())))
    return failure();
  return verify("one", getOne(), {}, element);
}
