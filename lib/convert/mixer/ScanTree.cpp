// The tree form of scan. A token is an element (A, B), the map S -> A S + B of
// the state. Two of them combine to (A' A, A' B + B'), which is associative: a
// chunk needs a sweep up and one down a binary tree, of logarithmic depth, and
// then each of its elements is the map from the state before the chunk. A is a
// number, one for each channel, or, with erases, a matrix; rotations are taken
// out of it by turning rows. A dense A is the same for all tokens: the later of
// two elements has the power of its number of tokens, and none is kept.
#include "ChunkTurns.h"
#include "MixerToBlocks.h"
#include "ScanByChunks.h"
#include "ScanGauge.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace weft;
using mixer::ScanOp;

namespace {

/// Logs [rows] that a gain adds to decays, to what is written, read and added
/// by a bonus; null without.
struct GaugeLogs {
  Value state, written, read, bonus, scale;
};

class TreeScan : public ScanByChunks {
public:
  using ScanByChunks::ScanByChunks;

private:
  void step(Value first, Carried &carried) override;
  GaugeLogs stepGauge(const ChunkRows &rows, Carried &carried);
  Value resets(const ChunkRows &rows);
  Value decays(const ChunkRows &rows, const GaugeLogs &logs, Value resets);
  Value withErases(const ChunkRows &rows, const ChunkTurns *turns,
                   Value diagonal, Value resets);
  Value outer(Value keys, Value values);
  Value weighted(Value tile, Value log);
  Value shiftedRows(Value tile);

  Value statesOf(const ChunkRows &rows, const GaugeLogs &logs,
                 const ChunkTurns *turns, Value B, Value state, Value resets);
  Value place(Value step) {
    return scan.reverse ? b.sub(b.index(C - 1), step) : step;
  }
  void sweep(const ChunkRows &rows, Value &A, Value &B);
  void combine(Value earlier, Value later, Value &A, Value &B);
  void combineDense(const ChunkRows &rows, Value step, int64_t half, Value &B);
  Value afterState(const ChunkRows &rows, Value B, Value state);
  Value addMoved(Value before, Value count, int64_t most, Value own,
                 Value number, Value other);
  Value applied(Value A, Value B, Value state);
  Value readRows(const ChunkRows &rows, const GaugeLogs &logs, Value q,
                 Value states, Value before, Value resets);

  /// Letters of A.
  StringRef map() const {
    return scan.eraseA ? "inm" : scan.channelDecay ? "in" : "i";
  }
  Value number(double x) { return b.number(scan.element, x); }
};

} // namespace

//===-- one chunk ----------------------------------------------------------===//

void TreeScan::step(Value first, Carried &carried) {
  ChunkRows rows(b, scan, task, first, C);
  if (scan.segments)
    rows.findSegments(b, carried.segment);
  GaugeLogs logs;
  if (scan.gain)
    logs = stepGauge(rows, carried);
  Value resets = rows.numbers ? this->resets(rows) : Value();
  Value q = rows.tile(b, scan.q), k = rows.tile(b, scan.k),
        v = rows.tile(b, scan.v);
  Value bonus;
  if (scan.bonus)
    bonus = weighted(bonusWeights(b, scan, task, q, k), logs.bonus);
  std::unique_ptr<ChunkTurns> turns;
  if (scan.rotate) {
    turns = std::make_unique<ChunkTurns>(b, rows);
    q = turns->turnBack(b, q, scan.readsBefore ? Reads::Before : Reads::After);
    k = turns->turnBack(b, k, Reads::After);
  }
  Value states = statesOf(rows, logs, turns.get(),
                          outer(weighted(k, logs.written), v), carried.state,
                          resets);
  Value y = readRows(rows, logs, q, states, carried.state, resets);
  if (bonus)
    y = b.generic("ip", {Term(bonus, "i"), Term(v, "ip")}, {Term(y, "ip")},
                  [&](ValueRange x) -> Values {
                    Value own = arith::MulFOp::create(b, x[0], x[1]);
                    return {arith::AddFOp::create(b, x[2], own)};
                  })
            .front();
  Value scale = number(scan.scale);
  y = b.generic("ip", {}, {Term(y, "ip")}, [&](ValueRange x) -> Values {
         return {arith::MulFOp::create(b, x[0], scale)};
       }).front();
  Value last = b.slice(states,
                       {at(rows.lastRow(b)), all(scan.K), all(scan.V)});
  if (turns)
    last = turns->turned(b, last);
  carried.state = bufferization::MaterializeInDestinationOp::create(
                      b, last, carried.state)
                      .getResult();
  carried.y = b.insert(b.slice(y, {range(0, rows.count), all(scan.V)}),
                       carried.y, {range(first, rows.count), all(scan.V)});
  if (carried.logScale)
    carried.logScale = b.insert(b.slice(logs.scale, {range(0, rows.count)}),
                                carried.logScale, {range(first, rows.count)});
}

