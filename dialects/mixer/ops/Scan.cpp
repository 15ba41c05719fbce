#include "dialects/mixer/Mixer.h"
#include "dialects/mixer/Shapes.h"
#include "dialects/mixer/Tiles.h"
#include "dialects/mixer/Transition.h"

#include "mlir/Dialect/Utils/StructuredOpsUtils.h"

using namespace mlir;
using namespace weft::mixer;

/// With a gain the scan carries a max and gives the scale of its rows.
static LogicalResult verifyGauge(ScanOp op, const NamedTensor &out,
                                 Type element) {
  bool gained = bool(op.getGain());
  if (gained != bool(op.getMax()) || gained != bool(op.getLogScale()))
    return op.emitOpError("expects gauge (log_scale, max) exactly if there is "
                          "a gain, got ")
           << (gained ? "a gain without" : "a gauge without gain");
  size_t expected = gained ? 2 : 0;
  if (op.getGauge().size() != expected)
    return op.emitOpError("expects ")
           << expected << " results for the gauge, got "
           << op.getGauge().size();
  if (!gained)
    return success();
  auto logScale = RankedTensorType::get(
      {out.size(0), out.size(1), out.size(2)}, element);
  auto max = RankedTensorType::get({out.size(0), out.size(2)}, element);
  if (failed(verifyType(op, "log_scale", op.getLogScale().getType(),
                        logScale)) ||
      failed(verifyType(op, "max", op.getMax().getType(), max)) ||
      failed(verifyType(op, "log_scale", op.getGauge()[0].getType(),
                        cast<RankedTensorType>(op.getLogScale().getType()))))
    return failure();
  return verifyType(op, "max", op.getGauge()[1].getType(),
                    cast<RankedTensorType>(op.getMax().getType()));
}

LogicalResult ScanOp::verify() {
  NamedTensor q{"q", getQ()}, k{"k", getK()}, v{"v", getV()},
      out{"out", getOut()}, ids{"segments", getSegments()};
  Transition transition = transitionOf(*this);
  SmallVector<NamedTensor> tensors = {q, k, v, out};
  for (const NamedTensor &tensor : tensors)
    if (failed(verifyStatic(*this, tensor, {2, 3})))
      return failure();
  llvm::append_range(tensors, transition.all());
  tensors.push_back(transition.dense);
  if (failed(verifyOneElementType(*this, tensors)) ||
      failed(verifyAxisAgrees(*this, "batch size", 0, {q, k, v, out, ids})) ||
      failed(verifyAxisAgrees(*this, "number of tokens", 1,
                              {q, k, v, out, ids})) ||
      failed(verifyAxisAgrees(*this, "key size", 3, {q, k})) ||
      failed(verifyAxisAgrees(*this, "value size", 3, {v, out})) ||
      failed(verifyTransition(*this, transition, k, out.size(2),
                              getRead() == Read::Pre)))
    return failure();
  for (const NamedTensor &tensor : {q, k, v})
    if (failed(verifyHeadsDivide(*this, tensor, out.size(2))))
      return failure();
  Type element = accumulatorType(out.type().getElementType());
  auto state = RankedTensorType::get(
      {out.size(0), out.size(2), k.size(3), v.size(3)}, element);
  if (failed(verifyType(*this, "a state", getState().getType(), state)) ||
      failed(verifyGauge(*this, out, element)))
    return failure();
  return verifyFiniteScale(*this, getScale());
}

MutableOperandRange ScanOp::getDpsInitsMutable() {
  return MutableOperandRange(*this, getOutMutable().getOperandNumber(),
                             getGain() ? 4 : 2);
}

//===-- tiles over batch, heads and value columns --------------------------===//

// The scale of a row is the same for all of its columns: with a gauge, columns
// stay together.
SmallVector<utils::IteratorType> ScanOp::getLoopIteratorTypes() {
  return SmallVector<utils::IteratorType>(getGain() ? 2 : 3,
                                          utils::IteratorType::parallel);
}

SmallVector<Range> ScanOp::getIterationDomain(OpBuilder &builder) {
  if (getGain())
    return axisRanges(builder, getLoc(), getOut(), {0, 2});
  return axisRanges(builder, getLoc(), getOut(), {0, 2, 3});
}

