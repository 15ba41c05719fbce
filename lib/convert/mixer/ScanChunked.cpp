// The chunked form of scan: products of tiles inside a chunk, the state between
// chunks. With c the running sums of log decays inside the chunk, S the state
// before it, and i ≥ j:
//   Y  = e^c Q S + (e^(c_i - c_j) Q Kᵀ) V,   S' = e^c_last S + (e^(c_last - c) K)ᵀ V
// In reverse the sums run from the end of the chunk, and i ≤ j. Rows behind the
// last token are identities: k = 0 and no decay.
#include "ChunkDecays.h"
#include "MixerToBlocks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace weft;
using mixer::ScanOp;

namespace {

/// One chunk of one head: rows that are not there are zero.
struct Chunk {
  Value first, count;
  Value q, k, v;
  ChunkDecays decays;
};

struct ChunkedScan {
  BlockBuilder &b;
  ScanOp op;
  int64_t C;  ///< rows of a chunk
  int64_t SB; ///< rows of a block of scores, which are the lanes
  int64_t H, K, V;
  Type element;
  Value T;

  ChunkedScan(BlockBuilder &b, ScanOp op, int64_t chunk);
  Values results();

private:
  Values overChunks(Value entry, Value head, ValueRange carried);
  Chunk load(Value entry, Value head, Value first);
  Value overRows(const Chunk &chunk, Value state, Value y);
  Value rows(const Chunk &chunk, Value state, Value at);
  Value scores(const Chunk &chunk, Value q, Value at, Value from, Value count);
  Value nextState(const Chunk &chunk, Value state);
};

} // namespace

static int64_t scoreRows(int64_t chunk) {
  for (int64_t rows : {32, 16, 8})
    if (chunk % rows == 0)
      return rows;
  return chunk;
}

ChunkedScan::ChunkedScan(BlockBuilder &b, ScanOp op, int64_t chunk)
    : b(b), op(op), C(chunk), SB(scoreRows(chunk)),
      H(staticDim(op.getState(), 1)), K(staticDim(op.getState(), 2)),
      V(staticDim(op.getState(), 3)), element(elementOf(op.getState())),
      T(b.dim(op.getOut(), 1)) {}

Values ChunkedScan::results() {
  return b.forall(
      {b.dim(op.getOut(), 0), H}, {op.getOut(), op.getState()},
      [&](ValueRange iv, ValueRange shared) -> std::function<void()> {
        SmallVector<Axis> rows{at(iv[0]), range(0, T), at(iv[1]), all(V)};
        SmallVector<Axis> matrix{at(iv[0]), at(iv[1]), all(K), all(V)};
        Values done =
            overChunks(iv[0], iv[1],
                       {b.slice(shared[0], rows), b.slice(shared[1], matrix)});
        return [=, &b = b] {
          b.parallelInsert(done[0], shared[0], rows);
          b.parallelInsert(done[1], shared[1], matrix);
        };
      });
}

/// The grid of chunks starts at the first token in both directions.
Values ChunkedScan::overChunks(Value entry, Value head, ValueRange carried) {
  Value last = b.mul(b.sub(b.ceilDiv(T, C), b.index(1)), C);
  return b.forLoop(b.index(0), T, C, carried,
                   [&](Value t, ValueRange carried) -> Values {
                     Value first = op.getReverse() ? b.sub(last, t) : t;
                     Chunk chunk = load(entry, head, first);
                     Value y = overRows(chunk, carried[1], carried[0]);
                     return {y, nextState(chunk, carried[1])};
                   });
}

Chunk ChunkedScan::load(Value entry, Value head, Value first) {
  Value count = b.min(b.sub(T, first), b.index(C));
  auto tile = [&](Value from, int64_t width) {
    Value shared = b.floorDiv(head, H / staticDim(from, 2));
    return b.copyRows(
        from, {at(entry), range(first, count), at(shared), all(width)}, C);
  };
  Value q = tile(op.getQ(), K);
  double scale = op.getScale().convertToDouble();
  Value factor = b.number(element, scale);
  if (scale != 1.0)
    q = b.generic("ik", {"ik"}, {}, {q}, [&](ValueRange x) -> Values {
           return {arith::MulFOp::create(b, x[0], factor)};
         }).front();
  Chunk chunk{first, count, q, tile(op.getK(), K), tile(op.getV(), V), {}};
  if (op.getDecay())
    chunk.decays = ChunkDecays(b, {op.getDecay(), entry, head, first, count, C,
                                   op.getReverse()});
  return chunk;
}

