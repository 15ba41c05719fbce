#include "Convolution.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace weft;

/// Tokens of the cache that a task writes.
static constexpr int64_t kTokens = 64;

Convolution::Convolution(BlockBuilder &b, mixer::ConvolveOp op)
    : b(b), op(op), H(staticDim(op.getX(), 2)), D(staticDim(op.getX(), 3)),
      C(H * D), staticTaps(staticDim(op.getTaps(), 1)),
      batch(b.dim(op.getX(), 0)), T(b.dim(op.getX(), 1)),
      L(b.dim(op.getTaps(), 1)), out(flatten(op.getOut())),
      x(flatten(op.getX())), start(b.index(0)),
      window(flatten(op.getWindow())) {
  if (op.getLength())
    appendToCache(x);
}

static SmallVector<ReassociationIndices> channelGroups() {
  return {{0}, {1}, {2, 3}};
}

/// The whole tensor, not slices: with a dynamic number of rows it could not be
/// told which axis of size one goes.
Value Convolution::flatten(Value tensor) {
  if (!tensor)
    return tensor;
  return tensor::CollapseShapeOp::create(b, tensor, channelGroups());
}

Value Convolution::restore(Value tensor, Type type) {
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(b, b.getLoc(), tensor);
  sizes.back() = b.getIndexAttr(H);
  sizes.push_back(b.getIndexAttr(D));
  return tensor::ExpandShapeOp::create(b, type, tensor, channelGroups(), sizes);
}

/// The cache with x behind its first tokens takes the place of x.
void Convolution::appendToCache(Value added) {
  start = op.getLength();
  auto copy = [&](ValueRange iv, ValueRange shared) -> std::function<void()> {
    Value first = b.mul(iv[1], kTokens), entry = iv[0];
    Value count = b.min(b.index(kTokens), b.sub(T, first));
    Value to = b.add(start, first);
    Value rows = b.slice(added, {at(entry), range(first, count), all(C)});
    return [=] {
      b.parallelInsert(rows, shared[0], {at(entry), range(to, count), all(C)});
    };
  };
  x = b.forall({batch, b.ceilDiv(T, kTokens)}, window, copy).front();
  window = Value();
}

/// Slices of no rows must still begin at a row.
static Value rowWithin(BlockBuilder &b, Value row, Value tensor, int64_t axis) {
  Value last = b.sub(b.dim(tensor, axis), b.index(1));
  return b.max(b.min(row, last), b.index(0));
}

static bool isZero(Value count) { return constantOf(count) == 0; }

Value Convolution::zeroRows(Value tile, Value from, Value count) {
  if (isZero(count))
    return tile;
  SmallVector<Axis> rows{range(rowWithin(b, from, tile, 0), count),
                         all(staticDim(tile, 1))};
  return b.insert(b.fill(b.slice(tile, rows), 0.0), tile, rows);
}

Value Convolution::copyInto(Value tile, Value to, Value source, Value entry,
                            const Columns &columns, Value from, Value count) {
  if (isZero(count))
    return tile;
  Value rows = b.slice(source, {at(entry),
                                range(rowWithin(b, from, source, 1), count),
                                range(columns.first, columns.size)});
  return b.insert(rows, tile,
                  {range(rowWithin(b, to, tile, 0), count),
                   all(columns.size)});
}

Value Convolution::load(Value tile, Value entry, const Columns &columns,
                        Value from, Value count) {
  // Rows 0 ≤ old ≤ begin ≤ end ≤ count: nothing, window, x, nothing.
  Value zero = b.index(0);
  auto within = [&](Value row, Value low) {
    return b.max(b.min(row, count), low);
  };
  Value source = b.add(from, start);
  Value begin = within(b.sub(zero, source), zero);
  Value end = within(b.sub(b.add(T, start), source), begin);
  Value old = begin;
  if (window) {
    Value size = b.dim(window, 1);
    old = b.min(b.max(b.sub(b.sub(zero, from), size), zero), begin);
    tile = copyInto(tile, old, window, entry, columns,
                    b.add(b.add(from, size), old), b.sub(begin, old));
  }
  tile = zeroRows(tile, zero, old);
  tile = copyInto(tile, begin, x, entry, columns, b.add(source, begin),
                  b.sub(end, begin));
  return zeroRows(tile, end, b.sub(count, end));
}

Value Convolution::holds(Value from, Value count) {
  using Predicate = arith::CmpIPredicate;
  Value begins = arith::CmpIOp::create(b, Predicate::sge, b.add(from, start),
                                       b.index(0));
  Value ends = arith::CmpIOp::create(b, Predicate::sle, b.add(from, count), T);
  return arith::AndIOp::create(b, begins, ends);
}

Value Convolution::rows(Value entry, const Columns &columns, Value from,
                        Value count) {
  return b.slice(x, {at(entry), range(b.add(from, start), count),
                     range(columns.first, columns.size)});
}

Value Convolution::tapRows() {
  Value taps = op.getTaps();
  Value rows = b.empty({L, H, D}, element());
  bool reverse = op.getReverse();
  if (!reverse)
    rows = b.generic("lhd", {"hl", "lhd"}, {taps}, {rows},
                     [](ValueRange x) -> Values { return {x[0]}; })
               .front();
  else
    rows = b.generic("lhd", {"lhd"}, {}, {rows},
                     [&](ValueRange) -> Values {
                       Value l = linalg::IndexOp::create(b, 0);
                       Value h = linalg::IndexOp::create(b, 1);
                       Value back = b.sub(b.sub(L, b.index(1)), l);
                       return {tensor::ExtractOp::create(b, taps,
                                                         ValueRange{h, back})};
                     })
               .front();
  SmallVector<ReassociationIndices> groups{{0}, {1, 2}};
  return tensor::CollapseShapeOp::create(b, rows, groups);
}

Value Convolution::firstLag() {
  Value first = b.index(op.getFirstLag());
  if (!op.getReverse())
    return first;
  // Tap l has lag -(first + l), the last one the first of them.
  return b.sub(b.index(1), b.add(first, L));
}

/// The last W rows of window and x: T of the former give way to x.
Value Convolution::nextWindow() {
  int64_t W = staticDim(window, 1);
  if (W == 0)
    return window;
  Value keep = b.max(b.sub(b.index(W), T), b.index(0));
  Value from = b.sub(b.index(W), keep), first = b.sub(T, from);
  Value oldFrom = rowWithin(b, from, window, 1);
  auto perEntry = [&](ValueRange iv,
                      ValueRange shared) -> std::function<void()> {
    Value entry = iv[0], tile = b.empty({W, C}, element());
    Value kept = b.slice(shared[0],
                         {at(entry), range(oldFrom, keep), all(C)});
    tile = b.insert(kept, tile, {range(0, keep), all(C)});
    Value added = b.slice(x, {at(entry), range(first, from), all(C)});
    tile = b.insert(added, tile,
                    {range(rowWithin(b, keep, tile, 0), from), all(C)});
    return [=] {
      b.parallelInsert(tile, shared[0], {at(entry), all(W), all(C)});
    };
  };
  return b.forall({batch}, window, perEntry).front();
}

Values Convolution::results(Value y) {
  Values results{restore(y, op.getY().getType())};
  if (!op.getWindow())
    return results;
  Value next = op.getLength() ? x : nextWindow();
  results.push_back(restore(next, op.getWindow().getType()));
  return results;
}
