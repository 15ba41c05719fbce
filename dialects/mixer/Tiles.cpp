#include "dialects/mixer/Tiles.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

#include <algorithm>

using namespace mlir;
using namespace weft::mixer;

FailureOr<AxisTile> weft::mixer::sharedHeads(OpBuilder &builder, Operation *op,
                                             AxisTile heads, int64_t total,
                                             int64_t shared) {
  int64_t group = total / shared;
  if (group == 1)
    return heads;
  if (shared == 1)
    return AxisTile{builder.getIndexAttr(0), builder.getIndexAttr(1)};
  std::optional<int64_t> size = getConstantIntValue(heads.size);
  if (!size || (group % *size != 0 && *size % group != 0)) {
    InFlightDiagnostic error =
        op->emitOpError("expects a head tile that divides the group of ")
        << group << " heads or is a multiple of it, got ";
    if (size)
      return error << *size;
    return error << "one of unknown size";
  }
  AffineExpr head = builder.getAffineDimExpr(0);
  OpFoldResult offset = affine::makeComposedFoldedAffineApply(
      builder, op->getLoc(), head.floorDiv(group), {heads.offset});
  return AxisTile{offset, builder.getIndexAttr(std::max<int64_t>(
                              1, *size / group))};
}

void weft::mixer::resolveTile(OpBuilder &builder, Location loc, Value tensor,
                              ArrayRef<AxisTile> tile,
                              SmallVectorImpl<OpFoldResult> &offsets,
                              SmallVectorImpl<OpFoldResult> &sizes) {
  offsets.clear();
  sizes.clear();
  for (auto [axis, part] : llvm::enumerate(tile)) {
    offsets.push_back(part.size ? part.offset
                                : OpFoldResult(builder.getIndexAttr(0)));
    sizes.push_back(part.size
                        ? part.size
                        : tensor::getMixedSize(builder, loc, tensor, axis));
  }
}

Value weft::mixer::sliceTile(OpBuilder &builder, Location loc, Value tensor,
                             ArrayRef<AxisTile> tile) {
  SmallVector<OpFoldResult> offsets, sizes;
  resolveTile(builder, loc, tensor, tile, offsets, sizes);
  SmallVector<OpFoldResult> strides(tile.size(), builder.getIndexAttr(1));
  return tensor::ExtractSliceOp::create(builder, loc, tensor, offsets, sizes,
                                        strides);
}

SmallVector<Range> weft::mixer::axisRanges(OpBuilder &builder, Location loc,
                                           Value tensor,
                                           ArrayRef<int64_t> axes) {
  SmallVector<Range> ranges;
  for (int64_t axis : axes)
    ranges.push_back({builder.getIndexAttr(0),
                      tensor::getMixedSize(builder, loc, tensor, axis),
                      builder.getIndexAttr(1)});
  return ranges;
}

TilingResult weft::mixer::tilingResult(Operation *tiled, ValueRange slices) {
  TilingResult result;
  result.tiledOps = {tiled};
  result.tiledValues.assign(tiled->result_begin(), tiled->result_end());
  for (Value slice : slices)
    result.generatedSlices.push_back(slice.getDefiningOp());
  return result;
}
