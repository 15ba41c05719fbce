#include "ChunkRows.h"

#include "dialects/mixer/Transition.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace weft;

ChunkRows::ChunkRows(BlockBuilder &b, const ScanOperands &scan,
                     const HeadBlock &task, Value first, int64_t rows)
    : scan(scan), task(task), first(first),
      count(b.min(b.sub(scan.T, first), b.index(rows))), rows(rows) {}

Value ChunkRows::row(BlockBuilder &b, Value step) const {
  return scan.reverse ? b.sub(b.index(rows - 1), step) : step;
}

Value ChunkRows::lastRow(BlockBuilder &b) const {
  return b.index(scan.reverse ? 0 : rows - 1);
}

Value ChunkRows::token(BlockBuilder &b, Value row) const {
  return b.add(first, b.min(row, b.sub(count, b.index(1))));
}

Value ChunkRows::isThere(BlockBuilder &b, Value row) const {
  Value there =
      arith::CmpIOp::create(b, arith::CmpIPredicate::slt, row, count);
  if (!present)
    return there;
  Value number = tensor::ExtractOp::create(b, present, row);
  Value zero = arith::ConstantOp::create(b, b.getI64IntegerAttr(0));
  return arith::CmpIOp::create(b, arith::CmpIPredicate::ne, number, zero);
}

//===-- segments -----------------------------------------------------------===//

void ChunkRows::findSegments(BlockBuilder &b, Value &id) {
  using Predicate = arith::CmpIPredicate;
  Type integer = b.getI64Type();
  auto constant = [&](int64_t n) -> Value {
    return arith::ConstantOp::create(b, b.getI64IntegerAttr(n));
  };
  Value zero = constant(0), one = constant(1), number = zero;
  auto compare = [&](Predicate predicate, Value x, Value y) -> Value {
    return arith::CmpIOp::create(b, predicate, x, y);
  };
  Value numbersTile = b.empty({rows}, integer),
        presentTile = b.empty({rows}, integer);
  b.forLoop(
      b.index(0), b.index(rows), 1, {&id, &number, &numbersTile, &presentTile},
      [&](Value step) {
        Value row = this->row(b, step);
        Value own = tensor::ExtractOp::create(
            b, scan.segments, ValueRange{task.entry, token(b, row)});
        Value there = arith::AndIOp::create(
            b, compare(Predicate::slt, row, count),
            compare(Predicate::sge, own, zero));
        Value changes = arith::AndIOp::create(
            b, compare(Predicate::ne, own, id),
            compare(Predicate::sge, id, zero));
        Value reset = arith::AndIOp::create(b, there, changes);
        id = arith::SelectOp::create(b, there, own, id);
        Value next = arith::AddIOp::create(b, number, one);
        number = arith::SelectOp::create(b, reset, next, number);
        numbersTile = tensor::InsertOp::create(b, number, numbersTile, row);
        presentTile = tensor::InsertOp::create(
            b, arith::SelectOp::create(b, there, one, zero), presentTile, row);
      });
  numbers = numbersTile;
  present = presentTile;
  if (scan.dense)
    countTokens(b);
}

void ChunkRows::countTokens(BlockBuilder &b) {
  Value count = arith::ConstantOp::create(b, b.getI64IntegerAttr(0));
  Value tile = tensor::InsertOp::create(
      b, count, b.empty({rows + 1}, b.getI64Type()), b.index(0));
  b.forLoop(b.index(0), b.index(rows), 1, {&count, &tile}, [&](Value step) {
    Value there = tensor::ExtractOp::create(b, present, row(b, step));
    count = arith::AddIOp::create(b, count, there);
    tile = tensor::InsertOp::create(b, count, tile, b.add(step, b.index(1)));
  });
  counts = tile;
}

