#include "dialects/mixer/Mixer.h"
#include "dialects/mixer/Shapes.h"
#include "dialects/mixer/Tiles.h"

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

/// Both caches, their length and both results, or none of them.
static LogicalResult verifyCaches(AttendOp op) {
  bool cached = bool(op.getKCache());
  if (cached != bool(op.getVCache()) || cached != bool(op.getLength()))
    return op.emitOpError("expects k_cache, v_cache and length together");
  size_t expected = cached ? 2 : 0;
  if (op.getNewCaches().size() != expected)
    return op.emitOpError("expects ")
           << expected << " caches as results, got "
           << op.getNewCaches().size();
  if (!cached)
    return success();
  NamedTensor keys{"k_cache", op.getKCache()}, values{"v_cache",
                                                      op.getVCache()};
  if (failed(verifyCache(op, keys, {"k", op.getK()})) ||
      failed(verifyCache(op, values, {"v", op.getV()})) ||
      failed(verifyAxisAgrees(op, "cache length", 2, {keys, values})))
    return failure();
  if (failed(verifyType(op, "a cache as result",
                        op.getNewCaches()[0].getType(), keys.type())))
    return failure();
  return verifyType(op, "a cache as result", op.getNewCaches()[1].getType(),
                    values.type());
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
      failed(verifyCaches(*this)))
    return failure();
  if (!getOrigin().empty() && getOrigin().size() != 4)
    return emitOpError("expects an origin (b, h, i, j), got ")
           << getOrigin().size() << " indices";
  return verifyFiniteScale(*this, getScale());
}

LogicalResult AttendOp::verifyRegions() {
  Type score = NamedTensor{"q", getQ()}.type().getElementType();
  Type present = IntegerType::get(getContext(), 1);
  return verifyEntryRegion(*this, getBody().front(), score, {score, present});
}

MutableOperandRange AttendOp::getDpsInitsMutable() {
  return MutableOperandRange(*this, getOutMutable().getOperandNumber(),
                             getKCache() ? 3 : 1);
}

void AttendOp::getAsmBlockArgumentNames(Region &region,
                                        OpAsmSetValueNameFn setName) {
  for (auto [argument, name] :
       llvm::zip(region.getArguments(),
                 ArrayRef<StringRef>{"s", "b", "h", "i", "j"}))
    setName(argument, name);
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

FailureOr<TilingResult>
AttendOp::getTiledImplementation(OpBuilder &builder,
                                 ArrayRef<OpFoldResult> offsets,
                                 ArrayRef<OpFoldResult> sizes) {
  AxisTile batch{offsets[0], sizes[0]}, heads{offsets[1], sizes[1]}, queries;
  if (offsets.size() > 2)
    queries = {offsets[2], sizes[2]};
  FailureOr<AxisTile> keyHeads =
      sharedHeads(builder, *this, heads, NamedTensor{"q", getQ()}.size(2),
                  NamedTensor{"k", getK()}.size(2));
  if (failed(keyHeads))
    return failure();
  SmallVector<Value> slices;
  auto slice = [&](Value tensor, ArrayRef<AxisTile> tile) {
    slices.push_back(sliceTile(builder, getLoc(), tensor, tile));
    return slices.back();
  };
  Value q = slice(getQ(), {batch, queries, heads, {}});
  Value k = slice(getK(), {batch, {}, *keyHeads, {}});
  Value v = slice(getV(), {batch, {}, *keyHeads, {}});
  Value out = slice(getOut(), {batch, queries, heads, {}});
  Value keys, values;
  if (getKCache()) {
    keys = slice(getKCache(), {batch, *keyHeads, {}, {}});
    values = slice(getVCache(), {batch, *keyHeads, {}, {}});
  }
  SmallVector<Type> caches;
  if (keys)
    caches = {keys.getType(), values.getType()};
  auto tiled = AttendOp::create(
      builder, getLoc(), out.getType(), caches, q, k, v, out, keys, values,
      getLength(), shiftedOrigin(builder, *this, offsets), getScaleAttr(),
      getSoftmaxAttr());
  IRMapping mapping;
  getBody().cloneInto(&tiled.getBody(), mapping);
  return tilingResult(tiled, slices);
}

LogicalResult AttendOp::getResultTilePosition(
    OpBuilder &builder, unsigned result, ArrayRef<OpFoldResult> offsets,
    ArrayRef<OpFoldResult> sizes, SmallVector<OpFoldResult> &resultOffsets,
    SmallVector<OpFoldResult> &resultSizes) {
  AxisTile batch{offsets[0], sizes[0]}, heads{offsets[1], sizes[1]}, queries;
  if (offsets.size() > 2)
    queries = {offsets[2], sizes[2]};
  if (result == 0) {
    resolveTile(builder, getLoc(), getOut(), {batch, queries, heads, {}},
                resultOffsets, resultSizes);
    return success();
  }
  FailureOr<AxisTile> keyHeads =
      sharedHeads(builder, *this, heads, NamedTensor{"q", getQ()}.size(2),
                  NamedTensor{"k", getK()}.size(2));
  if (failed(keyHeads))
    return failure();
  resolveTile(builder, getLoc(), result == 1 ? getKCache() : getVCache(),
              {batch, *keyHeads, {}, {}}, resultOffsets, resultSizes);
  return success();
}
