// The chunked form of scan: products of tiles inside a chunk, the state between
// chunks. With D the diagonal of the transitions, decay(i, j) what it does from
// token j to i, S the state before the chunk and i ≥ j:
//   Y  = decay(i, before) Q S + (Q Kᵀ · decay(i, j)) V + (Q Bᵀ · decay(i, j)) U
//   S' = decay(last, before) S + (K decay(last, j))ᵀ V + (B decay(last, j))ᵀ U
// U, what the erases read, solves (I - (A Bᵀ · decay)) U = the same for A in
// place of Q without the last term, a unit lower triangular system. In reverse
// the sums run from the end of the chunk, and i ≤ j. Rows behind the last token
// are identities: k = 0 and no decay.
#include "ChunkTransition.h"
#include "ChunkTurns.h"
#include "MixerToBlocks.h"
#include "ScanByChunks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace weft;
using mixer::ScanOp;

namespace {

/// One chunk of one head: rows that are not there are zero.
struct Chunk {
  ChunkRows rows;
  Value q, k, v, a, b;
  Value bonus; ///< weights of the own token's value
  std::unique_ptr<ChunkTransition> transition;
  std::unique_ptr<ChunkTurns> turns;
};

class ChunkedScan : public ScanByChunks {
public:
  ChunkedScan(BlockBuilder &b, ScanOp op, int64_t chunk);

private:
  void step(Value first, Carried &carried) override;
  bool movesRows() const override { return true; }
  Chunk load(Value first, Carried &carried);
  void turnRows(Chunk &chunk);
  Value bonusOf(const Chunk &chunk);
  void overRows(const Chunk &chunk, Value state, Carried &carried,
                Value &erased);
  Value rows(const Chunk &chunk, Value state, Value erased, Value at);
  Value solve(const Chunk &chunk, Value state, Value erased, Value at);
  Value addBonus(const Chunk &chunk, Value y, Value at);

  /// One value stream serves the writes and the erases where both have the same
  /// keys: S = D S + k (v + u)ᵀ.
  bool oneStream() const {
    return scan.eraseB == scan.k && !scan.gain;
  }
  Reads queryReads() const {
    return scan.readsBefore ? Reads::Before : Reads::After;
  }
  Reads eraseReads() const {
    return scan.erasesDecayed ? Reads::After : Reads::Before;
  }
  ScoreBlock block(const Chunk &chunk, Value x, Value y, Reads reads,
                   bool gained, Value at);

  int64_t SB; ///< rows of a block of scores, which are the lanes
};

} // namespace

ChunkedScan::ChunkedScan(BlockBuilder &b, ScanOp op, int64_t chunk)
    : ScanByChunks(b, op, chunk), SB(scoreRows(scan, chunk)) {}

//===-- one chunk ----------------------------------------------------------===//

void ChunkedScan::step(Value first, Carried &carried) {
  Chunk chunk = load(first, carried);
  Value erased;
  if (scan.eraseA)
    erased = b.fill(b.empty({C, scan.V}, scan.element), 0.0);
  Value before = carried.state;
  overRows(chunk, before, carried, erased);
  SmallVector<Written> written;
  if (erased && oneStream()) {
    written.push_back({chunk.k, erased, true});
  } else {
    written.push_back({chunk.k, chunk.v, true});
    if (erased)
      written.push_back({chunk.b, erased, false});
  }
  ChunkTransition &transition = *chunk.transition;
  carried.state = transition.nextState(b, before, written);
  if (chunk.turns)
    carried.state = chunk.turns->turnState(b, carried.state);
  if (!scan.gain)
    return;
  if (carried.logScale)
    carried.logScale = b.insert(
        b.slice(transition.logScale, {range(0, chunk.rows.count)}),
        carried.logScale, {range(first, chunk.rows.count)});
  carried.max = transition.max;
}