Value ChunkRows::tokensUntil(BlockBuilder &b, Value steps) const {
  if (counts)
    return arith::IndexCastOp::create(
        b, b.getIndexType(), tensor::ExtractOp::create(b, counts, steps));
  if (!scan.reverse)
    return b.min(steps, count);
  // Rows behind the last token come first.
  Value absent = b.sub(b.index(rows), count);
  return b.max(b.sub(steps, absent), b.index(0));
}

Term ChunkRows::numbersOf(BlockBuilder &b, Value at, Extent count,
                          StringRef letter) const {
  if (!numbers)
    return {};
  return {b.slice(numbers, {range(at, count)}), letter};
}

Value ChunkRows::lastNumber(BlockBuilder &b) const {
  if (!numbers)
    return {};
  return tensor::ExtractOp::create(b, numbers, lastRow(b));
}

Value weft::keepSegment(BlockBuilder &b, Value x, Value own, Value other) {
  if (!own)
    return x;
  Value same = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, own, other);
  return arith::SelectOp::create(b, same, x, b.number(x.getType(), 0.0));
}

//===-- tiles --------------------------------------------------------------===//

Value ChunkRows::plane(BlockBuilder &b, Value operand, Axis columns) const {
  Axis heads = scan.headAxis(b, task, staticDim(operand, 2));
  Value tile = b.copyRows(
      operand, {at(task.entry), range(first, count), heads, columns}, rows);
  if (!present)
    return tile;
  Value none = arith::ConstantOp::create(b, b.getI64IntegerAttr(0));
  return b
      .generic("in", {"i", "in"}, {present}, {tile},
               [&](ValueRange x) -> Values {
                 Value there = arith::CmpIOp::create(
                     b, arith::CmpIPredicate::ne, x[0], none);
                 return {arith::SelectOp::create(
                     b, there, x[1], b.number(scan.element, 0.0))};
               })
      .front();
}

Value ChunkRows::tile(BlockBuilder &b, Value operand) const {
  if (operand == scan.v)
    return plane(b, operand, all(scan.V));
  if (scan.planes == 1)
    return plane(b, operand, all(scan.K));
  Value whole = b.empty({rows, scan.K}, scan.element);
  for (int64_t n = 0; n < scan.planes; ++n)
    whole = b.insert(plane(b, operand, scan.channelAxis(n)), whole,
                     {all(rows), range(n * scan.channels, scan.channels)});
  return whole;
}

Term ChunkRows::decayLogs(BlockBuilder &b) const {
  Value decay = scan.decay;
  if (!decay)
    return {};
  if (!mixer::hasTime(decay))
    return scan.row(b, decay, task, {});
  Axis heads = scan.headAxis(b, task, staticDim(decay, 2));
  SmallVector<Axis> axes{at(task.entry), range(first, count), heads};
  if (scan.channelDecay)
    axes.push_back(all(scan.channels));
  return {b.copyRows(decay, axes, rows), scan.channelDecay ? "in" : "i"};
}

//===-- planes -------------------------------------------------------------===//

Value weft::bonusWeights(BlockBuilder &b, const ScanOperands &scan,
                         const HeadBlock &task, Value q, Value k) {
  int64_t rows = staticDim(q, 0);
  Value weights = b.fill(b.empty({rows}, scan.element), 0.0);
  for (int64_t n = 0; n < scan.planes; ++n) {
    SmallVector<Axis> plane{all(rows), scan.planeAxis(n)};
    Term bonus = scan.row(b, scan.bonus, task, {}, n);
    weights = b.generic("i/n",
                        {Term(b.slice(q, plane), "in"),
                         Term(b.slice(k, plane), "in"), bonus},
                        {Term(weights, "i")},
                        [&](ValueRange x) -> Values {
                          Value key = arith::MulFOp::create(b, x[1], x[2]);
                          Value product = arith::MulFOp::create(b, x[0], key);
                          return {arith::AddFOp::create(b, x[3], product)};
                        })
                  .front();
  }
  return weights;
}
