// The recurrent form of scan: one task per batch entry and head runs over
// time with its state in a tile. A decode step is this form with T = 1.
#include "MixerToBlocks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace weft;
using mixer::ScanOp;

// S = e^g S + k vᵀ, y = scale · Sᵀ q: one pass over the state.
static Values step(BlockBuilder &b, Value decay, double scale, Value q, Value k,
                   Value v, Value y, Value state) {
  Value factor = b.number(elementOf(state), scale);
  return b.generic(
      "p/n", {"n", "n", "p", "np", "p"}, {q, k, v}, {state, y},
      [&](ValueRange x) -> Values {
        Value kept = x[3];
        if (decay)
          kept = arith::MulFOp::create(b, kept, decay);
        Value written = arith::MulFOp::create(b, x[1], x[2]);
        Value next = arith::AddFOp::create(b, kept, written);
        Value query = arith::MulFOp::create(b, x[0], factor);
        Value read = arith::MulFOp::create(b, query, next);
        return {next, arith::AddFOp::create(b, x[4], read)};
      });
}

FailureOr<Values> weft::recurrentScan(BlockBuilder &b, ScanOp op) {
  int64_t heads = staticDim(op.getState(), 1), K = staticDim(op.getState(), 2),
          V = staticDim(op.getState(), 3);
  int64_t keyGroup = heads / staticDim(op.getQ(), 2),
          valueGroup = heads / staticDim(op.getV(), 2);
  Value batch = b.dim(op.getOut(), 0), T = b.dim(op.getOut(), 1);
  Value last = b.sub(T, b.index(1));
  double scale = op.getScale().convertToDouble();

  return b.forall(
      {batch, heads}, {op.getOut(), op.getState()},
      [&](ValueRange iv, ValueRange shared) -> std::function<void()> {
        Value entry = iv[0], h = iv[1];
        Value hk = b.floorDiv(h, keyGroup), hv = b.floorDiv(h, valueGroup);
        SmallVector<Axis> rows{at(entry), range(0, T), at(h), all(V)};
        SmallVector<Axis> matrix{at(entry), at(h), all(K), all(V)};
        auto perToken = [&](Value i, ValueRange carried) -> Values {
          Value t = op.getReverse() ? b.sub(last, i) : i;
          Value decay;
          if (Value g = op.getDecay())
            decay = math::ExpOp::create(
                b, tensor::ExtractOp::create(b, g, ValueRange{entry, t, h}));
          Value q = b.slice(op.getQ(), {at(entry), at(t), at(hk), all(K)});
          Value k = b.slice(op.getK(), {at(entry), at(t), at(hk), all(K)});
          Value v = b.slice(op.getV(), {at(entry), at(t), at(hv), all(V)});
          Value y = b.fill(b.slice(carried[0], {at(t), all(V)}), 0.0);
          Values next = step(b, decay, scale, q, k, v, y, carried[1]);
          return {b.insert(next[1], carried[0], {at(t), all(V)}), next[0]};
        };
        Values done = b.forLoop(
            b.index(0), T, 1,
            {b.slice(shared[0], rows), b.slice(shared[1], matrix)}, perToken);
        return [=, &b] {
          b.parallelInsert(done[0], shared[0], rows);
          b.parallelInsert(done[1], shared[1], matrix);
        };
      });
}
