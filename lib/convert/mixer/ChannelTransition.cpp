// Decays that differ among the channels of a head. Scores of columns before a
// block of rows go through the state before the block: both factors decay from
// or to it. On the diagonal every entry has its own exponents.
#include "ChunkTransition.h"
#include "ScanGauge.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace weft;

ChannelTransition::ChannelTransition(BlockBuilder &b, const ChunkRows &rows,
                                     Value max)
    : SummedTransition(rows) {
  sum(b, max);
}

LogSums ChannelTransition::makeSums(BlockBuilder &b) {
  const ScanOperands &scan = rows.scan;
  if (!total)
    total = b.fill(b.empty({scan.channels}, b.getF64Type()), 0.0);
  LogSums sums;
  sums.high = b.empty({rows.rows, scan.K}, scan.element);
  if (!scan.element.isF64())
    sums.rest = b.empty({rows.rows, scan.K}, scan.element);
  return sums;
}

void ChannelTransition::advance(BlockBuilder &b, Value row, Value there) {
  Type wide = b.getF64Type();
  Term g = rows.scan.row(b, rows.scan.decay, rows.task, rows.token(b, row));
  total = b.generic("n", {g}, {Term(total, "n")},
                    [&](ValueRange x) -> Values {
                      Value log = toF64(b, x[0]);
                      log = arith::MaximumFOp::create(
                          b, log, b.number(wide, kStrongestDecay));
                      log = arith::MulFOp::create(b, log,
                                                  b.number(wide, kLog2e));
                      log = arith::SelectOp::create(b, there, log,
                                                    b.number(wide, 0.0));
                      return {arith::AddFOp::create(b, x[1], log)};
                    })
              .front();
}

void ChannelTransition::write(BlockBuilder &b, LogSums &sums, Value less,
                              Value row) {
  const ScanOperands &scan = rows.scan;
  for (int64_t plane = 0; plane < scan.planes; ++plane) {
    SmallVector<Axis> place{at(row),
                            range(plane * scan.channels, scan.channels)};
    Terms outs{{b.slice(sums.high, place), "n"}};
    if (sums.rest)
      outs.push_back({b.slice(sums.rest, place), "n"});
    Values parts = b.generic("n", {Term(total, "n")}, outs,
                             [&](ValueRange x) -> Values {
                               Value log = x[0];
                               if (less)
                                 log = arith::SubFOp::create(b, log, less);
                               Terms split = splitLog(b, log, scan.element);
                               if (!sums.rest)
                                 return {split[0].value};
                               return {split[0].value, split[1].value};
                             });
    sums.high = b.insert(parts[0], sums.high, place);
    if (sums.rest)
      sums.rest = b.insert(parts[1], sums.rest, place);
  }
}

/// x 2^(log - less), no more than x: exponents are positive only where the
/// result does not count.
static Value decayed(BlockBuilder &b, Value x, ValueRange log, ValueRange less,
                     Value own = {}, Value other = {}) {
  Value difference = logDifference(b, log, less);
  difference = arith::MinimumFOp::create(b, difference,
                                         b.number(difference.getType(), 0.0));
  return arith::MulFOp::create(b, x, weightOf(b, difference, own, other));
}

// x_i e^(c_i - entry) S
Value ChannelTransition::readState(BlockBuilder &b, Value x, Value state,
                                   Reads reads, Value at) {
  const ScanOperands &scan = rows.scan;
  int64_t count = staticDim(x, 0);
  Terms ins = sumsOf(reads).rows(b, at, count, "in");
  ins.append(entry);
  ins.append({rows.numbersOf(b, at, count, "i"), Term(x, "in")});
  Value none = arith::ConstantOp::create(b, b.getI64IntegerAttr(0));
  Value scaled =
      b.generic("in", ins,
                {Term(b.empty({count, scan.K}, scan.element), "in")},
                [&](ValueRange in) -> Values {
                  return {decayed(b, in[5], in.take_front(2), in.slice(2, 2),
                                  in[4], none)};
                })
          .front();
  Value y = b.fill(b.empty({count, scan.V}, scan.element), 0.0);
  return b.contract("ip/n", {"in", "np", "ip"}, scaled, state, y);
}

//===-- scores -------------------------------------------------------------===//

