// The direct form of convolve: a task computes a block of time rows of a block
// of channels, from a tile that holds the rows and the L - 1 next to them.
#include "MixerToBlocks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace weft;
using mixer::ConvolveOp;

static constexpr int64_t kRows = 32;
/// Numbers of a row that a task takes; whole heads only.
static constexpr int64_t kRowWidth = 512;
/// Up to here all taps are applied in one pass over y.
static constexpr int64_t kUnrolledTaps = 8;

namespace {

struct Convolution {
  BlockBuilder &b;
  ConvolveOp op;
  int64_t H, D, L;
  int64_t channels;     ///< heads of a task
  Value x, out, window; ///< [B, T, H] if D is one
  Value T;

  Convolution(BlockBuilder &b, ConvolveOp op);

  /// Axes of rows of a task's heads; a single feature is no axis of the tile.
  SmallVector<Axis> inTensor(Value entry, Axis rows, Value head) const {
    return withFeatures({at(entry), rows, range(head, channels)});
  }
  SmallVector<Axis> inTile(Axis rows) const {
    return withFeatures({rows, all(channels)});
  }
  SmallVector<Axis> withFeatures(SmallVector<Axis> axes) const {
    if (D > 1)
      axes.push_back(all(D));
    return axes;
  }
  SmallVector<Extent> shape(int64_t rows, int64_t heads) const {
    SmallVector<Extent> sizes{rows, heads};
    if (D > 1)
      sizes.push_back(D);
    return sizes;
  }
  Value dropFeature(Value tensor);
  Value restoreFeature(Value tensor, Type type);
  Value sourceRows(Value entry, Value head, Value t0, Value count);
  Value firstRows(Value tile, Value entry, Value head, Value before);
  Value tapRows(Value head);
  Value convolve(Value tile, Value taps, Value y, Value count);
  Value accumulate(Value tile, Value taps, Value y, Value count);
  Value y();
  Value nextWindow();
};

} // namespace

/// Heads that a task takes: a divisor whose rows are whole vectors, if any.
static int64_t chooseChannels(int64_t H, int64_t D) {
  for (int64_t heads = std::min(H, std::max<int64_t>(1, kRowWidth / D));
       heads > 0; --heads)
    if (H % heads == 0 && heads * D % 16 == 0)
      return heads;
  return H;
}

Convolution::Convolution(BlockBuilder &b, ConvolveOp op)
    : b(b), op(op), H(staticDim(op.getX(), 2)), D(staticDim(op.getX(), 3)),
      L(staticDim(op.getTaps(), 1)), channels(chooseChannels(H, D)),
      x(dropFeature(op.getX())), out(dropFeature(op.getOut())),
      window(dropFeature(op.getWindow())), T(b.dim(x, 1)) {}

static SmallVector<ReassociationIndices> featureGroups() {
  return {{0}, {1}, {2, 3}};
}

/// A single feature is dropped from the whole tensor: from slices, whose row
/// count may turn out to be one too, it could not be told which one goes.
Value Convolution::dropFeature(Value tensor) {
  if (!tensor || D > 1)
    return tensor;
  return tensor::CollapseShapeOp::create(b, tensor, featureGroups());
}

Value Convolution::restoreFeature(Value tensor, Type type) {
  if (D > 1)
    return tensor;
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(b, b.getLoc(), tensor);
  sizes.push_back(b.getIndexAttr(1));
  return tensor::ExpandShapeOp::create(b, type, tensor, featureGroups(), sizes);
}

/// Rows 0 to L - 2 of the tile: what comes before the first token. `before` of
/// them are wanted; x overwrites the others.
Value Convolution::firstRows(Value tile, Value entry, Value head,
                             Value before) {
  if (L == 1)
    return tile;
  if (!window) {
    SmallVector<Axis> rows = inTile(range(0, L - 1));
    return b.insert(b.fill(b.slice(tile, rows), 0.0), tile, rows);
  }
  Value from = b.sub(b.index(L - 1), before);
  Value rows = b.slice(window, inTensor(entry, range(from, before), head));
  return b.insert(rows, tile, inTile(range(0, before)));
}

// Row r of the tile is x[t0 - (L - 1) + r], or x[t0 + r] in reverse.
Value Convolution::sourceRows(Value entry, Value head, Value t0, Value count) {
  Value tile = b.empty(shape(kRows + L - 1, channels), elementOf(x));
  Value rows = b.add(count, b.index(L - 1));
  if (op.getReverse()) {
    tile = b.fill(tile, 0.0);
    Value have = b.min(rows, b.sub(T, t0));
    Value source = b.slice(x, inTensor(entry, range(t0, have), head));
    return b.insert(source, tile, inTile(range(0, have)));
  }
  Value before = b.max(b.sub(b.index(L - 1), t0), b.index(0));
  Value from = b.sub(b.add(t0, before), b.index(L - 1));
  Value have = b.sub(rows, before);
  tile = firstRows(tile, entry, head, before);
  Value source = b.slice(x, inTensor(entry, range(from, have), head));
  return b.insert(source, tile, inTile(range(before, have)));
}