/// The states after all rows; B is what each row writes.
Value TreeScan::statesOf(const ChunkRows &rows, const GaugeLogs &logs,
                         const ChunkTurns *turns, Value B, Value state,
                         Value resets) {
  Value A;
  if (scan.dense) {
    B = afterState(rows, B, state);
    sweep(rows, A, B);
    return B;
  }
  A = decays(rows, logs, resets);
  if (scan.eraseA)
    A = withErases(rows, turns, A, resets);
  sweep(rows, A, B);
  return applied(A, B, state);
}

/// The gauge is a max of sums: token by token, as in all forms.
GaugeLogs TreeScan::stepGauge(const ChunkRows &rows, Carried &carried) {
  GaugeLogs logs;
  for (Value *tile : {&logs.state, &logs.written, &logs.scale})
    *tile = b.empty({C}, scan.element);
  if (scan.bonus)
    for (Value *tile : {&logs.read, &logs.bonus})
      *tile = b.empty({C}, scan.element);
  Value lowest = lowestMax(b, scan.element), previous;
  if (rows.numbers)
    previous = arith::ConstantOp::create(b, b.getI64IntegerAttr(0));
  auto less = [&](Value x, Value y) -> Value {
    return arith::SubFOp::create(b, x, y);
  };
  auto set = [&](Value &tile, Value x, Value row) {
    tile = tensor::InsertOp::create(b, x, tile, row);
  };
  b.forLoop(
      b.index(0), b.index(C), 1,
      {&carried.max, &previous, &logs.state, &logs.written, &logs.scale,
       &logs.read, &logs.bonus},
      [&](Value step) {
        Value row = rows.row(b, step), there = rows.isThere(b, row),
              t = rows.token(b, row), old = carried.max;
        if (previous) {
          Value own = tensor::ExtractOp::create(b, rows.numbers, row);
          Value reset = arith::CmpIOp::create(b, arith::CmpIPredicate::ne, own,
                                              previous);
          old = arith::SelectOp::create(b, reset, lowest, old);
          previous = own;
        }
        old = arith::MaximumFOp::create(b, old, lowest);
        Value gain = scan.row(b, scan.gain, task, t).value;
        gain = arith::SelectOp::create(b, there, gain, old);
        Value after = maxAfter(
            b, old, scan.strongestDecay(b, task, t).value, gain);
        Value max = arith::SelectOp::create(b, there, after, old);
        carried.max = max;
        set(logs.state, less(old, max), row);
        set(logs.written, less(gain, max), row);
        Value read = scan.readsBefore ? old : max;
        if (scan.bonus) {
          read = arith::MaximumFOp::create(b, old, gain);
          set(logs.read, less(old, read), row);
          set(logs.bonus, less(gain, read), row);
        }
        set(logs.scale, read, row);
      });
  return logs;
}

/// The tile moved by one row to later tokens; zero in the first.
Value TreeScan::shiftedRows(Value tile) {
  Value zero = b.fill(b.empty({C}, elementOf(tile)), 0.0);
  if (C == 1)
    return zero;
  Axis earlier = range(scan.reverse ? 1 : 0, C - 1),
       later = range(scan.reverse ? 0 : 1, C - 1);
  return b.insert(b.slice(tile, {earlier}), zero, {later});
}

