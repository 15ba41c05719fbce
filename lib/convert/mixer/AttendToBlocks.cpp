// The blocked form of attend: a task takes a tile of query rows over chunks of
// cache slots that start at slot 0, whatever piece of the sequence it is in,
// and keeps of the softmax the running maximum, sum and weighted values.
#include "AttendCache.h"
#include "AttendRegion.h"
#include "MixerToBlocks.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <cmath>

using namespace mlir;
using namespace weft;
using mixer::AttendOp;

namespace {

/// A tile of query rows: where it lies in q and y, and what the region sees.
struct QueryTile {
  Value entry, head, keyHead; ///< local indices, of the first row
  SmallVector<Axis, 3> place;
  int64_t rows;
  Value count; ///< rows that are not padding
  TileRows seen;

  SmallVector<Axis> axes(int64_t width) const {
    SmallVector<Axis> axes(place.begin(), place.end());
    axes.push_back(all(width));
    return axes;
  }
};

struct Attention {
  BlockBuilder &b;
  AttendOp op;
  BlockSizes sizes;
  AttendRegion region;
  AttendCache cache;
  int64_t group, K, V;
  Type element;

  Attention(BlockBuilder &b, AttendOp op, BlockSizes sizes);

  Value y();

private:
  using Task = function_ref<QueryTile(ValueRange)>;
  QueryTile blockOfQueries(ValueRange iv);
  QueryTile headsOfGroup(ValueRange iv);
  Value global(Value local, unsigned axis);

  Value attend(const QueryTile &tile);
  Value queries(const QueryTile &tile);
  Values start(const QueryTile &tile);
  Values overChunks(const QueryTile &tile, Value q, Values carried);
  Values chunk(const QueryTile &tile, Value q, Value slot, Value count,
               ValueRange carried);
  Value scores(const QueryTile &tile, Value q, Value slot, Value count);
  Values accumulate(const QueryTile &tile, Value scores, Value values,
                    ValueRange carried);
  Value weighted(const QueryTile &tile, Value weights);
  Value finish(const QueryTile &tile, ValueRange carried);
  Values sinkStart(const QueryTile &tile);
  SmallVector<TileData> rowData(const QueryTile &tile, Value first);
  void enterColumns(const QueryTile &tile, Value slot, Value count);

  /// The columns of the chunk at hand.
  TileColumns seenColumns;
};

} // namespace

/// log2 e: exponentials are powers of two.
static constexpr double kLog2e = 1.4426950408889634;

/// The least finite number.
static double least(Type element) {
  const llvm::fltSemantics &semantics =
      cast<FloatType>(element).getFloatSemantics();
  return -llvm::APFloat::getLargest(semantics).convertToDouble();
}

Attention::Attention(BlockBuilder &b, AttendOp op, BlockSizes sizes)
    : b(b), op(op), sizes(sizes), region(op), cache(appendToCache(b, op)),
      group(staticDim(op.getQ(), 2) / staticDim(op.getK(), 2)),
      K(staticDim(op.getK(), 3)), V(staticDim(op.getV(), 3)),
      element(elementOf(op.getQ())) {}

//===----------------------------------------------------------------------===//
// Tiles of rows
//===----------------------------------------------------------------------===//

Value Attention::global(Value local, unsigned axis) {
  return op.getOrigin().empty() ? local : b.add(local, op.getOrigin()[axis]);
}

/// Indices (b, key head, head of the group, block).
QueryTile Attention::blockOfQueries(ValueRange iv) {
  Value head = b.add(b.mul(iv[1], group), iv[2]);
  Value first = b.mul(iv[3], sizes.queries);
  Value count = b.min(b.sub(b.dim(op.getQ(), 1), first), b.index(sizes.queries));
  QueryTile tile{iv[0], head, iv[1], {at(iv[0]), range(first, count), at(head)},
                 sizes.queries, count, {}};
  Value query = global(first, 2), seenHead = global(head, 1);
  Value lastQuery = b.sub(b.add(query, count), b.index(1));
  tile.seen = {global(iv[0], 0), seenHead, seenHead, query, lastQuery,
               /*heads=*/false, rowData(tile, first)};
  return tile;
}

