#include "ChunkTransition.h"

#include "ScanGauge.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace weft;

//===-- sums ---------------------------------------------------------------===//

Terms LogSums::rows(BlockBuilder &b, Value at, Extent count,
                    StringRef map) const {
  Terms terms(2);
  for (auto [term, sums] : llvm::zip(terms, Values{high, rest})) {
    if (!sums)
      continue;
    SmallVector<Axis> axes{range(at, count)};
    if (map.size() > 1)
      axes.push_back(all(staticDim(sums, 1)));
    term = {b.slice(sums, axes), map};
  }
  return terms;
}

Terms LogSums::row(BlockBuilder &b, Value row) const {
  Terms terms(2);
  for (auto [term, sums] : llvm::zip(terms, Values{high, rest})) {
    if (!sums)
      continue;
    if (cast<RankedTensorType>(sums.getType()).getRank() == 1)
      term = tensor::ExtractOp::create(b, sums, row).getResult();
    else
      term = {b.slice(sums, {at(row), all(staticDim(sums, 1))}), "n"};
  }
  return terms;
}

Terms weft::splitLog(BlockBuilder &b, Value log, Type element) {
  Type wide = b.getF64Type();
  if (element == wide)
    return {log, Term()};
  Value rounded = arith::TruncFOp::create(b, element, log);
  Value back = arith::ExtFOp::create(b, wide, rounded);
  Value left = arith::TruncFOp::create(
      b, element, arith::SubFOp::create(b, log, back));
  return {rounded, left};
}

Value weft::logDifference(BlockBuilder &b, ValueRange x, ValueRange y) {
  if (!y[0])
    return x[0];
  Value large = arith::SubFOp::create(b, x[0], y[0]);
  if (!x[1])
    return large;
  Value small = arith::SubFOp::create(b, x[1], y[1]);
  return arith::AddFOp::create(b, large, small);
}

Value weft::weightOf(BlockBuilder &b, Value log, Value own, Value other) {
  if (!own)
    return math::Exp2Op::create(b, log);
  Value same = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, own, other);
  Value zero = b.number(log.getType(), 0.0);
  log = arith::SelectOp::create(b, same, log, zero);
  return arith::SelectOp::create(b, same, math::Exp2Op::create(b, log), zero);
}

//===-- blocks of scores ---------------------------------------------------===//

Value ChunkTransition::isPresent(BlockBuilder &b, bool strict) const {
  using Predicate = arith::CmpIPredicate;
  Value i = linalg::IndexOp::create(b, 0), j = linalg::IndexOp::create(b, 1);
  Predicate order = rows.scan.reverse ? Predicate::sle : Predicate::sge;
  if (strict)
    order = rows.scan.reverse ? Predicate::slt : Predicate::sgt;
  return arith::CmpIOp::create(b, order, i, j);
}

ChunkTransition::Columns
ChunkTransition::columnsOf(BlockBuilder &b, const ScoreBlock &block) const {
  int64_t size = block.rows;
  Value beside = b.sub(block.count, b.index(size));
  if (rows.scan.reverse)
    return {range(size, beside), range(0, size),
            b.add(block.at, b.index(size)), beside};
  return {range(0, beside), range(block.at, size), b.index(0), beside};
}

int64_t weft::scoreRows(const ScanOperands &scan, int64_t chunk) {
  // Its halves have the scores of all rows at once.
  if (scan.dense)
    return chunk;
  // Decays of channels and erases cost by the square of a block on the diagonal.
  bool square = scan.channelDecay || scan.eraseA;
  for (int64_t rows : {32, 16, 8})
    if (chunk % rows == 0 && (rows <= 16 || !square))
      return rows;
  return chunk;
}

std::unique_ptr<ChunkTransition>
weft::makeTransition(BlockBuilder &b, const ChunkRows &rows, Value max,
                     const std::optional<DensePowers> &powers) {
  if (powers)
    return std::make_unique<DenseTransition>(rows, *powers);
  if (rows.scan.channelDecay)
    return std::make_unique<ChannelTransition>(b, rows, max);
  return std::make_unique<HeadTransition>(b, rows, max);
}

//===-- running sums with a gauge ------------------------------------------===//

/// Of one token, in f64 and units of log 2: the scale of what it reads, of the
/// state after it, and its gain.
struct SummedTransition::Gauge {
  Value read, after, gain;
};

SummedTransition::Gauge
SummedTransition::stepGauge(BlockBuilder &b, Value row, Value there,
                            Value &number) {
  const ScanOperands &scan = rows.scan;
  Value lowest = lowestMax(b, scan.element), t = rows.token(b, row);
  Value old = max;
  if (number) {
    Value own = tensor::ExtractOp::create(b, rows.numbers, row);
    Value reset =
        arith::CmpIOp::create(b, arith::CmpIPredicate::ne, own, number);
    old = arith::SelectOp::create(b, reset, lowest, old);
    number = own;
  }
  old = arith::MaximumFOp::create(b, old, lowest);
  Value gain = scan.row(b, scan.gain, rows.task, t).value;
  // Padding neither raises the max nor lies above it.
  gain = arith::SelectOp::create(b, there, gain, old);
  Value after = maxAfter(
      b, old, scan.strongestDecay(b, rows.task, t).value, gain);
  max = arith::SelectOp::create(b, there, after, old);
  Value read = scan.readsBefore ? old : max;
  if (scan.bonus) {
    read = arith::MaximumFOp::create(b, old, gain);
    read = arith::SelectOp::create(b, there, read, old);
    Value weight = arith::SubFOp::create(b, gain, read);
    bonusLog = tensor::InsertOp::create(b, weight, bonusLog, row);
  }
  logScale = tensor::InsertOp::create(b, read, logScale, row);
  return {logOfMax(b, read), logOfMax(b, max), logOfMax(b, gain)};
}

void SummedTransition::sum(BlockBuilder &b, Value maxBefore) {
  const ScanOperands &scan = rows.scan;
  bool gains = bool(maxBefore);
  bool stored = scan.eraseA && !scan.erasesDecayed;
  after = makeSums(b);
  if (scan.readsBefore || stored)
    before = makeSums(b);
  Value number;
  if (gains) {
    gained = makeSums(b);
    max = maxBefore;
    logScale = b.empty({rows.rows}, scan.element);
    if (scan.bonus)
      bonusLog = b.empty({rows.rows}, scan.element);
    if (rows.numbers)
      number = arith::ConstantOp::create(b, b.getI64IntegerAttr(0));
    // -max in two parts, as what rows are reduced by.
    Value log = logOfMax(b, arith::MaximumFOp::create(
                                b, maxBefore, lowestMax(b, scan.element)));
    entry = splitLog(b, arith::NegFOp::create(b, log), scan.element);
  }
  b.forLoop(b.index(0), b.index(rows.rows), 1,
            {&total, &after.high, &after.rest, &before.high, &before.rest,
             &gained.high, &gained.rest, &max, &logScale, &bonusLog, &number},
            [&](Value step) {
              Value row = rows.row(b, step), there = rows.isThere(b, row);
              Gauge gauge;
              if (gains)
                gauge = stepGauge(b, row, there, number);
              if (before)
                write(b, before, gauge.read, row);
              advance(b, row, there);
              write(b, after, gauge.after, row);
              if (gains)
                write(b, gained, gauge.gain, row);
            });
}
