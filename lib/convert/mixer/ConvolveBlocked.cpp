// The blocked form of convolve: for each head, y of a block of rows is a sum of
// Toeplitz blocks of taps, chunk × chunk, times blocks of x.
#include "Convolution.h"
#include "MixerToBlocks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace weft;

namespace {

class BlockedConvolve {
public:
  BlockedConvolve(BlockBuilder &b, mixer::ConvolveOp op, int64_t P)
      : b(b), conv(b, op), P(P) {}
  Values build();

private:
  Value paddedTaps();
  Value toeplitzBlock(Value taps, Value head, Value lag);
  Value blockOfX(ValueRange iv, Value lag);
  Value multiply(Value block, Value x, Value y);
  Value blocksWithInput(Value block);

  BlockBuilder &b;
  Convolution conv;
  int64_t P;
};

} // namespace

// p[h, P + l] = taps[h, l], zeros around: column c of a block is the slice of P
// from P + lag - c on.
Value BlockedConvolve::paddedTaps() {
  Value size = b.add(conv.L, b.index(3 * P)), first = b.index(P);
  Value last = b.sub(conv.L, b.index(1)), taps = conv.op.getTaps();
  bool reverse = conv.op.getReverse();
  Value zero = b.number(conv.element(), 0.0);
  auto tap = [&](ValueRange) -> Values {
    Value h = linalg::IndexOp::create(b, 0), k = linalg::IndexOp::create(b, 1);
    Value l = b.sub(k, first);
    l = reverse ? b.sub(last, l) : l;
    Value near = b.max(b.min(l, last), b.index(0));
    Value inside =
        arith::CmpIOp::create(b, arith::CmpIPredicate::eq, l, near);
    Value own = tensor::ExtractOp::create(b, taps, ValueRange{h, near});
    return {arith::SelectOp::create(b, inside, own, zero)};
  };
  return b
      .generic("hk", {"hk"}, {}, {b.empty({conv.H, size}, conv.element())}, tap)
      .front();
}

/// [P, P], columns first: tap lag + r - c in column c and row r.
Value BlockedConvolve::toeplitzBlock(Value taps, Value head, Value lag) {
  Value start = b.add(lag, b.index(P));
  auto column = [&](Value c, ValueRange carried) -> Values {
    Value own = b.slice(taps, {at(head), range(b.sub(start, c), P)});
    return {b.insert(own, carried[0], {at(c), all(P)})};
  };
  Value block = b.empty({P, P}, conv.element());
  return b.forLoop(b.index(0), b.index(P), 1, block, column).front();
}

/// Tokens i P - lag - first lag and on of a head, i = iv[2]: [P, D], or [P].
Value BlockedConvolve::blockOfX(ValueRange iv, Value lag) {
  Value from = b.sub(b.sub(b.mul(iv[2], P), lag), conv.firstLag());
  Value tile = b.empty({P, conv.D}, conv.element());
  tile = conv.load(tile, iv[0], {b.mul(iv[1], conv.D), conv.D}, from,
                   b.index(P));
  return conv.D == 1 ? b.slice(tile, {all(P), at(0)}) : tile;
}

Value BlockedConvolve::multiply(Value block, Value x, Value y) {
  if (conv.D == 1)
    return b.contract("r/c", {"cr", "c", "r"}, block, x, y);
  return b.contract("rd/c", {"cr", "cd", "rd"}, block, x, y);
}

/// How many blocks of taps a block of y needs: the last has a token at or after
/// 0, i P - lag + P - 1 - first lag ≥ 0, if there are none before the first.
Value BlockedConvolve::blocksWithInput(Value block) {
  Value zero = b.index(0);
  // Tap j P - (P - 1) is in the last block.
  Value taps = b.max(conv.L, b.index(1));
  Value count = b.add(b.floorDiv(b.add(taps, b.index(P - 2)), P), b.index(1));
  if (conv.hasWindow() || conv.op.getLength())
    return count;
  Value early = b.ceilDiv(b.max(b.sub(zero, conv.firstLag()), zero), P);
  return b.min(count, b.add(b.add(block, early), b.index(1)));
}

Values BlockedConvolve::build() {
  Value taps = paddedTaps();
  auto block = [&](ValueRange iv, ValueRange shared) -> std::function<void()> {
    Value t0 = b.mul(iv[2], P);
    Value count = b.min(b.sub(conv.T, t0), b.index(P));
    Value y = conv.D == 1 ? b.empty({P}, conv.element())
                          : b.empty({P, conv.D}, conv.element());
    auto add = [&](Value lag, ValueRange carried) -> Values {
      Value own = toeplitzBlock(taps, iv[1], lag);
      return {multiply(own, blockOfX(iv, lag), carried[0])};
    };
    Value done = b.forLoop(b.index(0), b.mul(blocksWithInput(iv[2]), P), P,
                           b.fill(y, 0.0), add)
                     .front();
    Value column = b.mul(iv[1], conv.D), entry = iv[0];
    SmallVector<Axis> inTile{range(0, count)};
    SmallVector<Axis> inY{at(entry), range(t0, count),
                          conv.D == 1 ? at(column) : range(column, conv.D)};
    if (conv.D > 1)
      inTile.push_back(all(conv.D));
    Value rows = b.slice(done, inTile);
    return [=] { b.parallelInsert(rows, shared[0], inY); };
  };
  Value y =
      b.forall({conv.batch, conv.H, b.ceilDiv(conv.T, P)}, conv.out, block)
          .front();
  return conv.results(y);
}

FailureOr<Values> weft::blockedConvolve(BlockBuilder &b, mixer::ConvolveOp op,
                                        int64_t chunk) {
  return BlockedConvolve(b, op, chunk).build();
}
