#include "dialects/mixer/Mixer.h"
#include "dialects/mixer/Shapes.h"
#include "dialects/mixer/Tiles.h"
#include "dialects/mixer/TokenData.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"

using namespace mlir;
using namespace weft::mixer;

static LogicalResult verifyCache(AttendOp op, const NamedTensor &cache,
                                 const NamedTensor &rows) {
  return verifyType(
      op, cache.name.str() + " [B, Hk, N, D]", cache.type(),
      rows.type().clone({rows.size(0), rows.size(2), cache.size(2),
                         rows.size(3)}));
}

SmallVector<Value> AttendOp::getCaches() {
  SmallVector<Value> caches;
  if (!getKCache())
    return caches;
  caches = {getKCache(), getVCache()};
  llvm::append_range(caches, getColumnCaches());
  return caches;
}

bool AttendOp::hasWeight() {
  return getBody().front().getTerminator()->getNumOperands() == 3;
}

/// The cache [B, Hc, N] of each column tensor [B, S, Hc].
static LogicalResult verifyColumnCaches(AttendOp op) {
  for (auto [cache, column] :
       llvm::zip(op.getColumnCaches(), op.getColumns())) {
    NamedTensor stored{"column cache", cache}, added{"column", column};
    if (failed(verifyType(op, "a column cache [B, Hc, N]", stored.type(),
                          added.type().clone({added.size(0), added.size(2),
                                              stored.size(2)}))))
      return failure();
    if (failed(verifyAxisAgrees(op, "cache length", 2,
                                {{"k_cache", op.getKCache()}, stored})))
      return failure();
  }
  return success();
}

/// All caches, their length and all results, or none of them.
static LogicalResult verifyCaches(AttendOp op) {
  bool cached = bool(op.getKCache());
  if (cached != bool(op.getVCache()) || cached != bool(op.getLength()))
    return op.emitOpError("expects k_cache, v_cache and length together");
  size_t columns = cached ? op.getColumns().size() : 0;
  if (op.getColumnCaches().size() != columns)
    return op.emitOpError("expects ") << columns << " column caches, got "
                                      << op.getColumnCaches().size();
  SmallVector<Value> caches = op.getCaches();
  if (op.getNewCaches().size() != caches.size())
    return op.emitOpError("expects ")
           << caches.size() << " caches as results, got "
           << op.getNewCaches().size();
  if (!cached)
    return success();
  NamedTensor keys{"k_cache", op.getKCache()}, values{"v_cache",
                                                      op.getVCache()};
  if (failed(verifyCache(op, keys, {"k", op.getK()})) ||
      failed(verifyCache(op, values, {"v", op.getV()})) ||
      failed(verifyAxisAgrees(op, "cache length", 2, {keys, values})) ||
      failed(verifyColumnCaches(op)))
    return failure();
  for (auto [cache, result] : llvm::zip(caches, op.getNewCaches()))
    if (failed(verifyType(op, "a cache as result", result.getType(),
                          cast<RankedTensorType>(cache.getType()))))
      return failure();
  return success();
}

/// Data [B, T, H or 1] as long as `tokens`.
static LogicalResult verifyData(AttendOp op, ValueRange data,
                                const NamedTensor &tokens, StringRef what) {
  int64_t heads = NamedTensor{"q", op.getQ()}.size(2);
  for (Value value : data) {
    NamedTensor tensor{"data", value};
    if (failed(verifyAxisAgrees(op, "batch size", 0, {tokens, tensor})) ||
        failed(verifyAxisAgrees(op, what, 1, {tokens, tensor})))
      return failure();
    if (tensor.size(2) != 1 && tensor.size(2) != heads)
      return op.emitOpError("expects data of ")
             << heads << " heads or one, got " << tensor.type();
  }
  return success();
}

static LogicalResult verifySink(AttendOp op) {
  if (!op.getSink())
    return success();
  if (!op.getSoftmax())
    return op.emitOpError("expects a sink under softmax only");
  NamedTensor q{"q", op.getQ()};
  return verifyType(op, "a sink [H]", op.getSink().getType(),
                    RankedTensorType::get({q.size(2)},
                                          q.type().getElementType()));
}