/// Indices (b, key head): one query, the heads of the group in the rows.
QueryTile Attention::headsOfGroup(ValueRange iv) {
  Value first = b.mul(iv[1], group);
  QueryTile tile{iv[0], first, iv[1], {at(iv[0]), at(0), range(first, group)},
                 group, b.index(group), {}};
  Value query = global(b.index(0), 2), head = global(first, 1);
  Value lastHead = b.add(head, b.index(group - 1));
  tile.seen = {global(iv[0], 0), head, lastHead, query, query, /*heads=*/true,
               {}};
  tile.seen.data = rowData(tile, b.index(0));
  return tile;
}

/// Row data of the queries from `first` on. Heads in the rows that share their
/// data have one scalar.
SmallVector<TileData> Attention::rowData(const QueryTile &tile, Value first) {
  bool heads = op.getQ().getType().getDimSize(1) == 1;
  SmallVector<TileData> data;
  for (Value row : op.getRows()) {
    bool shared = staticDim(row, 2) == 1;
    Extent head = shared ? Extent(0) : Extent(tile.head);
    if (!heads)
      data.push_back({b.copyRows(row, {at(tile.entry), range(first, tile.count),
                                       at(head)},
                                 tile.rows),
                      "i", tile.count});
    else if (shared)
      data.push_back({tensor::ExtractOp::create(
                          b, row, ValueRange{tile.entry, first, b.index(0)}),
                      "", {}});
    else
      data.push_back({b.slice(row, {at(tile.entry), at(0),
                                    range(tile.head, tile.rows)}),
                      "i", tile.count});
  }
  return data;
}

Value Attention::y() {
  bool oneQuery = op.getQ().getType().getDimSize(1) == 1;
  SmallVector<Extent> tasks{b.dim(op.getQ(), 0), staticDim(op.getK(), 2)};
  if (!oneQuery)
    tasks.append({group, b.ceilDiv(b.dim(op.getQ(), 1), sizes.queries)});
  return b
      .forall(tasks, op.getOut(),
              [&](ValueRange iv, ValueRange shared) -> std::function<void()> {
                QueryTile tile = oneQuery ? headsOfGroup(iv) : blockOfQueries(iv);
                Value rows = b.slice(attend(tile), {range(0, tile.count), all(V)});
                SmallVector<Axis> place = tile.axes(V);
                return [=] { b.parallelInsert(rows, shared[0], place); };
              })
      .front();
}

//===----------------------------------------------------------------------===//
// One tile
//===----------------------------------------------------------------------===//

Value Attention::attend(const QueryTile &tile) {
  Value q = queries(tile);
  return finish(tile, overChunks(tile, q, start(tile)));
}

/// q times the scale, with log2 e in it unless the region comes in between.
Value Attention::queries(const QueryTile &tile) {
  Value q = b.copyRows(op.getQ(), tile.axes(K), tile.rows);
  double scale = op.getScale().convertToDouble();
  if (op.getSoftmax() && !region.mapsScores())
    scale *= kLog2e;
  if (scale == 1.0)
    return q;
  Value factor = b.number(element, scale);
  return b.generic("ik", {"ik"}, {}, {q},
                   [&](ValueRange x) -> Values {
                     return {arith::MulFOp::create(b, x[0], factor)};
                   })
      .front();
}

/// Maximum, sum and weighted values of no columns; without softmax only the
/// last. The maximum is finite, so that its differences are.
Values Attention::start(const QueryTile &tile) {
  Value acc = b.fill(b.empty({tile.rows, V}, element), 0.0);
  if (!op.getSoftmax())
    return {acc};
  if (op.getSink()) {
    Values started = sinkStart(tile);
    return {started[0], started[1], acc};
  }
  return {b.fill(b.empty({tile.rows}, element), least(element)),
          b.fill(b.empty({tile.rows}, element), 0.0), acc};
}

