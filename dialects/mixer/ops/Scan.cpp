#include "dialects/mixer/Mixer.h"
#include "dialects/mixer/Shapes.h"
#include "dialects/mixer/Tiles.h"

#include "mlir/Dialect/Utils/StructuredOpsUtils.h"

using namespace mlir;
using namespace weft::mixer;

LogicalResult ScanOp::verify() {
  NamedTensor q{"q", getQ()}, k{"k", getK()}, v{"v", getV()},
      decay{"decay", getDecay()}, out{"out", getOut()};
  NamedTensor tensors[] = {q, k, v, decay, out};
  for (const NamedTensor &tensor : {q, k, v, out})
    if (failed(verifyStatic(*this, tensor, {2, 3})))
      return failure();
  if (failed(verifyOneElementType(*this, tensors)) ||
      failed(verifyAxisAgrees(*this, "batch size", 0, tensors)) ||
      failed(verifyAxisAgrees(*this, "number of tokens", 1, tensors)) ||
      failed(verifyAxisAgrees(*this, "key size", 3, {q, k})) ||
      failed(verifyAxisAgrees(*this, "value size", 3, {v, out})) ||
      failed(verifyAxisAgrees(*this, "number of heads", 2, {decay, out})))
    return failure();
  for (const NamedTensor &tensor : {q, k, v})
    if (failed(verifyHeadsDivide(*this, tensor, out.size(2))))
      return failure();
  auto state = RankedTensorType::get(
      {out.size(0), out.size(2), k.size(3), v.size(3)},
      accumulatorType(out.type().getElementType()));
  if (failed(verifyType(*this, "a state", getState().getType(), state)))
    return failure();
  return verifyFiniteScale(*this, getScale());
}

MutableOperandRange ScanOp::getDpsInitsMutable() {
  return MutableOperandRange(*this, getOutMutable().getOperandNumber(), 2);
}

//===-- tiles over batch, heads and value columns --------------------------===//

SmallVector<utils::IteratorType> ScanOp::getLoopIteratorTypes() {
  return SmallVector<utils::IteratorType>(3, utils::IteratorType::parallel);
}

SmallVector<Range> ScanOp::getIterationDomain(OpBuilder &builder) {
  return axisRanges(builder, getLoc(), getOut(), {0, 2, 3});
}

/// The tile of y [B, T, H, V] or the state [B, H, K, V].
static TensorTile resultTile(unsigned result, ArrayRef<OpFoldResult> offsets,
                             ArrayRef<OpFoldResult> sizes) {
  AxisTile batch{offsets[0], sizes[0]}, heads{offsets[1], sizes[1]},
      columns{offsets[2], sizes[2]};
  if (result == 0)
    return {batch, {}, heads, columns};
  return {batch, heads, {}, columns};
}

FailureOr<TilingResult>
ScanOp::getTiledImplementation(OpBuilder &builder,
                               ArrayRef<OpFoldResult> offsets,
                               ArrayRef<OpFoldResult> sizes) {
  AxisTile batch{offsets[0], sizes[0]}, heads{offsets[1], sizes[1]},
      columns{offsets[2], sizes[2]};
  int64_t total = NamedTensor{"out", getOut()}.size(2);
  SmallVector<Value> slices;
  auto slice = [&](Value tensor, ArrayRef<AxisTile> tile) {
    slices.push_back(sliceTile(builder, getLoc(), tensor, tile));
  };
  const std::pair<Value, AxisTile> shared[] = {
      {getQ(), {}}, {getK(), {}}, {getV(), columns}};
  for (auto [tensor, features] : shared) {
    FailureOr<AxisTile> group =
        sharedHeads(builder, *this, heads, total,
                    NamedTensor{"", tensor}.size(2));
    if (failed(group))
      return failure();
    slice(tensor, {batch, {}, *group, features});
  }
  slice(getOut(), resultTile(0, offsets, sizes));
  slice(getState(), resultTile(1, offsets, sizes));
  if (getDecay())
    slice(getDecay(), {batch, {}, heads});
  ValueRange inits = ArrayRef<Value>(slices).slice(3, 2);
  Operation *tiled = mlir::clone(builder, *this, inits.getTypes(), slices);
  return tilingResult(tiled, slices);
}

LogicalResult ScanOp::getResultTilePosition(
    OpBuilder &builder, unsigned result, ArrayRef<OpFoldResult> offsets,
    ArrayRef<OpFoldResult> sizes, SmallVector<OpFoldResult> &resultOffsets,
    SmallVector<OpFoldResult> &resultSizes) {
  resolveTile(builder, getLoc(), result == 0 ? getOut() : getState(),
              resultTile(result, offsets, sizes), resultOffsets, resultSizes);
  return success();
}