/// The taps with channels last, where the rows of the tile have them.
Value Convolution::tapRows(Value head) {
  Value taps = b.slice(op.getTaps(), {range(head, channels), all(L)});
  Value rows = b.empty({L, channels}, elementOf(taps));
  return b
      .generic("lh", {"hl", "lh"}, {taps}, {rows},
               [](ValueRange x) -> Values { return {x[0]}; })
      .front();
}

// y[t] = Σ_l taps[l] · row[t + L - 1 - l] (reverse: row[t + l]), in one pass.
Value Convolution::convolve(Value tile, Value taps, Value y, Value count) {
  Values ins;
  SmallVector<StringRef> maps;
  StringRef loops = D == 1 ? "th" : "thd";
  for (int64_t l = 0; l < L; ++l) {
    int64_t row = op.getReverse() ? l : L - 1 - l;
    ins.push_back(b.slice(taps, {at(l), all(channels)}));
    ins.push_back(b.slice(tile, inTile(range(row, count))));
    maps.append({"h", loops});
  }
  maps.push_back(loops);
  auto sum = [&](ValueRange x) -> Values {
    Value total = arith::MulFOp::create(b, x[0], x[1]);
    for (int64_t l = 1; l < L; ++l)
      total = arith::AddFOp::create(
          b, total, arith::MulFOp::create(b, x[2 * l], x[2 * l + 1]));
    return {total};
  };
  return b.generic(loops, maps, ins, {y}, sum).front();
}

// The same with one pass for each tap.
Value Convolution::accumulate(Value tile, Value taps, Value y, Value count) {
  StringRef loops = D == 1 ? "th" : "thd";
  auto tap = [&](Value l, ValueRange carried) -> Values {
    Value row = op.getReverse() ? l : b.sub(b.index(L - 1), l);
    Value factor = b.slice(taps, {at(l), all(channels)});
    Value rows = b.slice(tile, inTile(range(row, count)));
    return b.generic(loops, {"h", loops, loops}, {factor, rows}, carried,
                     [&](ValueRange x) -> Values {
                       Value term = arith::MulFOp::create(b, x[0], x[1]);
                       return {arith::AddFOp::create(b, x[2], term)};
                     });
  };
  return b.forLoop(b.index(0), b.index(L), 1, b.fill(y, 0.0), tap).front();
}

Value Convolution::y() {
  Value batch = b.dim(x, 0);
  return b
      .forall({batch, H / channels, b.ceilDiv(T, kRows)}, out,
              [&](ValueRange iv, ValueRange shared) -> std::function<void()> {
                Value head = b.mul(iv[1], channels), t0 = b.mul(iv[2], kRows);
                Value count = b.min(b.sub(T, t0), b.index(kRows));
                Value tile = sourceRows(iv[0], head, t0, count);
                SmallVector<Axis> rows =
                    inTensor(iv[0], range(t0, count), head);
                Value rowsOfY = b.slice(shared[0], rows), taps = tapRows(head);
                Value done = L <= kUnrolledTaps
                                 ? convolve(tile, taps, rowsOfY, count)
                                 : accumulate(tile, taps, rowsOfY, count);
                return [=] { b.parallelInsert(done, shared[0], rows); };
              })
      .front();
}

// The last L - 1 rows of window and x: T of the former give way to x.
Value Convolution::nextWindow() {
  if (L == 1)
    return window;
  Value keep = b.max(b.sub(b.index(L - 1), T), b.index(0));
  Value from = b.sub(b.index(L - 1), keep), first = b.sub(T, from);
  // Slices of no rows must still begin at a row.
  Value lastRow = b.index(L - 2);
  Value oldFrom = b.min(from, lastRow), newTo = b.min(keep, lastRow);
  auto axes = [&](Value entry, Axis rows) -> SmallVector<Axis> {
    return withFeatures({at(entry), rows, all(H)});
  };
  auto perEntry = [&](ValueRange iv,
                      ValueRange shared) -> std::function<void()> {
    Value tile = b.empty(shape(L - 1, H), elementOf(x));
    Value kept = b.slice(shared[0], axes(iv[0], range(oldFrom, keep)));
    tile = b.insert(kept, tile, withFeatures({range(0, keep), all(H)}));
    Value added = b.slice(x, axes(iv[0], range(first, from)));
    tile = b.insert(added, tile, withFeatures({range(newTo, from), all(H)}));
    SmallVector<Axis> whole = axes(iv[0], all(L - 1));
    return [=] { b.parallelInsert(tile, shared[0], whole); };
  };
  return b.forall({b.dim(x, 0)}, window, perEntry).front();
}

FailureOr<Values> weft::directConvolve(BlockBuilder &b, ConvolveOp op) {
  Convolution convolution(b, op);
  Values results{
      convolution.restoreFeature(convolution.y(), op.getY().getType())};
  if (op.getWindow())
    results.push_back(convolution.restoreFeature(convolution.nextWindow(),
                                                 op.getWindow().getType()));
  return results;
}
