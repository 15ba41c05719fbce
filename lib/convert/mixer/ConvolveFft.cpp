// The fft form of convolve: overlap-save with transforms of 2 P rows. The taps
// are cut into pieces of P and the tokens into blocks of P; block i of y is the
// last half of the inverse of Σ_j X[i - j] H[j], where X[m] is the transform of
// blocks m - 1 and m of x and H[j] that of piece j, padded to 2 P > P + P - 1.
// Two channels are the real and the imaginary part of one transform.
#include "Convolution.h"
#include "Fft.h"
#include "MixerToBlocks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"

using namespace mlir;
using namespace weft;

/// Channels of a task are real parts, then imaginary parts.
static constexpr int64_t kColumns = 16;

namespace {

class FftConvolve {
public:
  FftConvolve(BlockBuilder &b, mixer::ConvolveOp op, int64_t P)
      : b(b), conv(b, op), fft(b, 2 * P, kColumns, conv.element()), P(P),
        groups((conv.C + 2 * kColumns - 1) / (2 * kColumns)) {}
  Values build();

private:
  /// Puts rows of a transform, from `row` on, into a quarter's tile.
  using Load = function_ref<Value(Value tile, const Columns &, int64_t row)>;

  ComplexTile tiles(int64_t rows, int64_t columns);
  Quarters quarters();
  Columns columnsOf(Value group, int64_t part);
  ComplexTile spectrum(Value group, Load load);
  ComplexTile tapSpectra();
  ComplexTile inputSpectra(Value behind);
  ComplexTile product(ComplexTile x, ComplexTile taps, ValueRange iv,
                      Value behind);
  Value blockOfY(ComplexTile sum);
  Value y();

  BlockBuilder &b;
  Convolution conv;
  Fft fft;
  int64_t P, groups;
  Value used, pieces; ///< of the taps
};

} // namespace

/// Tiles that CSE does not make one of.
ComplexTile FftConvolve::tiles(int64_t rows, int64_t columns) {
  auto type = RankedTensorType::get({rows, columns}, conv.element());
  auto tile = [&]() -> Value {
    return bufferization::AllocTensorOp::create(b, type, ValueRange{});
  };
  Value re = tile();
  return {re, tile()};
}

Quarters FftConvolve::quarters() {
  Quarters all;
  for (ComplexTile &part : all.parts)
    part = tiles(P / 2, kColumns);
  return all;
}

/// The last group may have fewer, or none.
Columns FftConvolve::columnsOf(Value group, int64_t part) {
  Value first = b.mul(group, 2 * kColumns);
  first = b.add(first, b.index(part * kColumns));
  if (conv.C % (2 * kColumns) == 0)
    return {first, kColumns};
  Value have = b.max(b.sub(b.index(conv.C), first), b.index(0));
  return {b.min(first, b.index(conv.C - 1)),
          b.min(have, b.index(kColumns))};
}

/// Both halves of the channels of what `load` puts into zeros.
ComplexTile FftConvolve::spectrum(Value group, Load load) {
  Quarters z = quarters();
  for (auto [quarter, part] : llvm::enumerate(z.parts)) {
    int64_t row = quarter * P / 2;
    part.re = load(b.fill(part.re, 0.0), columnsOf(group, 0), row);
    part.im = load(b.fill(part.im, 0.0), columnsOf(group, 1), row);
  }
  Quarters done = fft.transform(z, quarters());
  return fft.splitReal(done, tiles(P + 1, 2 * kColumns));
}

/// H: [pieces, groups, P + 1, 2 columns].
ComplexTile FftConvolve::tapSpectra() {
  Value rows = conv.tapRows();
  Extent sizes[] = {pieces, groups, P + 1, 2 * kColumns};
  Values out{b.empty(sizes, conv.element()), b.empty(sizes, conv.element())};
  auto piece = [&](ValueRange iv, ValueRange shared) -> std::function<void()> {
    Value piece = b.mul(iv[0], P);
    auto load = [&](Value tile, const Columns &columns, int64_t row) -> Value {
      if (row >= P)
        return tile;
      // Slices of no rows must still begin at one.
      Value first = b.add(piece, b.index(row));
      Value count = b.min(b.max(b.sub(used, first), b.index(0)), b.index(P / 2));
      first = b.min(first, b.sub(used, b.index(1)));
      Value taps = b.slice(rows, {range(first, count),
                                  range(columns.first, columns.size)});
      return b.insert(taps, tile, {range(0, count), all(columns.size)});
    };
    ComplexTile made = spectrum(iv[1], load);
    SmallVector<Axis> axes{at(iv[0]), at(iv[1]), all(P + 1),
                           all(2 * kColumns)};
    return [=] {
      b.parallelInsert(made.re, shared[0], axes);
      b.parallelInsert(made.im, shared[1], axes);
    };
  };
  out = b.forall({pieces, groups}, out, piece);
  return {out[0], out[1]};
}

/// X: [B, blocks, groups, P + 1, 2 columns]. The first is that of block
/// -behind.
ComplexTile FftConvolve::inputSpectra(Value behind) {
  Value blocks = b.add(b.ceilDiv(conv.T, P), behind);
  Extent sizes[] = {conv.batch, blocks, groups, P + 1, 2 * kColumns};
  Values out{b.empty(sizes, conv.element()), b.empty(sizes, conv.element())};
  auto block = [&](ValueRange iv, ValueRange shared) -> std::function<void()> {
    // Tokens (m - 1) P - first lag and on, m = iv[1] - behind.
    Value from = b.mul(b.sub(b.sub(iv[1], behind), b.index(1)), P);
    from = b.sub(from, conv.firstLag());
    auto load = [&](Value tile, const Columns &columns, int64_t row) {
      return conv.load(tile, iv[0], columns, b.add(from, b.index(row)),
                       b.index(P / 2));
    };
    ComplexTile made = spectrum(iv[2], load);
    SmallVector<Axis> axes{at(iv[0]), at(iv[1]), at(iv[2]), all(P + 1),
                           all(2 * kColumns)};
    return [=] {
      b.parallelInsert(made.re, shared[0], axes);
      b.parallelInsert(made.im, shared[1], axes);
    };
  };
  out = b.forall({conv.batch, blocks, groups}, out, block);
  return {out[0], out[1]};
}