// A sink s is a column without value: m = s log2 e, l = 2^(s log2 e - m) = 1,
// or 0 for a sink of -∞.
Values Attention::sinkStart(const QueryTile &tile) {
  Value log2e = b.number(element, kLog2e), bottom = b.number(element, least(element));
  auto started = [&](Value sink) -> Values {
    Value score = arith::MulFOp::create(b, sink, log2e);
    Value m = arith::MaximumFOp::create(b, score, bottom);
    return {m, math::Exp2Op::create(b, arith::SubFOp::create(b, score, m))};
  };
  Values empty{b.empty({tile.rows}, element), b.empty({tile.rows}, element)};
  if (tile.seen.heads)
    return b.generic("i", {"i", "i", "i"},
                     {b.slice(op.getSink(), {range(tile.head, tile.rows)})},
                     empty, [&](ValueRange x) { return started(x[0]); });
  Value sink = tensor::ExtractOp::create(b, op.getSink(), tile.head);
  Values start = started(sink);
  return b.generic("i", {"i", "i"}, {}, empty,
                   [&](ValueRange) { return start; });
}

void Attention::enterColumns(const QueryTile &tile, Value slot, Value count) {
  Value seen = global(slot, 3);
  seenColumns = {seen, b.sub(b.add(seen, count), b.index(1)), {}};
  for (Value column : cache.columns) {
    bool shared = staticDim(column, 1) == 1;
    if (shared || !tile.seen.heads)
      seenColumns.data.push_back(
          {b.slice(column, {at(tile.entry), shared ? at(0) : at(tile.head),
                            range(slot, count)}),
           "j", count});
    else
      seenColumns.data.push_back(
          {b.slice(column, {at(tile.entry), range(tile.head, tile.rows),
                            range(slot, count)}),
           "ij", {}});
  }
  if (region.masks())
    region.enterColumns(b, seenColumns);
}

Values Attention::overChunks(const QueryTile &tile, Value q, Values carried) {
  ColumnBounds bounds;
  if (region.masks()) {
    region.enterRows(b, tile.seen);
    bounds = region.columns(b, tile.seen);
  }
  Value zero = b.index(0), lower = zero, upper = cache.length;
  Value shift = op.getOrigin().empty() ? zero : op.getOrigin()[3];
  if (bounds.first) {
    Value first = b.max(b.sub(bounds.first, shift), zero);
    lower = b.mul(b.floorDiv(first, sizes.chunk), sizes.chunk);
  }
  if (bounds.last)
    upper = b.min(upper, b.add(b.sub(bounds.last, shift), b.index(1)));
  return b.forLoop(
      lower, upper, sizes.chunk, carried,
      [&](Value slot, ValueRange carried) -> Values {
        Value count = b.min(b.sub(upper, slot), b.index(sizes.chunk));
        auto compute = [&] { return chunk(tile, q, slot, count, carried); };
        enterColumns(tile, slot, count);
        if (bounds.complete)
          return compute();
        Interval present = region.presence(b, tile.seen, seenColumns);
        return b.ifElse(present.hi, compute, [&] { return Values(carried); });
      });
}

Values Attention::chunk(const QueryTile &tile, Value q, Value slot,
                        Value count, ValueRange carried) {
  Value s = scores(tile, q, slot, count);
  Value v = b.slice(cache.values, {at(tile.entry), at(tile.keyHead),
                                   range(slot, count), all(V)});
  return accumulate(tile, s, v, carried);
}

// S = Q Kᵀ, mapped; absent entries are -∞ under softmax, else 0.
Value Attention::scores(const QueryTile &tile, Value q, Value slot,
                        Value count) {
  Value k = b.slice(cache.keys, {at(tile.entry), at(tile.keyHead),
                                 range(slot, count), all(K)});
  Value whole = b.fill(b.empty({tile.rows, sizes.chunk}, element), 0.0);
  Value s = b.slice(whole, {all(tile.rows), range(0, count)});
  s = b.contract("ij/k", {"ik", "jk", "ij"}, q, k, s);
  const TileColumns &seen = seenColumns;
  Value log2e = b.number(element, kLog2e);
  if (region.mapsScores())
    s = region.mapScores(b, tile.seen, seen, s, [&](Value, Value mapped) {
      return op.getSoftmax() ? arith::MulFOp::create(b, mapped, log2e)
                             : mapped;
    });
  if (!region.masks())
    return s;
  Value absent = b.number(element, op.getSoftmax() ? -INFINITY : 0.0);
  Interval present = region.presence(b, tile.seen, seen);
  auto mask = [&]() -> Values {
    return {region.maskScores(
        b, tile.seen, seen, s, [&](Value score, Value keep) -> Value {
          return arith::SelectOp::create(b, keep, score, absent);
        })};
  };
  return b.ifElse(present.lo, [&]() -> Values { return {s}; }, mask).front();
}