/// Whether the state is reset before a row: 1 or 0.
Value TreeScan::resets(const ChunkRows &rows) {
  Value numbers = b.generic("i", {Term(rows.numbers, "i")},
                            {Term(b.empty({C}, scan.element), "i")},
                            [&](ValueRange x) -> Values {
                              return {arith::SIToFPOp::create(b, scan.element,
                                                              x[0])};
                            })
                      .front();
  return b
      .generic("i", {Term(shiftedRows(numbers), "i"), Term(numbers, "i")},
               {Term(b.empty({C}, scan.element), "i")},
               [&](ValueRange x) -> Values {
                 Value differs = arith::CmpFOp::create(
                     b, arith::CmpFPredicate::ONE, x[0], x[1]);
                 return {arith::SelectOp::create(b, differs, number(1),
                                                 number(0))};
               })
      .front();
}

/// The diagonal of A, [rows] or [rows, K]: one where there is no token, zero at
/// a reset.
Value TreeScan::decays(const ChunkRows &rows, const GaugeLogs &logs,
                       Value resets) {
  StringRef map = scan.channelDecay ? "in" : "i";
  SmallVector<Extent> sizes{C};
  if (scan.channelDecay)
    sizes.push_back(scan.K);
  Value tile = b.empty(sizes, scan.element);
  Type integer = b.getI64Type();
  Value zero = arith::ConstantOp::create(b, b.getIntegerAttr(integer, 0));
  for (int64_t plane = 0; plane < (scan.channelDecay ? scan.planes : 1);
       ++plane) {
    SmallVector<Axis> part{all(C)};
    if (scan.channelDecay)
      part.push_back(range(plane * scan.channels, scan.channels));
    auto body = [&](ValueRange x) -> Values {
      Value log = x[0];
      if (x[1])
        log = log ? arith::AddFOp::create(b, log, x[1]).getResult() : x[1];
      Value factor = log ? math::ExpOp::create(b, log).getResult() : number(1);
      Value there = arith::CmpIOp::create(b, arith::CmpIPredicate::slt,
                                          linalg::IndexOp::create(b, 0),
                                          rows.count);
      if (x[2]) {
        Value token = arith::CmpIOp::create(b, arith::CmpIPredicate::ne, x[2],
                                            zero);
        there = arith::AndIOp::create(b, there, token);
      }
      factor = arith::SelectOp::create(b, there, factor, number(1));
      if (!x[3])
        return {factor};
      Value reset = arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, x[3],
                                          number(0));
      return {arith::SelectOp::create(b, reset, number(0), factor)};
    };
    Value done =
        b.generic(map,
                  {rows.decayLogs(b), logs.state ? Term(logs.state, "i") : Term(),
                   rows.present ? Term(rows.present, "i") : Term(),
                   resets ? Term(resets, "i") : Term()},
                  {Term(b.slice(tile, part), map)}, body)
            .front();
    tile = b.insert(done, tile, part);
  }
  return tile;
}

// D + b aᵀ or (I + b aᵀ) D, [rows, K, K]; zero at a reset.
Value TreeScan::withErases(const ChunkRows &rows, const ChunkTurns *turns,
                           Value diagonal, Value resets) {
  Value left = rows.tile(b, scan.eraseB), right = rows.tile(b, scan.eraseA);
  if (turns) {
    left = turns->turnBack(b, left, Reads::After);
    right = turns->turnBack(
        b, right, scan.erasesDecayed ? Reads::After : Reads::Before);
  }
  std::string row = "i", column = "i";
  if (scan.channelDecay)
    row = "in", column = "im";
  return b
      .generic("inm",
               {Term(diagonal, row), Term(diagonal, column), Term(left, "in"),
                Term(right, "im"), resets ? Term(resets, "i") : Term()},
               {Term(b.empty({C, scan.K, scan.K}, scan.element), "inm")},
               [&](ValueRange x) -> Values {
                 Value on = arith::CmpIOp::create(
                     b, arith::CmpIPredicate::eq,
                     linalg::IndexOp::create(b, 1),
                     linalg::IndexOp::create(b, 2));
                 Value kept = arith::SelectOp::create(b, on, x[0], number(0));
                 Value erased = arith::MulFOp::create(b, x[2], x[3]);
                 if (scan.erasesDecayed)
                   erased = arith::MulFOp::create(b, erased, x[1]);
                 if (x[4]) {
                   Value reset = arith::CmpFOp::create(
                       b, arith::CmpFPredicate::OGT, x[4], number(0));
                   erased =
                       arith::SelectOp::create(b, reset, number(0), erased);
                 }
                 return {arith::AddFOp::create(b, kept, erased)};
               })
      .front();
}