Chunk ChunkedScan::load(Value first, Carried &carried) {
  Chunk chunk{ChunkRows(b, scan, task, first, C), {}, {}, {}, {}, {}, {}, {}, {}};
  if (scan.segments)
    chunk.rows.findSegments(b, carried.segment);
  Value q = chunk.rows.tile(b, scan.q);
  Value factor = b.number(scan.element, scan.scale);
  if (scan.scale != 1.0)
    q = b.generic("ik", {"ik"}, {}, {q}, [&](ValueRange x) -> Values {
           return {arith::MulFOp::create(b, x[0], factor)};
         }).front();
  chunk.q = q;
  chunk.k = chunk.rows.tile(b, scan.k);
  chunk.v = chunk.rows.tile(b, scan.v);
  chunk.transition = makeTransition(b, chunk.rows, carried.max, powers);
  if (scan.bonus)
    chunk.bonus = bonusOf(chunk);
  if (scan.eraseA) {
    chunk.a = chunk.rows.tile(b, scan.eraseA);
    if (!oneStream())
      chunk.b = chunk.rows.tile(b, scan.eraseB);
  }
  if (scan.rotate)
    turnRows(chunk);
  chunk.transition->prepare(b, chunk.q, chunk.k, queryReads());
  return chunk;
}

void ChunkedScan::turnRows(Chunk &chunk) {
  chunk.turns = std::make_unique<ChunkTurns>(b, chunk.rows);
  chunk.q = chunk.turns->turnBack(b, chunk.q, queryReads());
  chunk.k = chunk.turns->turnBack(b, chunk.k, Reads::After);
  if (chunk.a)
    chunk.a = chunk.turns->turnBack(b, chunk.a, eraseReads());
  if (chunk.b)
    chunk.b = chunk.turns->turnBack(b, chunk.b, Reads::After);
}

/// Weights of the own values of rows, in the scale of the row.
Value ChunkedScan::bonusOf(const Chunk &chunk) {
  Value weights = bonusWeights(b, scan, task, chunk.q, chunk.k);
  Value log = chunk.transition->bonusLog;
  if (!log)
    return weights;
  return b
      .generic("i", {Term(log, "i")}, {Term(weights, "i")},
               [&](ValueRange x) -> Values {
                 Value scale = math::ExpOp::create(b, x[0]);
                 return {arith::MulFOp::create(b, x[1], scale)};
               })
      .front();
}

//===-- one block of rows --------------------------------------------------===//

/// In the order of time: erases read what was erased before.
void ChunkedScan::overRows(const Chunk &chunk, Value state, Carried &carried,
                           Value &erased) {
  auto block = [&](Value step) {
    Value row = scan.reverse && erased
                    ? b.sub(b.index(C - SB), step)
                    : step;
    if (erased) {
      Value part = solve(chunk, state, erased, row);
      erased = b.insert(part, erased, {range(row, SB), all(scan.V)});
    }
    Value done = rows(chunk, state, erased, row);
    Value have = b.min(b.sub(chunk.rows.count, row), b.index(SB));
    if (scan.reverse && erased)
      have = b.max(have, b.index(0));
    Value kept = b.slice(done, {range(0, have), all(scan.V)});
    carried.y = b.insert(kept, carried.y,
                         {range(b.add(chunk.rows.first, row), have),
                          all(scan.V)});
  };
  // A chunk of one block needs no loop, and its sizes are known.
  if (SB == C)
    return block(b.index(0));
  // Blocks without a token are skipped, but in reverse they come first.
  Value end = scan.reverse && erased ? b.index(C) : chunk.rows.count;
  b.forLoop(b.index(0), end, SB, {&carried.y, &erased}, block);
}

ScoreBlock ChunkedScan::block(const Chunk &chunk, Value x, Value y,
                              Reads reads, bool gained, Value at) {
  ScoreBlock block{b.slice(x, {range(at, SB), all(scan.K)}), y, reads, gained,
                   at, {}, {}, SB,
                   reads == Reads::Before};
  block.from = scan.reverse ? at : b.index(0);
  block.count = scan.reverse ? b.sub(b.index(C), at) : b.add(at, b.index(SB));
  return block;
}

