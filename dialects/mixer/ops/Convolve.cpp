#include "dialects/mixer/Mixer.h"
#include "dialects/mixer/Shapes.h"
#include "dialects/mixer/Tiles.h"

#include "mlir/Dialect/Utils/StructuredOpsUtils.h"

using namespace mlir;
using namespace weft::mixer;

/// The lags of a convolution that carries state are not negative, and its
/// window has as many tokens as it looks back.
static LogicalResult verifyLookBack(ConvolveOp op) {
  NamedTensor taps{"taps", op.getTaps()}, out{"out", op.getOut()};
  int64_t first = op.getFirstLag();
  if (first < 0)
    return op.emitOpError("expects a first lag of at least 0 where there is a "
                          "window, got ")
           << first;
  int64_t rows = ShapedType::kDynamic;
  if (!op.getLength()) {
    if (ShapedType::isDynamic(taps.size(1)))
      return op.emitOpError("expects a known number of taps for a window "
                            "without a length, got ")
             << taps.type();
    rows = first + taps.size(1) - 1;
  }
  RankedTensorType expected =
      out.type().clone({out.size(0), rows, out.size(2), out.size(3)});
  return verifyType(op, "a window", op.getWindow().getType(), expected);
}

/// The window [B, W, H, D] is there on both sides or on none, and forward
/// convolutions only have one.
static LogicalResult verifyWindow(ConvolveOp op) {
  if (bool(op.getWindow()) != bool(op.getNewWindow()))
    return op.emitOpError("expects a window after the last token if and only "
                          "if there is one before the first");
  if (!op.getWindow())
    return op.getLength() ? op.emitOpError("expects a window for its length")
                          : success();
  if (op.getReverse())
    return op.emitOpError("expects no window in reverse, where rows need "
                          "tokens that are still to come");
  if (failed(verifyLookBack(op)))
    return failure();
  return verifyType(op, "a window after the last token",
                    op.getNewWindow().getType(),
                    cast<RankedTensorType>(op.getWindow().getType()));
}

LogicalResult ConvolveOp::verify() {
  NamedTensor taps{"taps", getTaps()}, x{"x", getX()}, out{"out", getOut()};
  if (failed(verifyStatic(*this, taps, {0})) ||
      failed(verifyStatic(*this, x, {2, 3})) ||
      failed(verifyOneElementType(*this, {taps, x, out})) ||
      failed(verifyType(*this, "outs", out.type(), x.type())) ||
      failed(verifyAgree(*this, "number of heads", {taps.size(0), x.size(2)})))
    return failure();
  if (taps.size(1) == 0)
    return emitOpError("expects at least one tap, got ") << taps.type();
  return verifyWindow(*this);
}

MutableOperandRange ConvolveOp::getDpsInitsMutable() {
  return MutableOperandRange(*this, getOutMutable().getOperandNumber(),
                             getWindow() ? 2 : 1);
}

//===-- tiles over batch, heads and columns --------------------------------===//

SmallVector<utils::IteratorType> ConvolveOp::getLoopIteratorTypes() {
  return SmallVector<utils::IteratorType>(3, utils::IteratorType::parallel);
}

SmallVector<Range> ConvolveOp::getIterationDomain(OpBuilder &builder) {
  return axisRanges(builder, getLoc(), getOut(), {0, 2, 3});
}

/// The tile of x, y and window, all [B, ..., H, D].
static TensorTile channelTile(ArrayRef<OpFoldResult> offsets,
                              ArrayRef<OpFoldResult> sizes) {
  return {{offsets[0], sizes[0]},
          {},
          {offsets[1], sizes[1]},
          {offsets[2], sizes[2]}};
}

FailureOr<TilingResult>
ConvolveOp::getTiledImplementation(OpBuilder &builder,
                                   ArrayRef<OpFoldResult> offsets,
                                   ArrayRef<OpFoldResult> sizes) {
  SmallVector<Value> slices = {sliceTile(builder, getLoc(), getTaps(),
                                         {{offsets[1], sizes[1]}, {}})};
  for (Value tensor : {getX(), getOut(), getWindow()})
    if (tensor)
      slices.push_back(
          sliceTile(builder, getLoc(), tensor, channelTile(offsets, sizes)));
  SmallVector<Type> types =
      llvm::to_vector(ValueRange(slices).drop_front(2).getTypes());
  SmallVector<Value> operands = slices;
  if (getLength())
    operands.push_back(getLength());
  Operation *tiled = mlir::clone(builder, *this, types, operands);
  return tilingResult(tiled, slices);
}

LogicalResult ConvolveOp::getResultTilePosition(
    OpBuilder &builder, unsigned result, ArrayRef<OpFoldResult> offsets,
    ArrayRef<OpFoldResult> sizes, SmallVector<OpFoldResult> &resultOffsets,
    SmallVector<OpFoldResult> &resultSizes) {
  resolveTile(builder, getLoc(), result == 0 ? getOut() : getWindow(),
              channelTile(offsets, sizes), resultOffsets, resultSizes);
  return success();
}
