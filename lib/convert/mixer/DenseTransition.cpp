// A dense transition A. With a state between them, q_iᵀ A^(i-j) k_j is the
// product of a query that is moved back to it and a key that is moved on: for
// each border between halves of the chunk, halves of halves and so on, a block
// of scores is one product of matrices. From one size of halves to the next,
// half of all rows are moved by the length of the other half.
#include "ChunkTransition.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace weft;

/// The rows of steps [step, step + count).
Axis DenseTransition::rowsOf(BlockBuilder &b, Value step,
                             int64_t count) const {
  if (!rows.scan.reverse)
    return range(step, count);
  return range(b.sub(b.index(rows.rows - count), step), count);
}

/// How many of these steps move the state.
Value DenseTransition::tokensIn(BlockBuilder &b, Value step,
                                int64_t count) const {
  return b.sub(rows.tokensUntil(b, b.add(step, b.index(count))),
               rows.tokensUntil(b, step));
}

//===-- scores -------------------------------------------------------------===//

void DenseTransition::prepare(BlockBuilder &b, Value q, Value k, Reads reads) {
  int64_t count = rows.rows;
  queries = reads == Reads::After ? powers.onceOfRows(b, q) : q;
  keys = k;
  weights = b.fill(b.empty({count, count}, rows.scan.element), 0.0);
  for (int64_t half = 1; half < count; half *= 2)
    joinHalves(b, half);
  finishScores(b, q, k, reads);
}

/// Parts of `half` steps become parts of twice as many; the last may be shorter.
void DenseTransition::joinHalves(BlockBuilder &b, int64_t half) {
  int64_t pairs = rows.rows / (2 * half);
  int64_t rest = rows.rows - 2 * half * pairs - half;
  if (pairs)
    b.forLoop(b.index(0), b.index(pairs), 1, {&queries, &keys, &weights},
              [&](Value n) { join(b, b.mul(n, 2 * half), half, half); });
  if (rest > 0)
    join(b, b.index(2 * half * pairs), half, rest);
}

/// Two parts of the chunk, one behind the other.
void DenseTransition::join(BlockBuilder &b, Value step, int64_t earlier,
                           int64_t later) {
  int64_t K = rows.scan.K;
  Value border = b.add(step, b.index(earlier));
  Axis before = rowsOf(b, step, earlier), behind = rowsOf(b, border, later);
  Value q = b.slice(queries, {behind, all(K)}),
        k = b.slice(keys, {before, all(K)});
  Value scores = b.slice(weights, {behind, before});
  scores = b.contract("ij/k", {"ik", "jk", "ij"}, q, k, scores);
  weights = b.insert(scores, weights, {behind, before});
  q = powers.ofRows(b, q, tokensIn(b, step, earlier), earlier,
                    /*written=*/false);
  queries = b.insert(q, queries, {behind, all(K)});
  k = powers.ofRows(b, k, tokensIn(b, border, later), later, /*written=*/true);
  keys = b.insert(k, keys, {before, all(K)});
}

/// No power lies between a token and itself; segments do not see each other.
void DenseTransition::finishScores(BlockBuilder &b, Value q, Value k,
                                   Reads reads) {
  Term own;
  if (reads == Reads::After) {
    Value sums = b.fill(b.empty({rows.rows}, rows.scan.element), 0.0);
    own = {b.generic("i/n", {Term(q, "in"), Term(k, "in")}, {Term(sums, "i")},
                     [&](ValueRange x) -> Values {
                       Value product = arith::MulFOp::create(b, x[0], x[1]);
                       return {arith::AddFOp::create(b, x[2], product)};
                     })
               .front(),
           "i"};
  }
  if (!own && !rows.numbers)
    return;
  Terms ins{own, rows.numbersOf(b, b.index(0), rows.rows, "i"),
            rows.numbersOf(b, b.index(0), rows.rows, "j")};
  weights = b.generic("ij", ins, {Term(weights, "ij")},
                      [&](ValueRange x) -> Values {
                        Value score = keepSegment(b, x[3], x[1], x[2]);
                        if (!x[0])
                          return {score};
                        Value same = arith::CmpIOp::create(
                            b, arith::CmpIPredicate::eq,
                            linalg::IndexOp::create(b, 0),
                            linalg::IndexOp::create(b, 1));
                        return {arith::SelectOp::create(b, same, x[0], score)};
                      })
                .front();
}

Value DenseTransition::scores(BlockBuilder &, const ScoreBlock &) {
  return weights;
}

//===-- the state ----------------------------------------------------------===//

// ((A^n)ᵀ q_i) S for the n tokens up to row i.
Value DenseTransition::readState(BlockBuilder &b, Value, Value state, Reads,
                                 Value) {
  const ScanOperands &scan = rows.scan;
  Value y = b.fill(b.empty({rows.rows, scan.V}, scan.element), 0.0);
  y = b.contract("ip/n", {"in", "np", "ip"}, queries, state, y);
  if (!rows.numbers)
    return y;
  Value none = arith::ConstantOp::create(b, b.getI64IntegerAttr(0));
  return b
      .generic("ip", {rows.numbersOf(b, b.index(0), rows.rows, "i")},
               {Term(y, "ip")},
               [&](ValueRange x) -> Values {
                 return {keepSegment(b, x[1], x[0], none)};
               })
      .front();
}

// S' = A^n S + (A^n_j k_j)ᵀ V, n_j the tokens behind j.
Value DenseTransition::nextState(BlockBuilder &b, Value state,
                                 ArrayRef<Written> written) {
  int64_t count = rows.rows;
  state = powers.ofState(b, state, rows.tokensUntil(b, b.index(count)), count);
  Value last = keys;
  if (Value number = rows.lastNumber(b)) {
    Value none = arith::ConstantOp::create(b, b.getI64IntegerAttr(0));
    state = b.generic("np", {Term(number)}, {Term(state, "np")},
                      [&](ValueRange x) -> Values {
                        return {keepSegment(b, x[1], x[0], none)};
                      })
                .front();
    last = b.generic("in",
                     {rows.numbersOf(b, b.index(0), count, "i"), Term(number)},
                     {Term(keys, "in")},
                     [&](ValueRange x) -> Values {
                       return {keepSegment(b, x[2], x[0], x[1])};
                     })
               .front();
  }
  return b.contract("np/c", {"cn", "cp", "np"}, last, written.front().values,
                    state);
}