/// P ∘ W; what weighs nothing stays so whatever its weight.
Value Attention::weighted(const QueryTile &tile, Value weights) {
  if (!region.weighs())
    return weights;
  Value zero = b.number(element, 0.0);
  return region.weighScores(
      b, tile.seen, seenColumns, weights, [&](Value p, Value w) -> Value {
        Value none = arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, p, zero);
        Value product = arith::MulFOp::create(b, p, w);
        return arith::SelectOp::create(b, none, zero, product);
      });
}

// With c the row maxima of S and m' = max(m, c):
//   l' = 2^(m - m') l + Σ P,  acc' = 2^(m - m') acc + (P ∘ W) V,  P = 2^(S - m').
Values Attention::accumulate(const QueryTile &tile, Value s, Value v,
                             ValueRange carried) {
  if (!op.getSoftmax())
    return {b.contract("ip/j", {"ij", "jp", "ip"}, s, v, carried[0])};
  Value m = carried[0], l = carried[1], acc = carried[2];
  int64_t rows = staticDim(m, 0);
  auto larger = [&](Value x, Value y) -> Value {
    return arith::MaxNumFOp::create(b, x, y);
  };
  Value minusInf = b.number(element, -INFINITY);
  Value c = b.fill(b.empty({rows}, element), -INFINITY);
  c = b.generic("i/j", {"ij", "i"}, {s}, {c}, [&](ValueRange x) -> Values {
         return {larger(x[1], x[0])};
       }).front();
  Values shrunk = b.generic(
      "i", {"i", "i", "i", "i"}, {m, c}, {b.empty({rows}, element), l},
      [&](ValueRange x) -> Values {
        Value less = arith::SubFOp::create(b, x[0], larger(x[0], x[1]));
        Value factor = math::Exp2Op::create(b, less);
        return {factor, arith::MulFOp::create(b, x[3], factor)};
      });
  m = b.generic("i", {"i", "i"}, {c}, {m}, [&](ValueRange x) -> Values {
         return {larger(x[1], x[0])};
       }).front();
  Values weights = b.generic(
      "i/j", {"i", "ij", "i"}, {m}, {s, shrunk[1]},
      [&](ValueRange x) -> Values {
        Value less = arith::SubFOp::create(b, x[1], x[0]);
        Value p = math::Exp2Op::create(b, less);
        if (region.masks()) {
          // Absent entries weigh nothing, exactly.
          Value present = arith::CmpFOp::create(b, arith::CmpFPredicate::UNE,
                                                x[1], minusInf);
          p = arith::SelectOp::create(b, present, p, b.number(element, 0.0));
        }
        return {p, arith::AddFOp::create(b, x[2], p)};
      });
  acc = b.generic("ip", {"i", "ip"}, {shrunk[0]}, {acc},
                  [&](ValueRange x) -> Values {
                    return {arith::MulFOp::create(b, x[1], x[0])};
                  })
            .front();
  acc = b.contract("ip/j", {"ij", "jp", "ip"}, weighted(tile, weights[0]), v,
                   acc);
  return {m, weights[1], acc};
}

// y = acc / l; a row without present entries is zero. One division a row.
Value Attention::finish(const QueryTile &tile, ValueRange carried) {
  if (!op.getSoftmax())
    return carried[0];
  Value zero = b.number(element, 0.0), one = b.number(element, 1.0);
  Value inverse =
      b.generic("i", {"i"}, {}, {carried[1]}, [&](ValueRange x) -> Values {
         Value none = arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, x[0],
                                            zero);
         Value divided = arith::DivFOp::create(b, one, x[0]);
         return {arith::SelectOp::create(b, none, zero, divided)};
       }).front();
  return b
      .generic("ip", {"i", "ip"}, {inverse}, {carried[2]},
               [&](ValueRange x) -> Values {
                 return {arith::MulFOp::create(b, x[1], x[0])};
               })
      .front();
}

FailureOr<Values> weft::blockedAttend(BlockBuilder &b, AttendOp op,
                                      const BlockSizes &sizes) {
  Attention attention(b, op, sizes);
  Values results{attention.y()};
  if (op.getKCache())
    llvm::append_range(results, attention.cache.all());
  return results;
}