LogicalResult AttendOp::verify() {
  NamedTensor q{"q", getQ()}, k{"k", getK()}, v{"v", getV()},
      out{"out", getOut()};
  NamedTensor tensors[] = {q, k, v, out};
  for (const NamedTensor &tensor : tensors)
    if (failed(verifyStatic(*this, tensor, {2, 3})))
      return failure();
  if (failed(verifyOneElementType(*this, tensors)) ||
      failed(verifyAxisAgrees(*this, "batch size", 0, tensors)) ||
      failed(verifyAxisAgrees(*this, "number of queries", 1, {q, out})) ||
      failed(verifyAxisAgrees(*this, "number of keys", 1, {k, v})) ||
      failed(verifyAxisAgrees(*this, "number of heads", 2, {q, out})) ||
      failed(verifyAxisAgrees(*this, "number of key heads", 2, {k, v})) ||
      failed(verifyAxisAgrees(*this, "key size", 3, {q, k})) ||
      failed(verifyAxisAgrees(*this, "value size", 3, {v, out})) ||
      failed(verifyHeadsDivide(*this, k, q.size(2))) ||
      failed(verifyData(*this, getRows(), q, "number of queries")) ||
      failed(verifyData(*this, getColumns(), k, "number of keys")) ||
      failed(verifySink(*this)) || failed(verifyCaches(*this)))
    return failure();
  if (!getOrigin().empty() && getOrigin().size() != 4)
    return emitOpError("expects an origin (b, h, i, j), got ")
           << getOrigin().size() << " indices";
  return verifyFiniteScale(*this, getScale());
}

LogicalResult AttendOp::verifyRegions() {
  Type score = NamedTensor{"q", getQ()}.type().getElementType();
  SmallVector<Type> yielded{score, IntegerType::get(getContext(), 1)};
  if (hasWeight())
    yielded.push_back(score);
  if (hasWeight() && !getSoftmax())
    return emitOpError("expects a weight under softmax only");
  return verifyEntryRegion(*this, getBody().front(), score, yielded,
                           dataTypes(getRows(), getColumns()));
}

MutableOperandRange AttendOp::getDpsInitsMutable() {
  return MutableOperandRange(*this, getOutMutable().getOperandNumber(),
                             1 + getCaches().size());
}

void AttendOp::getAsmBlockArgumentNames(Region &region,
                                        OpAsmSetValueNameFn setName) {
  ArrayRef<StringRef> names{"s", "b", "h", "i", "j"};
  for (auto [number, argument] : llvm::enumerate(region.getArguments()))
    setName(argument, number < names.size()                      ? names[number]
                      : number < names.size() + getRows().size() ? "r"
                                                                 : "c");
}

//===-- tiles over batch, heads and queries --------------------------------===//

/// Every tile of queries would append to the cache again, so with caches only
/// batch and heads are loops.
static unsigned numLoops(AttendOp op) { return op.getKCache() ? 2 : 3; }

SmallVector<utils::IteratorType> AttendOp::getLoopIteratorTypes() {
  return SmallVector<utils::IteratorType>(numLoops(*this),
                                          utils::IteratorType::parallel);
}

SmallVector<Range> AttendOp::getIterationDomain(OpBuilder &builder) {
  SmallVector<Range> ranges =
      axisRanges(builder, getLoc(), getOut(), {0, 2, 1});
  ranges.truncate(numLoops(*this));
  return ranges;
}

/// The global index of the first entry of a tile: origin + offset.
static SmallVector<Value> shiftedOrigin(OpBuilder &builder, AttendOp op,
                                        ArrayRef<OpFoldResult> offsets) {
  Location loc = op.getLoc();
  AffineExpr first, second;
  bindDims(builder.getContext(), first, second);
  SmallVector<Value> origin;
  for (unsigned index = 0; index < 4; ++index) {
    OpFoldResult place = index < offsets.size()
                             ? offsets[index]
                             : OpFoldResult(builder.getIndexAttr(0));
    if (!op.getOrigin().empty())
      place = affine::makeComposedFoldedAffineApply(
          builder, loc, first + second,
          {OpFoldResult(op.getOrigin()[index]), place});
    origin.push_back(getValueOrCreateConstantIndexOp(builder, loc, place));
  }
  return origin;
}

/// Tiles of the operands of an attend.
namespace {
struct AttendTile {
  AxisTile batch, queries, heads, keyHeads;