Value ChunkedScan::overRows(const Chunk &chunk, Value state, Value y) {
  auto block = [&](Value row, ValueRange carried) -> Values {
    Value done = rows(chunk, state, row);
    Value have = b.min(b.sub(chunk.count, row), b.index(SB));
    Value kept = b.slice(done, {range(0, have), all(V)});
    return {b.insert(kept, carried[0],
                     {range(b.add(chunk.first, row), have), all(V)})};
  };
  // A chunk of one block needs no loop, and its sizes are known.
  if (SB == C)
    return block(b.index(0), y).front();
  return b.forLoop(b.index(0), chunk.count, SB, y, block).front();
}

// Y = e^c Q S + scores V, for SB rows.
Value ChunkedScan::rows(const Chunk &chunk, Value state, Value at) {
  Value q = b.slice(chunk.q, {range(at, SB), all(K)});
  Value y = b.fill(b.empty({SB, V}, element), 0.0);
  y = b.contract("ip/n", {"in", "np", "ip"}, q, state, y);
  if (chunk.decays)
    y = chunk.decays.scaleRows(b, y, at, SB);
  Value from = op.getReverse() ? at : b.index(0);
  Value count = op.getReverse() ? b.sub(b.index(C), at)
                                : b.add(at, b.index(SB));
  Value s = scores(chunk, q, at, from, count);
  Value v = b.slice(chunk.v, {range(from, count), all(V)});
  return b.contract("ip/j", {"ij", "jp", "ip"}, s, v, y);
}

// e^(c_i - c_j) q_i k_j for SB rows and the `count` columns from `from` on: a
// rectangle where all are present, beside the block on the diagonal.
Value ChunkedScan::scores(const Chunk &chunk, Value q, Value at, Value from,
                          Value count) {
  Value k = b.slice(chunk.k, {range(from, count), all(K)});
  Value whole = b.fill(b.empty({SB, C}, element), 0.0);
  Value s = b.slice(whole, {all(SB), range(0, count)});
  s = b.contract("ij/k", {"ik", "jk", "ij"}, q, k, s);
  Value beside = b.sub(count, b.index(SB));
  Axis rectangle = op.getReverse() ? range(SB, beside) : range(0, beside);
  Axis diagonal = op.getReverse() ? range(0, SB) : range(at, SB);
  // One block of scores has nothing beside it: an empty slice would begin
  // behind the last column.
  if (chunk.decays && C > SB) {
    Value column = op.getReverse() ? b.add(at, b.index(SB)) : b.index(0);
    Value part = b.slice(s, {all(SB), rectangle});
    part = chunk.decays.scaleScores(b, part, at, SB, column, beside);
    s = b.insert(part, s, {all(SB), rectangle});
  }
  Value zero = b.number(element, 0.0);
  Value part = b.slice(s, {all(SB), diagonal});
  auto present = [&]() -> Value {
    Value i = linalg::IndexOp::create(b, 0), j = linalg::IndexOp::create(b, 1);
    auto order = op.getReverse() ? arith::CmpIPredicate::sle
                                 : arith::CmpIPredicate::sge;
    return arith::CmpIOp::create(b, order, i, j);
  };
  if (chunk.decays)
    part = chunk.decays.scaleScores(b, part, at, SB, at, b.index(SB), present);
  else
    part = b.generic("ij", {"ij"}, {}, {part}, [&](ValueRange x) -> Values {
              return {arith::SelectOp::create(b, present(), x[0], zero)};
            }).front();
  return b.insert(part, s, {all(SB), diagonal});
}

// S' = e^c_last S + Kᵀ (e^(c_last - c) V)
Value ChunkedScan::nextState(const Chunk &chunk, Value state) {
  Value v = chunk.v;
  if (chunk.decays) {
    v = chunk.decays.scaleToEnd(b, v);
    state = chunk.decays.scaleState(b, state);
  }
  return b.contract("np/c", {"cn", "cp", "np"}, chunk.k, v, state);
}

FailureOr<Values> weft::chunkedScan(BlockBuilder &b, ScanOp op, int64_t chunk) {
  return ChunkedScan(b, op, chunk).results();
}
