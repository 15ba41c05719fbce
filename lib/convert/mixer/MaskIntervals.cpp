#include "MaskIntervals.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace weft;
using Predicate = arith::CmpIPredicate;

Value IntervalEvaluator::constant(Type type, int64_t value) {
  return arith::ConstantOp::create(b, b.getIntegerAttr(type, value));
}

Value IntervalEvaluator::negate(Value boolean) {
  return b.createOrFold<arith::XOrIOp>(boolean, constant(b.getI1Type(), 1));
}

Interval IntervalEvaluator::unknown(Type type) {
  if (type.isInteger(1))
    return {constant(type, 0), constant(type, 1)};
  return {nullptr, nullptr, /*unbounded=*/true};
}

bool IntervalEvaluator::isRegionValue(Value value) {
  Operation *op = value.getDefiningOp();
  return op && op->getBlock() == body;
}

/// Region arguments that are no data are global indices, never negative.
bool IntervalEvaluator::isNonNegative(Value value) {
  APInt number;
  if (matchPattern(value, m_ConstantInt(&number)))
    return number.isNonNegative();
  if (isa<BlockArgument>(value)) {
    auto found = known.find(value);
    return found != known.end() && !found->second.loaded;
  }
  if (!isRegionValue(value))
    return false;
  Operation *op = value.getDefiningOp();
  if (isa<math::AbsIOp>(op))
    return true;
  if (isa<arith::SelectOp>(op))
    return isNonNegative(op->getOperand(1)) && isNonNegative(op->getOperand(2));
  if (isa<arith::AddIOp, arith::MulIOp, arith::DivUIOp, arith::DivSIOp,
          arith::FloorDivSIOp, arith::RemUIOp, arith::RemSIOp, arith::MinSIOp,
          arith::MinUIOp, arith::IndexCastOp, arith::ExtSIOp>(op))
    return llvm::all_of(op->getOperands(),
                        [&](Value v) { return isNonNegative(v); });
  return false;
}

Interval IntervalEvaluator::evaluate(Value value) {
  auto found = known.find(value);
  if (found != known.end())
    return found->second;
  if (isUnknownArgument(value))
    return unknown(value.getType());
  APInt number;
  if (matchPattern(value, m_ConstantInt(&number))) {
    Value here = constant(value.getType(), number.getSExtValue());
    return known[value] = {here, here};
  }
  if (!isRegionValue(value))
    return {value, value, false, /*loaded=*/!value.getType().isIndex()};
  Interval interval = compute(value.getDefiningOp());
  return known[value] = interval;
}

Interval IntervalEvaluator::compute(Operation *op) {
  Type type = op->getNumResults() == 1 ? op->getResult(0).getType() : Type();
  if (!type || op->getNumRegions() || !type.isIntOrIndex())
    return unknown(type ? type : b.getIndexType());
  if (isa<tensor::ExtractOp>(op))
    return tableRead(op);
  SmallVector<Interval> in;
  bool loaded = false;
  for (Value operand : op->getOperands()) {
    if (!operand.getType().isIntOrIndex())
      return unknown(type);
    in.push_back(evaluate(operand));
    if (in.back().unbounded)
      return unknown(type);
    loaded |= in.back().loaded;
  }
  Interval result = rule(op, in);
  result.loaded |= loaded;
  return result;
}