/// Σ_j X[i - j] H[j] for block i = iv[1].
ComplexTile FftConvolve::product(ComplexTile x, ComplexTile taps, ValueRange iv,
                                 Value behind) {
  ComplexTile sum = tiles(P + 1, 2 * kColumns);
  Value block = b.add(iv[1], behind);
  Value count = b.min(pieces, b.add(block, b.index(1)));
  auto add = [&](Value j, ValueRange carried) -> Values {
    SmallVector<Axis> ofX{at(iv[0]), at(b.sub(block, j)), at(iv[2]), all(P + 1),
                          all(2 * kColumns)};
    SmallVector<Axis> ofTaps{at(j), at(iv[2]), all(P + 1), all(2 * kColumns)};
    SmallVector<StringRef> maps(6, "kc");
    return b.generic(
        "kc", maps,
        {b.slice(x.re, ofX), b.slice(x.im, ofX), b.slice(taps.re, ofTaps),
         b.slice(taps.im, ofTaps)},
        carried, [&](ValueRange v) -> Values {
          auto times = [&](Value p, Value q) -> Value {
            return arith::MulFOp::create(b, p, q);
          };
          Value re = arith::SubFOp::create(b, times(v[0], v[2]),
                                           times(v[1], v[3]));
          Value im = arith::AddFOp::create(b, times(v[0], v[3]),
                                           times(v[1], v[2]));
          return {arith::AddFOp::create(b, v[4], re),
                  arith::AddFOp::create(b, v[5], im)};
        });
  };
  Values done = b.forLoop(b.index(0), count, 1,
                          {b.fill(sum.re, 0.0), b.fill(sum.im, 0.0)}, add);
  return {done[0], done[1]};
}

/// Rows P and on of the inverse, [P, 2 columns].
Value FftConvolve::blockOfY(ComplexTile sum) {
  Quarters z = fft.joinReal(sum, quarters());
  z = fft.transform(z.swapped(), quarters().swapped()).swapped();
  Value tile = b.empty({P, 2 * kColumns}, conv.element());
  Value scale = b.number(conv.element(), 0.5 / P);
  for (int64_t quarter : {2, 3})
    for (int64_t part : {0, 1}) {
      Value rows = part ? z[quarter].im : z[quarter].re;
      SmallVector<Axis> axes{range((quarter - 2) * P / 2, P / 2),
                             range(part * kColumns, kColumns)};
      Value made = b.generic("tc", {"tc", "tc"}, {rows}, {b.slice(tile, axes)},
                             [&](ValueRange x) -> Values {
                               return {arith::MulFOp::create(b, x[0], scale)};
                             })
                       .front();
      tile = b.insert(made, tile, axes);
    }
  return tile;
}

Value FftConvolve::y() {
  Value first = conv.firstLag(), zero = b.index(0);
  // Blocks before token 0 have tokens if there is a window, or if the lags
  // begin before 0.
  Value most = b.max(b.sub(pieces, b.index(1)), zero);
  Value early = b.ceilDiv(b.max(b.sub(zero, first), zero), P);
  Value behind = conv.hasWindow() || conv.op.getLength()
                     ? most
                     : b.min(early, most);
  ComplexTile taps = tapSpectra(), x = inputSpectra(behind);
  auto block = [&](ValueRange iv, ValueRange shared) -> std::function<void()> {
    Value t0 = b.mul(iv[1], P);
    Value count = b.min(b.sub(conv.T, t0), b.index(P));
    Value tile = blockOfY(product(x, taps, iv, behind));
    Value firstColumn = b.mul(iv[2], 2 * kColumns);
    Extent width = 2 * kColumns;
    if (conv.C % (2 * kColumns) != 0)
      width = b.min(b.sub(b.index(conv.C), firstColumn), b.index(2 * kColumns));
    Value rows = b.slice(tile, {range(0, count), all(width)});
    Value entry = iv[0];
    return [=] {
      b.parallelInsert(rows, shared[0], {at(entry), range(t0, count),
                                         range(firstColumn, width)});
    };
  };
  return b
      .forall({conv.batch, b.ceilDiv(conv.T, P), groups}, conv.out, block)
      .front();
}

Values FftConvolve::build() {
  // Taps that find no token would only add to the rounding error.
  used = conv.L;
  if (!conv.hasWindow() && !conv.op.getLength())
    used = b.min(used, b.max(b.sub(conv.T, conv.firstLag()), b.index(1)));
  pieces = b.ceilDiv(used, P);
  return conv.results(y());
}

FailureOr<Values> weft::fftConvolve(BlockBuilder &b, mixer::ConvolveOp op,
                                    int64_t block) {
  int64_t most = elementOf(op.getX()).isF64() ? 512 : 1024;
  if (block < 2 || block > most || !llvm::isPowerOf2_64(block))
    return op.emitOpError("expects blocks of a power of two from 2 to ")
           << most << " tokens in the fft form, got " << block;
  return FftConvolve(b, op, block).build();
}
