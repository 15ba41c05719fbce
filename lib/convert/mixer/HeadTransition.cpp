// Decays that are one number for a head and token: scores are a product of
// matrices, scaled entry by entry. Also transitions that do not decay.
#include "ChunkTransition.h"
#include "ScanGauge.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace weft;

HeadTransition::HeadTransition(BlockBuilder &b, const ChunkRows &rows,
                               Value max)
    : SummedTransition(rows) {
  if (rows.scan.decay || max)
    sum(b, max);
}

LogSums HeadTransition::makeSums(BlockBuilder &b) {
  if (!total)
    total = b.number(b.getF64Type(), 0.0);
  LogSums sums;
  sums.high = b.empty({rows.rows}, rows.scan.element);
  if (!rows.scan.element.isF64())
    sums.rest = b.empty({rows.rows}, rows.scan.element);
  return sums;
}

void HeadTransition::advance(BlockBuilder &b, Value row, Value there) {
  if (!rows.scan.decay)
    return;
  Type wide = b.getF64Type();
  Term g = rows.scan.row(b, rows.scan.decay, rows.task, rows.token(b, row));
  Value log = toF64(b, g.value);
  log = arith::MaximumFOp::create(b, log, b.number(wide, kStrongestDecay));
  log = arith::MulFOp::create(b, log, b.number(wide, kLog2e));
  log = arith::SelectOp::create(b, there, log, b.number(wide, 0.0));
  total = arith::AddFOp::create(b, total, log);
}

void HeadTransition::write(BlockBuilder &b, LogSums &sums, Value less,
                           Value row) {
  Value log = total;
  if (less)
    log = arith::SubFOp::create(b, log, less);
  Terms parts = splitLog(b, log, rows.scan.element);
  sums.high = tensor::InsertOp::create(b, parts[0].value, sums.high, row);
  if (sums.rest)
    sums.rest = tensor::InsertOp::create(b, parts[1].value, sums.rest, row);
}

//===-- what reads ---------------------------------------------------------===//

// e^(c_i - entry) (x S)_i
Value HeadTransition::readState(BlockBuilder &b, Value x, Value state,
                                Reads reads, Value at) {
  int64_t count = staticDim(x, 0);
  Value y = b.fill(b.empty({count, rows.scan.V}, rows.scan.element), 0.0);
  y = b.contract("ip/n", {"in", "np", "ip"}, x, state, y);
  if (!after && !rows.numbers)
    return y;
  Terms ins(5);
  if (after)
    ins = sumsOf(reads).rows(b, at, count, "i");
  ins.resize(2);
  ins.append(entry);
  ins.push_back(rows.numbersOf(b, at, count, "i"));
  Value none = arith::ConstantOp::create(b, b.getI64IntegerAttr(0));
  return b
      .generic("ip", ins, {Term(y, "ip")},
               [&](ValueRange in) -> Values {
                 if (!after)
                   return {keepSegment(b, in[5], in[4], none)};
                 Value log = logDifference(b, in.take_front(2), in.slice(2, 2));
                 Value weight = weightOf(b, log, in[4], none);
                 return {arith::MulFOp::create(b, in[5], weight)};
               })
      .front();
}

// e^(c_i - c_j) s_ij; absent entries have positive exponents: none is computed.
Value HeadTransition::scale(BlockBuilder &b, Value part,
                            const ScoreBlock &block, Value column,
                            Extent columns, bool diagonal) {
  if (!after && !rows.numbers && !diagonal)
    return part;
  Terms ins(4);
  if (after) {
    ins = sumsOf(block.reads).rows(b, block.at, block.rows, "i");
    ins.append(sumsOf(block.gained).rows(b, column, columns, "j"));
  }
  ins.push_back(rows.numbersOf(b, block.at, block.rows, "i"));
  ins.push_back(rows.numbersOf(b, column, columns, "j"));
  Value zero = b.number(rows.scan.element, 0.0);
  auto body = [&](ValueRange in) -> Values {
    Value keep = diagonal ? isPresent(b, block.strict) : Value();
    if (in[4]) {
      Value same = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, in[4],
                                         in[5]);
      keep = keep ? arith::AndIOp::create(b, keep, same).getResult() : same;
    }
    Value score = in[6];
    if (after) {
      Value log = logDifference(b, in.take_front(2), in.slice(2, 2));
      if (keep)
        log = arith::SelectOp::create(b, keep, log, zero);
      score = arith::MulFOp::create(b, score, math::Exp2Op::create(b, log));
    }
    if (keep)
      score = arith::SelectOp::create(b, keep, score, zero);
    return {score};
  };
  return b.generic("ij", ins, {Term(part, "ij")}, body).front();
}

Value HeadTransition::scores(BlockBuilder &b, const ScoreBlock &block) {
  const ScanOperands &scan = rows.scan;
  int64_t size = block.rows;
  Value y = b.slice(block.y, {range(block.from, block.count), all(scan.K)});
  Value whole = b.fill(b.empty({size, rows.rows}, scan.element), 0.0);
  Value s = b.slice(whole, {all(size), range(0, block.count)});
  s = b.contract("ij/k", {"ik", "jk", "ij"}, block.x, y, s);
  Columns columns = columnsOf(b, block);
  // One block of scores has nothing beside it: an empty slice would begin
  // behind the last column.
  if ((after || rows.numbers) && rows.rows > size) {
    Value part = b.slice(s, {all(size), columns.before});
    part = scale(b, part, block, columns.first, columns.count, false);
    s = b.insert(part, s, {all(size), columns.before});
  }
  Value part = b.slice(s, {all(size), columns.diagonal});
  part = scale(b, part, block, block.at, size, true);
  return b.insert(part, s, {all(size), columns.diagonal});
}

//===-- what is written ----------------------------------------------------===//

// S' = e^(c_last - entry) S + Kᵀ (e^(c_last - c_j) V)
Value HeadTransition::nextState(BlockBuilder &b, Value state,
                                ArrayRef<Written> written) {
  bool weighted = after || rows.numbers;
  Terms last(2);
  if (after)
    last = after.row(b, rows.lastRow(b));
  Value number = rows.lastNumber(b);
  auto weight = [&](ValueRange log, ValueRange less, Value own, Value other,
                    Value x) -> Value {
    if (!after)
      return keepSegment(b, x, own, other);
    Value difference = logDifference(b, log, less);
    return arith::MulFOp::create(b, x, weightOf(b, difference, own, other));
  };
  Values values;
  for (const Written &part : written) {
    values.push_back(part.values);
    if (!weighted)
      continue;
    Terms ins = last;
    if (after)
      ins.append(sumsOf(part.gained).rows(b, b.index(0), rows.rows, "i"));
    ins.resize(4);
    ins.append({rows.numbersOf(b, b.index(0), rows.rows, "i"), Term(number)});
    values.back() =
        b.generic("ip", ins, {Term(part.values, "ip")},
                  [&](ValueRange in) -> Values {
                    return {weight(in.take_front(2), in.slice(2, 2), in[4],
                                   in[5], in[6])};
                  })
            .front();
  }
  if (weighted) {
    Value none = arith::ConstantOp::create(b, b.getI64IntegerAttr(0));
    Terms ins = last;
    ins.append(entry);
    state = b.generic("np", ins, {Term(state, "np")},
                      [&](ValueRange in) -> Values {
                        return {weight(in.take_front(2), in.slice(2, 2), number,
                                       none, in[4])};
                      })
                .front();
  }
  for (auto [part, value] : llvm::zip(written, values))
    state = b.contract("np/c", {"cn", "cp", "np"}, part.keys, value, state);
  return state;
}