// Y = decay Q S + scores V + scores U, for SB rows.
Value ChunkedScan::rows(const Chunk &chunk, Value state, Value erased,
                        Value at) {
  ChunkTransition &transition = *chunk.transition;
  ScoreBlock writes =
      block(chunk, chunk.q, chunk.k, queryReads(), /*gained=*/true, at);
  Value y = transition.readState(b, writes.x, state, writes.reads, at);
  if (chunk.bonus)
    y = addBonus(chunk, y, at);
  auto add = [&](const ScoreBlock &block, Value values) {
    Value s = transition.scores(b, block);
    Value v = b.slice(values, {range(block.from, block.count), all(scan.V)});
    y = b.contract("ip/j", {"ij", "jp", "ip"}, s, v, y);
  };
  add(writes, erased && oneStream() ? erased : chunk.v);
  if (erased && !oneStream()) {
    ScoreBlock erases =
        block(chunk, chunk.q, chunk.b, queryReads(), /*gained=*/false, at);
    add(erases, erased);
  }
  return y;
}

Value ChunkedScan::addBonus(const Chunk &chunk, Value y, Value at) {
  return b
      .generic("ip",
               {Term(b.slice(chunk.bonus, {range(at, SB)}), "i"),
                Term(b.slice(chunk.v, {range(at, SB), all(scan.V)}), "ip")},
               {Term(y, "ip")},
               [&](ValueRange x) -> Values {
                 Value product = arith::MulFOp::create(b, x[0], x[1]);
                 return {arith::AddFOp::create(b, x[2], product)};
               })
      .front();
}

/// What the erases of SB rows read, or v and that with one stream: the rows
/// before them by products, then one row after the other.
Value ChunkedScan::solve(const Chunk &chunk, Value state, Value erased,
                         Value at) {
  ChunkTransition &transition = *chunk.transition;
  auto scores = [&](Value y, bool gained) {
    ScoreBlock erases = block(chunk, chunk.a, y, eraseReads(), gained, at);
    erases.strict = true;
    return std::pair{erases, transition.scores(b, erases)};
  };
  Value rows = transition.readState(
      b, b.slice(chunk.a, {range(at, SB), all(scan.K)}), state, eraseReads(),
      at);
  if (oneStream()) {
    rows = b.generic("ip",
                     {Term(b.slice(chunk.v, {range(at, SB), all(scan.V)}),
                           "ip")},
                     {Term(rows, "ip")},
                     [&](ValueRange x) -> Values {
                       return {arith::AddFOp::create(b, x[0], x[1])};
                     })
               .front();
  } else {
    auto [block, s] = scores(chunk.k, /*gained=*/true);
    Value v = b.slice(chunk.v, {range(block.from, block.count), all(scan.V)});
    rows = b.contract("ip/j", {"ij", "jp", "ip"}, s, v, rows);
  }
  auto [block, s] = scores(oneStream() ? chunk.k : chunk.b, /*gained=*/false);
  // The rows of the block itself are zero so far.
  Value u = b.slice(erased, {range(block.from, block.count), all(scan.V)});
  rows = b.contract("ip/j", {"ij", "jp", "ip"}, s, u, rows);
  Value diagonal = b.slice(
      s, {all(SB), range(scan.reverse ? b.index(0) : at, SB)});
  b.forLoop(b.index(1), b.index(SB), 1, {&rows}, [&](Value step) {
    Value row = scan.reverse ? b.sub(b.index(SB - 1), step) : step;
    Value from = scan.reverse ? b.add(row, b.index(1)) : b.index(0);
    Value weights = b.slice(diagonal, {weft::at(row), range(from, step)});
    Value done = b.slice(rows, {range(from, step), all(scan.V)});
    Value own = b.slice(rows, {weft::at(row), all(scan.V)});
    own = b.contract("p/j", {"j", "jp", "p"}, weights, done, own);
    rows = b.insert(own, rows, {weft::at(row), all(scan.V)});
  });
  return rows;
}

FailureOr<Values> weft::chunkedScan(BlockBuilder &b, ScanOp op, int64_t chunk) {
  return ChunkedScan(b, op, chunk).results();
}
