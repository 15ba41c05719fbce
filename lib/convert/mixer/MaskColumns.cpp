// Bounds of the present columns: a mask that is a conjunction of comparisons
// linear in j, such as causal and window masks, becomes loop bounds.
#include "MaskIntervals.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace weft;
using Predicate = arith::CmpIPredicate;

namespace {

/// coefficient · j + [lo, hi], an index.
struct Linear {
  int coefficient = 0;
  Value lo, hi;
};

class ColumnReader {
public:
  ColumnReader(BlockBuilder &b, IntervalEvaluator &rows, Value column)
      : b(b), rows(rows), column(column) {}
  ColumnBounds read(Value present) {
    conjunct(present);
    return bounds;
  }

private:
  void conjunct(Value condition);
  bool compare(arith::CmpIOp op);
  bool dependsOnColumn(Value value);
  std::optional<Linear> linear(Value value);
  std::optional<Linear> withoutColumn(Value value);
  Linear subtract(const Linear &x, const Linear &y);
  /// value ≤ 0 and value ≥ 0.
  bool atMostZero(const Linear &value);
  bool atLeastZero(const Linear &value);

  BlockBuilder &b;
  IntervalEvaluator &rows;
  Value column;
  ColumnBounds bounds;
};

} // namespace

bool ColumnReader::dependsOnColumn(Value value) {
  if (value == column || rows.isUnknownArgument(value))
    return true;
  Operation *op = value.getDefiningOp();
  auto argument = cast<BlockArgument>(column);
  if (!op || op->getBlock() != argument.getOwner())
    return false;
  return op->getNumRegions() ||
         llvm::any_of(op->getOperands(),
                      [&](Value v) { return dependsOnColumn(v); });
}

std::optional<Linear> ColumnReader::withoutColumn(Value value) {
  Interval interval = rows.evaluate(value);
  if (interval.unbounded || value.getType().isInteger(1))
    return std::nullopt;
  auto toIndex = [&](Value v) {
    return v.getType().isIndex()
               ? v
               : b.createOrFold<arith::IndexCastOp>(b.getIndexType(), v);
  };
  return Linear{0, toIndex(interval.lo), toIndex(interval.hi)};
}

Linear ColumnReader::subtract(const Linear &x, const Linear &y) {
  return {x.coefficient - y.coefficient, b.sub(x.lo, y.hi), b.sub(x.hi, y.lo)};
}

std::optional<Linear> ColumnReader::linear(Value value) {
  if (value == column)
    return Linear{1, b.index(0), b.index(0)};
  if (!dependsOnColumn(value))
    return withoutColumn(value);
  Operation *op = value.getDefiningOp();
  if (!op)
    return std::nullopt;
  if (isa<arith::IndexCastOp, arith::ExtSIOp>(op))
    return linear(op->getOperand(0));
  // Narrow sums may wrap, except at the place of an index that was cast.
  if (!isa<arith::AddIOp, arith::SubIOp>(op) || !value.getType().isIndex())
    return std::nullopt;
  std::optional<Linear> x = linear(op->getOperand(0)),
                        y = linear(op->getOperand(1));
  if (!x || !y)
    return std::nullopt;
  if (isa<arith::SubIOp>(op))
    return subtract(*x, *y);
  return Linear{x->coefficient + y->coefficient, b.add(x->lo, y->lo),
                b.add(x->hi, y->hi)};
}

// j + rest ≤ 0 for some rest: j ≤ -lo; -j + rest ≤ 0: j ≥ lo.
bool ColumnReader::atMostZero(const Linear &value) {
  if (value.coefficient == 1) {
    Value last = b.sub(b.index(0), value.lo);
    bounds.last = bounds.last ? b.min(bounds.last, last) : last;
    return true;
  }
  if (value.coefficient == -1) {
    bounds.first = bounds.first ? b.max(bounds.first, value.lo) : value.lo;
    return true;
  }
  return false;
}

bool ColumnReader::atLeastZero(const Linear &value) {
  return atMostZero({-value.coefficient, b.sub(b.index(0), value.hi),
                     b.sub(b.index(0), value.lo)});
}

bool ColumnReader::compare(arith::CmpIOp op) {
  std::optional<Linear> x = linear(op.getLhs()), y = linear(op.getRhs());
  if (!x || !y)
    return false;
  Linear one{0, b.index(1), b.index(1)};
  APInt limit;
  switch (op.getPredicate()) {
  case Predicate::sle:
    return atMostZero(subtract(*x, *y));
  case Predicate::slt:
    return atMostZero(subtract(subtract(*x, *y), {0, b.index(-1), b.index(-1)}));
  case Predicate::sge:
    return atLeastZero(subtract(*x, *y));
  case Predicate::sgt:
    return atLeastZero(subtract(subtract(*x, *y), one));
  case Predicate::eq:
    return atMostZero(subtract(*x, *y)) && atLeastZero(subtract(*x, *y));
  case Predicate::ult:
    // 0 ≤ x < c
    if (!matchPattern(op.getRhs(), m_ConstantInt(&limit)) || limit.isNegative())
      return false;
    return atLeastZero(*x) &&
           atMostZero(subtract(subtract(*x, *y), {0, b.index(-1), b.index(-1)}));
  default:
    return false;
  }
}

void ColumnReader::conjunct(Value condition) {
  if (matchPattern(condition, m_One()))
    return;
  Operation *op = condition.getDefiningOp();
  if (auto both = dyn_cast_or_null<arith::AndIOp>(op)) {
    conjunct(both.getLhs());
    conjunct(both.getRhs());
    return;
  }
  auto comparison = dyn_cast_or_null<arith::CmpIOp>(op);
  if (!comparison || !dependsOnColumn(condition) || !compare(comparison))
    bounds.complete = false;
}

ColumnBounds weft::columnBounds(BlockBuilder &b, IntervalEvaluator &rows,
                                Value present, Value column) {
  return ColumnReader(b, rows, column).read(present);
}