/// x_i e^log_i
Value TreeScan::weighted(Value tile, Value log) {
  if (!log)
    return tile;
  StringRef map =
      cast<RankedTensorType>(tile.getType()).getRank() == 1 ? "i" : "in";
  return b
      .generic(map, {Term(log, "i")}, {Term(tile, map)},
               [&](ValueRange x) -> Values {
                 Value scale = math::ExpOp::create(b, x[0]);
                 return {arith::MulFOp::create(b, x[1], scale)};
               })
      .front();
}

// k_i v_iᵀ
Value TreeScan::outer(Value keys, Value values) {
  return b
      .generic("inp", {Term(keys, "in"), Term(values, "ip")},
               {Term(b.empty({C, scan.K, scan.V}, scan.element), "inp")},
               [&](ValueRange x) -> Values {
                 return {arith::MulFOp::create(b, x[0], x[1])};
               })
      .front();
}

//===-- the tree -----------------------------------------------------------===//

/// Element i becomes the combination of all elements up to i: pairs on the way
/// up, what lies between them on the way down.
void TreeScan::sweep(const ChunkRows &rows, Value &A, Value &B) {
  auto level = [&](int64_t first, int64_t end, int64_t half) {
    if (first >= end)
      return;
    b.forLoop(b.index(first), b.index(end), 2 * half, {&A, &B}, [&](Value n) {
      if (scan.dense)
        return combineDense(rows, n, half, B);
      combine(place(n), place(b.add(n, b.index(half))), A, B);
    });
  };
  int64_t half = 1;
  for (; 2 * half <= C; half *= 2)
    level(half - 1, C - half, half);
  for (; half >= 1; half /= 2)
    level(2 * half - 1, C - half, half);
}

// (A, B) of the later: (A' A, A' B + B').
void TreeScan::combine(Value earlier, Value later, Value &A, Value &B) {
  auto rowOf = [&](Value n) {
    return SmallVector<Axis>{at(n), all(scan.K), all(scan.V)};
  };
  Value before = b.slice(B, rowOf(earlier)), own = b.slice(B, rowOf(later));
  if (scan.eraseA) {
    SmallVector<Axis> first{at(earlier), all(scan.K), all(scan.K)},
        second{at(later), all(scan.K), all(scan.K)};
    Value left = b.slice(A, second), right = b.slice(A, first);
    own = b.contract("np/m", {"nm", "mp", "np"}, left, before, own);
    B = b.insert(own, B, rowOf(later));
    Value product = b.fill(b.empty({scan.K, scan.K}, scan.element), 0.0);
    product = b.contract("nm/l", {"nl", "lm", "nm"}, left, right, product);
    A = b.insert(product, A, second);
    return;
  }
  auto factor = [&](Value n) -> Term {
    if (scan.channelDecay)
      return {b.slice(A, {at(n), all(scan.K)}), "n"};
    return tensor::ExtractOp::create(b, A, n).getResult();
  };
  Term left = factor(later), right = factor(earlier);
  own = b.generic("np", {left, Term(before, "np")}, {Term(own, "np")},
                  [&](ValueRange x) -> Values {
                    Value moved = arith::MulFOp::create(b, x[0], x[1]);
                    return {arith::AddFOp::create(b, moved, x[2])};
                  })
            .front();
  B = b.insert(own, B, rowOf(later));
  Term product = b.map({left, right}, scan.element, [&](ValueRange x) -> Value {
    return arith::MulFOp::create(b, x[0], x[1]);
  });
  if (scan.channelDecay)
    A = b.insert(product.value, A, {at(later), all(scan.K)});
  else
    A = tensor::InsertOp::create(b, product.value, A, later);
}

/// Behind the element that ends with `step` lie `half` steps: A^n B + B'.
void TreeScan::combineDense(const ChunkRows &rows, Value step, int64_t half,
                            Value &B) {
  auto matrix = [&](Value row) {
    return SmallVector<Axis>{at(row), all(scan.K), all(scan.V)};
  };
  Value one = b.index(1), end = b.add(step, b.index(half));
  Value earlier = place(step), later = place(end);
  Value count = b.sub(rows.tokensUntil(b, b.add(end, one)),
                      rows.tokensUntil(b, b.add(step, one)));
  Value number, other;
  if (rows.numbers) {
    number = tensor::ExtractOp::create(b, rows.numbers, earlier);
    other = tensor::ExtractOp::create(b, rows.numbers, later);
  }
  Value own = addMoved(b.slice(B, matrix(earlier)), count, half,
                       b.slice(B, matrix(later)), number, other);
  B = b.insert(own, B, matrix(later));
}