// (x_i e^(c_i - c)) · (y_j e^(c - c_j)) with c the sums of the row before the
// block.
Value ChannelTransition::beside(BlockBuilder &b, Value part,
                                const ScoreBlock &block,
                                const Columns &columns) {
  const ScanOperands &scan = rows.scan;
  Value previous =
      scan.reverse
          ? b.min(b.add(block.at, b.index(block.rows)), b.index(rows.rows - 1))
          : b.max(b.sub(block.at, b.index(1)), b.index(0));
  Terms anchor = after.row(b, previous);
  Terms ins = sumsOf(block.reads).rows(b, block.at, block.rows, "in");
  ins.append(anchor);
  ins.push_back({block.x, "in"});
  auto body = [&](ValueRange in) -> Values {
    return {decayed(b, in[4], in.take_front(2), in.slice(2, 2))};
  };
  Value x = b.generic("in", ins,
                      {Term(b.empty({block.rows, scan.K}, scan.element), "in")},
                      body)
                .front();
  ins = anchor;
  ins.append(sumsOf(block.gained).rows(b, columns.first, columns.count, "jn"));
  ins.push_back({b.slice(block.y, {range(columns.first, columns.count),
                                   all(scan.K)}),
                 "jn"});
  Value room = b.slice(b.empty({rows.rows, scan.K}, scan.element),
                       {range(0, columns.count), all(scan.K)});
  Value y = b.generic("jn", ins, {Term(room, "jn")}, body).front();
  part = b.contract("ij/n", {"in", "jn", "ij"}, x, y, part);
  if (!rows.numbers)
    return part;
  return b
      .generic("ij",
               {rows.numbersOf(b, block.at, block.rows, "i"),
                rows.numbersOf(b, columns.first, columns.count, "j")},
               {Term(part, "ij")},
               [&](ValueRange in) -> Values {
                 return {keepSegment(b, in[2], in[0], in[1])};
               })
      .front();
}

// Σ_n x_in y_jn e^(c_in - c_jn)
Value ChannelTransition::onDiagonal(BlockBuilder &b, Value part,
                                    const ScoreBlock &block) {
  const ScanOperands &scan = rows.scan;
  int64_t size = block.rows;
  Terms ins = sumsOf(block.reads).rows(b, block.at, size, "in");
  ins.append(sumsOf(block.gained).rows(b, block.at, size, "jn"));
  ins.push_back({block.x, "in"});
  ins.push_back(
      {b.slice(block.y, {range(block.at, size), all(scan.K)}), "jn"});
  Value sums = b.fill(b.empty({size, size}, scan.element), 0.0);
  sums = b.generic("ij/n", ins, {Term(sums, "ij")},
                   [&](ValueRange in) -> Values {
                     Value y = decayed(b, in[5], in.take_front(2),
                                       in.slice(2, 2));
                     Value product = arith::MulFOp::create(b, in[4], y);
                     return {arith::AddFOp::create(b, in[6], product)};
                   })
             .front();
  Value zero = b.number(scan.element, 0.0);
  return b
      .generic("ij",
               {Term(sums, "ij"), rows.numbersOf(b, block.at, size, "i"),
                rows.numbersOf(b, block.at, size, "j")},
               {Term(part, "ij")},
               [&](ValueRange in) -> Values {
                 Value kept = keepSegment(b, in[0], in[1], in[2]);
                 return {arith::SelectOp::create(
                     b, isPresent(b, block.strict), kept, zero)};
               })
      .front();
}

Value ChannelTransition::scores(BlockBuilder &b, const ScoreBlock &block) {
  int64_t size = block.rows;
  Value whole = b.fill(b.empty({size, rows.rows}, rows.scan.element), 0.0);
  Value s = b.slice(whole, {all(size), range(0, block.count)});
  Columns columns = columnsOf(b, block);
  if (rows.rows > size) {
    Value part = b.slice(s, {all(size), columns.before});
    part = beside(b, part, block, columns);
    s = b.insert(part, s, {all(size), columns.before});
  }
  Value part = b.slice(s, {all(size), columns.diagonal});
  part = onDiagonal(b, part, block);
  return b.insert(part, s, {all(size), columns.diagonal});
}

//===-- what is written ----------------------------------------------------===//

// S' = e^(c_last - entry) S + (e^(c_last - c_j) K)ᵀ V
Value ChannelTransition::nextState(BlockBuilder &b, Value state,
                                   ArrayRef<Written> written) {
  const ScanOperands &scan = rows.scan;
  Terms last = after.row(b, rows.lastRow(b));
  Value number = rows.lastNumber(b);
  Value none = arith::ConstantOp::create(b, b.getI64IntegerAttr(0));
  Terms ins = last;
  ins.append(entry);
  state = b.generic("np", ins, {Term(state, "np")},
                    [&](ValueRange in) -> Values {
                      return {decayed(b, in[4], in.take_front(2),
                                      in.slice(2, 2), number, none)};
                    })
              .front();
  for (const Written &part : written) {
    ins = last;
    ins.append(sumsOf(part.gained).rows(b, b.index(0), rows.rows, "jn"));
    ins.append({rows.numbersOf(b, b.index(0), rows.rows, "j"), Term(number),
                Term(part.keys, "jn")});
    Value room = b.empty({rows.rows, scan.K}, scan.element);
    Value keys = b.generic("jn", ins, {Term(room, "jn")},
                           [&](ValueRange in) -> Values {
                             return {decayed(b, in[6], in.take_front(2),
                                             in.slice(2, 2), in[4], in[5])};
                           })
                     .front();
    state = b.contract("np/c", {"cn", "cp", "np"}, keys, part.values, state);
  }
  return state;
}