Interval IntervalEvaluator::rule(Operation *op, ArrayRef<Interval> in) {
  Type type = op->getResult(0).getType();
  bool boolean = type.isInteger(1);
  auto cast = [&](auto tag) -> Interval {
    using Cast = decltype(tag);
    if (op->getOperand(0).getType().isInteger(1))
      return unknown(type);
    return {b.createOrFold<Cast>(type, in[0].lo),
            b.createOrFold<Cast>(type, in[0].hi)};
  };
  auto ends = [&](auto tag) -> Interval {
    using End = decltype(tag);
    return {b.createOrFold<End>(in[0].lo, in[1].lo),
            b.createOrFold<End>(in[0].hi, in[1].hi)};
  };
  bool natural = !boolean && llvm::all_of(op->getOperands(), [&](Value v) {
    return isNonNegative(v);
  });
  return llvm::TypeSwitch<Operation *, Interval>(op)
      .Case<arith::AndIOp, arith::OrIOp, arith::XOrIOp>([&](auto) {
        return boolean ? logic(op, in[0], in[1]) : unknown(type);
      })
      .Case([&](arith::CmpIOp) { return comparison(op, in[0], in[1]); })
      .Case([&](arith::SelectOp) { return choice(op, in); })
      .Case<arith::AddIOp, arith::SubIOp>(
          [&](auto) { return boolean ? unknown(type) : sum(op, in[0], in[1]); })
      .Case([&](arith::MulIOp) {
        return boolean ? unknown(type) : product(op, in[0], in[1]);
      })
      .Case<arith::DivSIOp, arith::FloorDivSIOp>(
          [&](auto) { return quotient(op, in[0]); })
      .Case([&](arith::DivUIOp) {
        return natural ? quotient(op, in[0]) : unknown(type);
      })
      .Case([&](arith::RemSIOp) { return remainder(op, in[0]); })
      .Case([&](arith::RemUIOp) {
        return natural ? remainder(op, in[0]) : unknown(type);
      })
      .Case([&](arith::MinSIOp) { return ends(arith::MinSIOp()); })
      .Case([&](arith::MaxSIOp) { return ends(arith::MaxSIOp()); })
      .Case([&](arith::MinUIOp) {
        return natural ? ends(arith::MinSIOp()) : unknown(type);
      })
      .Case([&](arith::MaxUIOp) {
        return natural ? ends(arith::MaxSIOp()) : unknown(type);
      })
      .Case([&](math::AbsIOp) { return absolute(in[0]); })
      .Case([&](arith::IndexCastOp) { return cast(arith::IndexCastOp()); })
      .Case([&](arith::ExtSIOp) { return cast(arith::ExtSIOp()); })
      .Default([&](Operation *) { return unknown(type); });
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

/// Narrow sums of data may wrap; of one point with another they do so at both
/// ends alike.
static bool mayWrap(Operation *op, const Interval &x, const Interval &y) {
  return (x.loaded || y.loaded) && !op->getResult(0).getType().isIndex() &&
         !(x.isPoint() && y.isPoint());
}

Interval IntervalEvaluator::sum(Operation *op, const Interval &x,
                                const Interval &y) {
  if (mayWrap(op, x, y))
    return unknown(op->getResult(0).getType());
  if (isa<arith::AddIOp>(op))
    return {b.add(x.lo, y.lo), b.add(x.hi, y.hi)};
  return {b.sub(x.lo, y.hi), b.sub(x.hi, y.lo)};
}

/// Monotone for a constant factor that is not negative.
Interval IntervalEvaluator::product(Operation *op, const Interval &x,
                                    const Interval &y) {
  APInt factor;
  if (mayWrap(op, x, y) ||
      !matchPattern(op->getOperand(1), m_ConstantInt(&factor)) ||
      factor.isNegative())
    return unknown(op->getResult(0).getType());
  return {b.createOrFold<arith::MulIOp>(x.lo, y.lo),
          b.createOrFold<arith::MulIOp>(x.hi, y.lo)};
}

/// The divisor, if it is a positive constant.
static std::optional<int64_t> divisor(Operation *op) {
  APInt number;
  if (!matchPattern(op->getOperand(1), m_ConstantInt(&number)) ||
      !number.isStrictlyPositive())
    return std::nullopt;
  return number.getSExtValue();
}

/// Monotone for a positive constant divisor.
Interval IntervalEvaluator::quotient(Operation *op, const Interval &x) {
  Type type = op->getResult(0).getType();
  std::optional<int64_t> by = divisor(op);
  if (!by)
    return unknown(type);
  auto divide = [&](Value v) {
    Value c = constant(type, *by);
    return isa<arith::FloorDivSIOp>(op)
               ? b.createOrFold<arith::FloorDivSIOp>(v, c)
               : b.createOrFold<arith::DivSIOp>(v, c);
  };
  return {divide(x.lo), divide(x.hi)};
}

// x mod c is x - c ⌊x/c⌋ while the quotient is one value, else anything.
Interval IntervalEvaluator::remainder(Operation *op, const Interval &x) {
  Type type = op->getResult(0).getType();
  std::optional<int64_t> by = divisor(op);
  if (!by)
    return unknown(type);
  Value c = constant(type, *by), zero = constant(type, 0);
  Value positive = compare(Predicate::sge, x.lo, zero);
  Value exact = both(positive, compare(Predicate::eq,
                                       b.createOrFold<arith::DivSIOp>(x.lo, c),
                                       b.createOrFold<arith::DivSIOp>(x.hi, c)));
  Value least = b.createOrFold<arith::SelectOp>(positive, zero,
                                                constant(type, 1 - *by));
  Value lo = b.createOrFold<arith::RemSIOp>(x.lo, c);
  Value hi = b.createOrFold<arith::RemSIOp>(x.hi, c);
  return {b.createOrFold<arith::SelectOp>(exact, lo, least),
          b.createOrFold<arith::SelectOp>(exact, hi, constant(type, *by - 1))};
}

Interval IntervalEvaluator::absolute(const Interval &x) {
  Value zero = constant(x.lo.getType(), 0);
  Value minusLo = b.sub(zero, x.lo), minusHi = b.sub(zero, x.hi);
  return {b.max(b.max(x.lo, minusHi), zero), b.max(minusLo, x.hi)};
}

//===----------------------------------------------------------------------===//
// Truth
//===----------------------------------------------------------------------===//

Value IntervalEvaluator::compare(Predicate p, Value lhs, Value rhs) {
  return b.createOrFold<arith::CmpIOp>(p, lhs, rhs);
}

Value IntervalEvaluator::both(Value lhs, Value rhs) {
  return b.createOrFold<arith::AndIOp>(lhs, rhs);
}

Value IntervalEvaluator::either(Value lhs, Value rhs) {
  return b.createOrFold<arith::OrIOp>(lhs, rhs);
}

Interval IntervalEvaluator::logic(Operation *op, const Interval &x,
                                  const Interval &y) {
  if (isa<arith::AndIOp>(op))
    return {both(x.lo, y.lo), both(x.hi, y.hi)};
  if (isa<arith::OrIOp>(op))
    return {either(x.lo, y.lo), either(x.hi, y.hi)};
  // Where both are decided so is the result; else it is anything.
  Value decided = both(compare(Predicate::eq, x.lo, x.hi),
                       compare(Predicate::eq, y.lo, y.hi));
  Value differ = b.createOrFold<arith::XOrIOp>(x.lo, y.lo);
  return {both(decided, differ), either(negate(decided), differ)};
}

Interval IntervalEvaluator::choice(Operation *op, ArrayRef<Interval> in) {
  const Interval &c = in[0], &x = in[1], &y = in[2];
  auto pick = [&](Value ifX, Value ifBoth, Value ifY) {
    Value notX = b.createOrFold<arith::SelectOp>(c.hi, ifBoth, ifY);
    return b.createOrFold<arith::SelectOp>(c.lo, ifX, notX);
  };
  if (op->getResult(0).getType().isInteger(1))
    return {pick(x.lo, both(x.lo, y.lo), y.lo),
            pick(x.hi, either(x.hi, y.hi), y.hi)};
  return {pick(x.lo, b.min(x.lo, y.lo), y.lo),
          pick(x.hi, b.max(x.hi, y.hi), y.hi)};
}

/// The predicate with its sides exchanged.
static Predicate mirror(Predicate p) {
  switch (p) {
  case Predicate::sgt:
    return Predicate::slt;
  case Predicate::sge:
    return Predicate::sle;
  case Predicate::ugt:
    return Predicate::ult;
  case Predicate::uge:
    return Predicate::ule;
  default:
    return p;
  }
}

// 0 ≤ x < y: a negative left side is a huge one; the right side is none.
Interval IntervalEvaluator::unsignedLess(Predicate p, const Interval &x,
                                         const Interval &y) {
  Predicate less = p == Predicate::ult ? Predicate::slt : Predicate::sle;
  Value zero = constant(x.lo.getType(), 0);
  return {both(compare(Predicate::sge, x.lo, zero), compare(less, x.hi, y.lo)),
          both(compare(Predicate::sge, x.hi, zero),
               compare(less, b.max(x.lo, zero), y.hi))};
}

Interval IntervalEvaluator::comparison(Operation *op, Interval x, Interval y) {
  auto cmp = cast<arith::CmpIOp>(op);
  Predicate given = cmp.getPredicate(), p = mirror(given);
  Value right = cmp.getRhs();
  if (p != given) {
    std::swap(x, y);
    right = cmp.getLhs();
  }
  if (x.lo.getType().isInteger(1))
    return unknown(b.getI1Type());
  if (p == Predicate::slt || p == Predicate::sle)
    return {compare(p, x.hi, y.lo), compare(p, x.lo, y.hi)};
  if (p == Predicate::ult || p == Predicate::ule)
    return isNonNegative(right) ? unsignedLess(p, x, y)
                                : unknown(b.getI1Type());
  // Equal if both are the same point; perhaps if the intervals meet.
  Value meet = both(compare(Predicate::sle, x.lo, y.hi),
                    compare(Predicate::sle, y.lo, x.hi));
  Value same = both(compare(Predicate::eq, x.lo, y.hi),
                    compare(Predicate::eq, y.lo, x.hi));
  if (p == Predicate::eq)
    return {same, meet};
  return {negate(meet), negate(same)};
}

//===----------------------------------------------------------------------===//
// Data
//===----------------------------------------------------------------------===//

/// Least and greatest element of a tensor where the index on `axis` runs from
/// `range.lo` to `range.hi`.
static Interval scanTensor(BlockBuilder &b, Value tensor,
                           ArrayRef<Value> indices, size_t axis,
                           const Interval &range) {
  Type type = elementOf(tensor);
  auto read = [&](Value at) -> Value {
    Values place(indices);
    place[axis] = at;
    return tensor::ExtractOp::create(b, tensor, place);
  };
  Value first = read(range.lo);
  auto widen = [&](Value at, ValueRange seen) -> Values {
    Value element = read(at);
    if (type.isInteger(1))
      return {b.createOrFold<arith::AndIOp>(seen[0], element),
              b.createOrFold<arith::OrIOp>(seen[1], element)};
    return {b.min(seen[0], element), b.max(seen[1], element)};
  };
  Values ends = b.forLoop(b.add(range.lo, b.index(1)),
                          b.add(range.hi, b.index(1)), 1, {first, first}, widen);
  return {ends[0], ends[1], false, /*loaded=*/true};
}

Interval weft::rangeOfElements(BlockBuilder &b, Value tensor, Value count) {
  Value zero = b.index(0);
  return scanTensor(b, tensor, {zero}, 0, {zero, b.sub(count, b.index(1))});
}

/// An index in range for every entry of the block is in range for its table,
/// so that looser bounds may be cut to the size of the table.
Interval IntervalEvaluator::tableRead(Operation *op) {
  auto read = cast<tensor::ExtractOp>(op);
  if (isRegionValue(read.getTensor()))
    return unknown(read.getType());
  Values indices;
  std::optional<size_t> axis;
  Interval range;
  for (auto [n, index] : llvm::enumerate(read.getIndices())) {
    Interval at = evaluate(index);
    if (at.unbounded || (!at.isPoint() && axis))
      return unknown(read.getType());
    if (!at.isPoint()) {
      axis = n;
      Value last = b.sub(b.dim(read.getTensor(), n), b.index(1));
      range = {b.max(at.lo, b.index(0)), b.min(at.hi, last)};
    }
    indices.push_back(at.lo);
  }
  if (axis)
    return scanTensor(b, read.getTensor(), indices, *axis, range);
  Value element = tensor::ExtractOp::create(b, read.getTensor(), indices);
  return {element, element, false, /*loaded=*/true};
}