namespace {

/// A tile of the loops.
struct ScanTile {
  AxisTile batch, heads, columns;

  ScanTile(ArrayRef<OpFoldResult> offsets, ArrayRef<OpFoldResult> sizes)
      : batch{offsets[0], sizes[0]}, heads{offsets[1], sizes[1]} {
    if (offsets.size() > 2)
      columns = {offsets[2], sizes[2]};
  }

  /// Of y [B, T, H, V], the state [B, H, K, V], log_scale [B, T, H] and max
  /// [B, H].
  TensorTile result(unsigned number) const {
    switch (number) {
    case 0:
      return {batch, {}, heads, columns};
    case 1:
      return {batch, heads, {}, columns};
    case 2:
      return {batch, {}, heads};
    default:
      return {batch, heads};
    }
  }
};

/// Slices the operands of a tile.
class ScanSlicer {
public:
  ScanSlicer(OpBuilder &builder, ScanOp op, const ScanTile &tile)
      : builder(builder), op(op), tile(tile) {}

  LogicalResult run();

  SmallVector<Value> slices;

private:
  LogicalResult shared(Value tensor, int64_t axis, AxisTile features = {});
  void slice(Value tensor, ArrayRef<AxisTile> part) {
    slices.push_back(sliceTile(builder, op.getLoc(), tensor, part));
  }

  OpBuilder &builder;
  ScanOp op;
  const ScanTile &tile;
};

} // namespace

/// A tensor with heads on `axis`, batch and time before it, if it has them.
LogicalResult ScanSlicer::shared(Value tensor, int64_t axis,
                                 AxisTile features) {
  NamedTensor heads{"", tensor};
  FailureOr<AxisTile> group =
      sharedHeads(builder, op, tile.heads, NamedTensor{"", op.getOut()}.size(2),
                  heads.size(axis));
  if (failed(group))
    return failure();
  TensorTile part(heads.type().getRank());
  if (axis == 2)
    part[0] = tile.batch;
  part[axis] = *group;
  if (heads.type().getRank() > axis + 1)
    part[axis + 1] = features;
  slice(tensor, part);
  return success();
}

/// In the order of the operands.
LogicalResult ScanSlicer::run() {
  if (failed(shared(op.getQ(), 2)) || failed(shared(op.getK(), 2)) ||
      failed(shared(op.getV(), 2, tile.columns)))
    return failure();
  for (auto [number, init] : llvm::enumerate(op.getDpsInits()))
    slice(init, tile.result(number));
  for (const NamedTensor &tensor : transitionOf(op).all())
    if (tensor.value && failed(shared(tensor.value, headAxis(tensor.value))))
      return failure();
  if (op.getDense() && failed(shared(op.getDense(), /*axis=*/0)))
    return failure();
  if (Value ids = op.getSegments())
    slice(ids, {tile.batch, {}});
  return success();
}

FailureOr<TilingResult>
ScanOp::getTiledImplementation(OpBuilder &builder,
                               ArrayRef<OpFoldResult> offsets,
                               ArrayRef<OpFoldResult> sizes) {
  ScanTile tile(offsets, sizes);
  ScanSlicer slicer(builder, *this, tile);
  if (failed(slicer.run()))
    return failure();
  ValueRange inits = ArrayRef<Value>(slicer.slices)
                         .slice(getOutMutable().getOperandNumber(),
                                getNumDpsInits());
  Operation *tiled =
      mlir::clone(builder, *this, inits.getTypes(), slicer.slices);
  return tilingResult(tiled, slicer.slices);
}

LogicalResult ScanOp::getResultTilePosition(
    OpBuilder &builder, unsigned result, ArrayRef<OpFoldResult> offsets,
    ArrayRef<OpFoldResult> sizes, SmallVector<OpFoldResult> &resultOffsets,
    SmallVector<OpFoldResult> &resultSizes) {
  resolveTile(builder, getLoc(), getDpsInits()[result],
              ScanTile(offsets, sizes).result(result), resultOffsets,
              resultSizes);
  return success();
}