/// The first element with the state before the chunk in it.
Value TreeScan::afterState(const ChunkRows &rows, Value B, Value state) {
  Value first = place(b.index(0)), number, none;
  SmallVector<Axis> matrix{at(first), all(scan.K), all(scan.V)};
  if (rows.numbers) {
    number = tensor::ExtractOp::create(b, rows.numbers, first);
    none = arith::ConstantOp::create(b, b.getI64IntegerAttr(0));
  }
  Value own = addMoved(state, rows.tokensUntil(b, b.index(1)), 1,
                       b.slice(B, matrix), number, none);
  return b.insert(own, B, matrix);
}

/// own + A^count before, or own where the state was reset in between.
Value TreeScan::addMoved(Value before, Value count, int64_t most, Value own,
                         Value number, Value other) {
  Value tile = b.empty({scan.K, scan.V}, scan.element);
  tile = bufferization::MaterializeInDestinationOp::create(b, before, tile)
             .getResult();
  Value moved = powers->ofState(b, tile, count, most);
  return b
      .generic("np", {Term(moved, "np"), Term(number), Term(other)},
               {Term(own, "np")},
               [&](ValueRange x) -> Values {
                 Value kept = keepSegment(b, x[0], x[1], x[2]);
                 return {arith::AddFOp::create(b, kept, x[3])};
               })
      .front();
}

/// The states after all tokens: A_i S + B_i.
Value TreeScan::applied(Value A, Value B, Value state) {
  if (scan.eraseA)
    return b.contract("inp/m", {"inm", "mp", "inp"}, A, state, B);
  return b
      .generic("inp", {Term(A, map()), Term(state, "np")}, {Term(B, "inp")},
               [&](ValueRange x) -> Values {
                 Value moved = arith::MulFOp::create(b, x[0], x[1]);
                 return {arith::AddFOp::create(b, moved, x[2])};
               })
      .front();
}

/// q_i S_i, or q_i of the state before the token.
Value TreeScan::readRows(const ChunkRows &rows, const GaugeLogs &logs, Value q,
                         Value states, Value before, Value resets) {
  Value y = b.fill(b.empty({C, scan.V}, scan.element), 0.0);
  auto read = [&](Axis of, StringRef map, Value from) {
    Terms ins{Term(b.slice(q, {of, all(scan.K)}), "in"), Term(from, map)};
    for (Value tile : {logs.read, resets})
      ins.push_back(tile && scan.readsBefore ? Term(b.slice(tile, {of}), "i")
                                             : Term());
    SmallVector<Axis> place{of, all(scan.V)};
    Value sum =
        b.generic("ip/n", ins, {Term(b.slice(y, place), "ip")},
                  [&](ValueRange x) -> Values {
                    Value query = x[0];
                    if (x[2])
                      query = arith::MulFOp::create(
                          b, query, math::ExpOp::create(b, x[2]));
                    Value seen = x[1];
                    if (x[3]) {
                      Value reset = arith::CmpFOp::create(
                          b, arith::CmpFPredicate::OGT, x[3], number(0));
                      seen = arith::SelectOp::create(b, reset, number(0), seen);
                    }
                    Value part = arith::MulFOp::create(b, query, seen);
                    return {arith::AddFOp::create(b, x[4], part)};
                  })
            .front();
    y = b.insert(sum, y, place);
  };
  if (!scan.readsBefore) {
    read(all(C), "inp", states);
    return y;
  }
  Axis first = range(scan.reverse ? C - 1 : 0, 1),
       later = range(scan.reverse ? 0 : 1, C - 1),
       earlier = range(scan.reverse ? 1 : 0, C - 1);
  read(first, "np", before);
  if (C > 1)
    read(later, "inp",
         b.slice(states, {earlier, all(scan.K), all(scan.V)}));
  return y;
}

FailureOr<Values> weft::treeScan(BlockBuilder &b, ScanOp op, int64_t chunk) {
  return TreeScan(b, op, chunk).results();
}
