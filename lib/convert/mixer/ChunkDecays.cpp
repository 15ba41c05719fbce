#include "ChunkDecays.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace weft;

/// log2 e: exponentials are powers of two.
static constexpr double kLog2e = 1.4426950408889634;
/// A decay by e^-1000 is zero in all types. Stronger ones, down to -∞, are cut
/// to it: differences of infinite sums are no numbers.
static constexpr double kStrongest = -1000.0;

ChunkDecays::ChunkDecays(BlockBuilder &b, const DecayRows &rows) {
  Type element = elementOf(rows.logs);
  high = b.empty({rows.rows}, element);
  if (!element.isF64())
    rest = b.empty({rows.rows}, element);
  sum(b, rows);
  Value end = b.index(rows.reverse ? 0 : rows.rows - 1);
  last.push_back(tensor::ExtractOp::create(b, high, end));
  if (rest)
    last.push_back(tensor::ExtractOp::create(b, rest, end));
}

/// log2 of the decay of a row, in f64; zero behind the last row.
static Value logOf(BlockBuilder &b, const DecayRows &rows, Value row) {
  Type wide = b.getF64Type();
  Value lastRow = b.sub(rows.count, b.index(1));
  Value t = b.add(rows.first, b.min(row, lastRow));
  Value log = tensor::ExtractOp::create(b, rows.logs,
                                        ValueRange{rows.entry, t, rows.head});
  if (log.getType() != wide)
    log = arith::ExtFOp::create(b, wide, log);
  Value there = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, row,
                                      rows.count);
  log = arith::MaximumFOp::create(b, log, b.number(wide, kStrongest));
  log = arith::MulFOp::create(b, log, b.number(wide, kLog2e));
  return arith::SelectOp::create(b, there, log, b.number(wide, 0.0));
}

// c_i = Σ_{s ≤ i} log2 a_s, or over s ≥ i in reverse.
void ChunkDecays::sum(BlockBuilder &b, const DecayRows &rows) {
  Type wide = b.getF64Type(), element = elementOf(high);
  Values carried{b.number(wide, 0.0), high};
  if (rest)
    carried.push_back(rest);
  auto step = [&](Value n, ValueRange carried) -> Values {
    Value row = rows.reverse ? b.sub(b.index(rows.rows - 1), n) : n;
    Value total = arith::AddFOp::create(b, carried[0], logOf(b, rows, row));
    if (!rest)
      return {total, tensor::InsertOp::create(b, total, carried[1], row)};
    Value rounded = arith::TruncFOp::create(b, element, total);
    Value back = arith::ExtFOp::create(b, wide, rounded);
    Value left = arith::TruncFOp::create(
        b, element, arith::SubFOp::create(b, total, back));
    return {total, tensor::InsertOp::create(b, rounded, carried[1], row),
            tensor::InsertOp::create(b, left, carried[2], row)};
  };
  Values done = b.forLoop(b.index(0), b.index(rows.rows), 1, carried, step);
  high = done[1];
  if (rest)
    rest = done[2];
}

SmallVector<Value, 2> ChunkDecays::parts(BlockBuilder &b, Value at,
                                         Extent count) const {
  SmallVector<Value, 2> parts{b.slice(high, {range(at, count)})};
  if (rest)
    parts.push_back(b.slice(rest, {range(at, count)}));
  return parts;
}

// (x + x') - (y + y'), the large parts first: they may be equal.
Value ChunkDecays::difference(BlockBuilder &b, ValueRange x,
                              ValueRange y) const {
  Value large = arith::SubFOp::create(b, x[0], y[0]);
  if (!rest)
    return large;
  Value small = arith::SubFOp::create(b, x[1], y[1]);
  return arith::AddFOp::create(b, large, small);
}

Value ChunkDecays::scaleRows(BlockBuilder &b, Value x, Value at,
                             int64_t count) const {
  Value sums = b.slice(high, {range(at, count)});
  return b
      .generic("ip", {"i", "ip"}, {sums}, {x},
               [&](ValueRange in) -> Values {
                 Value factor = math::Exp2Op::create(b, in[0]);
                 return {arith::MulFOp::create(b, in[1], factor)};
               })
      .front();
}

Value ChunkDecays::scaleScores(BlockBuilder &b, Value s, Value row,
                               int64_t rows, Value column, Value columns,
                               function_ref<Value()> present) const {
  Values ins;
  SmallVector<StringRef> maps;
  for (Value part : parts(b, row, rows)) {
    ins.push_back(part);
    maps.push_back("i");
  }
  for (Value part : parts(b, column, columns)) {
    ins.push_back(part);
    maps.push_back("j");
  }
  maps.push_back("ij");
  size_t half = ins.size() / 2;
  Value zero = b.number(elementOf(s), 0.0);
  return b
      .generic("ij", maps, ins, {s},
               [&](ValueRange in) -> Values {
                 Value log = difference(b, in.take_front(half),
                                        in.slice(half, half));
                 // Absent entries have positive exponents: none is computed.
                 Value keep = present ? present() : Value();
                 if (keep)
                   log = arith::SelectOp::create(b, keep, log, zero);
                 Value factor = math::Exp2Op::create(b, log);
                 Value score = arith::MulFOp::create(b, in.back(), factor);
                 if (keep)
                   score = arith::SelectOp::create(b, keep, score, zero);
                 return {score};
               })
      .front();
}

Value ChunkDecays::scaleToEnd(BlockBuilder &b, Value x) const {
  Values ins{high};
  SmallVector<StringRef> maps{"i"};
  if (rest) {
    ins.push_back(rest);
    maps.push_back("i");
  }
  maps.push_back("ip");
  return b
      .generic("ip", maps, ins, {x},
               [&](ValueRange in) -> Values {
                 Value log = difference(b, last, in);
                 Value factor = math::Exp2Op::create(b, log);
                 return {arith::MulFOp::create(b, in.back(), factor)};
               })
      .front();
}

Value ChunkDecays::scaleState(BlockBuilder &b, Value x) const {
  Value factor = math::Exp2Op::create(b, last[0]);
  return b
      .generic("np", {"np"}, {}, {x},
               [&](ValueRange in) -> Values {
                 return {arith::MulFOp::create(b, in[0], factor)};
               })
      .front();
}