  /// Data have all heads or one for all.
  AxisTile dataHeads(Value data) const {
    return cast<RankedTensorType>(data.getType()).getShape().back() == 1
               ? AxisTile()
               : heads;
  }
};
} // namespace

static FailureOr<AttendTile> tileOf(OpBuilder &builder, AttendOp op,
                                    ArrayRef<OpFoldResult> offsets,
                                    ArrayRef<OpFoldResult> sizes) {
  AttendTile tile;
  tile.batch = {offsets[0], sizes[0]};
  tile.heads = {offsets[1], sizes[1]};
  if (offsets.size() > 2)
    tile.queries = {offsets[2], sizes[2]};
  FailureOr<AxisTile> keyHeads =
      sharedHeads(builder, op, tile.heads, NamedTensor{"q", op.getQ()}.size(2),
                  NamedTensor{"k", op.getK()}.size(2));
  if (failed(keyHeads))
    return failure();
  tile.keyHeads = *keyHeads;
  return tile;
}

/// The tile of a cache: [B, Hk, N, D] of keys and values, [B, Hc, N] of data.
static TensorTile tileOfCache(const AttendTile &tile, Value column) {
  if (!column)
    return {tile.batch, tile.keyHeads, {}, {}};
  return {tile.batch, tile.dataHeads(column), {}};
}

FailureOr<TilingResult>
AttendOp::getTiledImplementation(OpBuilder &builder,
                                 ArrayRef<OpFoldResult> offsets,
                                 ArrayRef<OpFoldResult> sizes) {
  FailureOr<AttendTile> tile = tileOf(builder, *this, offsets, sizes);
  if (failed(tile))
    return failure();
  SmallVector<Value> slices;
  auto slice = [&](Value tensor, ArrayRef<AxisTile> part) -> Value {
    if (!tensor)
      return {};
    slices.push_back(sliceTile(builder, getLoc(), tensor, part));
    return slices.back();
  };
  const AxisTile &batch = tile->batch, &queries = tile->queries,
                 &heads = tile->heads, &keyHeads = tile->keyHeads;
  Value q = slice(getQ(), {batch, queries, heads, {}});
  Value k = slice(getK(), {batch, {}, keyHeads, {}});
  Value v = slice(getV(), {batch, {}, keyHeads, {}});
  Value out = slice(getOut(), {batch, queries, heads, {}});
  Value keys = slice(getKCache(), {batch, keyHeads, {}, {}});
  Value values = slice(getVCache(), {batch, keyHeads, {}, {}});
  SmallVector<Value> rows, columns, columnCaches;
  for (Value row : getRows())
    rows.push_back(slice(row, {batch, queries, tile->dataHeads(row)}));
  for (Value column : getColumns())
    columns.push_back(slice(column, {batch, {}, tile->dataHeads(column)}));
  for (auto [cache, column] : llvm::zip(getColumnCaches(), getColumns()))
    columnCaches.push_back(slice(cache, tileOfCache(*tile, column)));
  SmallVector<Type> caches;
  if (keys)
    caches = {keys.getType(), values.getType()};
  llvm::append_range(caches, ValueRange(columnCaches).getTypes());
  auto tiled = AttendOp::create(
      builder, getLoc(), out.getType(), caches, q, k, v, out, keys, values,
      columnCaches, getLength(), shiftedOrigin(builder, *this, offsets), rows,
      columns, slice(getSink(), {heads}), getScaleAttr(), getSoftmaxAttr());
  IRMapping mapping;
  getBody().cloneInto(&tiled.getBody(), mapping);
  return tilingResult(tiled, slices);
}

LogicalResult AttendOp::getResultTilePosition(
    OpBuilder &builder, unsigned result, ArrayRef<OpFoldResult> offsets,
    ArrayRef<OpFoldResult> sizes, SmallVector<OpFoldResult> &resultOffsets,
    SmallVector<OpFoldResult> &resultSizes) {
  FailureOr<AttendTile> tile = tileOf(builder, *this, offsets, sizes);
  if (failed(tile))
    return failure();
  TensorTile part{tile->batch, tile->queries, tile->heads, {}};
  Value tensor = getOut();
  if (result > 0) {
    tensor = getCaches()[result - 1];
    part = tileOfCache(*tile, result > 2 ? getColumns()[result - 3] : Value());
  }
  resolveTile(builder, getLoc(), tensor, part, resultOffsets, resultSizes);
  return success();
}
