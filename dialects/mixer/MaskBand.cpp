#include "dialects/mixer/MaskBand.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include <algorithm>

using namespace mlir;
using namespace weft::mixer;

namespace {

/// rows · i + columns · j + constant
struct LinearForm {
  int64_t rows = 0, columns = 0, constant = 0;
  bool isDifference() const { return rows == -columns; }
};

/// Larger constants are not followed: index arithmetic could wrap.
constexpr int64_t largestConstant = int64_t(1) << 30;

/// Where the arguments b, h, i, j begin: after the entry, if there is one.
unsigned firstIndex(Block &region) {
  return isa<FloatType>(region.getArgument(0).getType());
}

class Evaluator {
public:
  explicit Evaluator(Block &region)
      : row(region.getArgument(firstIndex(region) + 2)),
        column(region.getArgument(firstIndex(region) + 3)), block(&region) {}

  std::optional<LinearForm> linear(Value value) const;
  ConditionBand implied(Value condition, bool truth) const;
  bool differenceOnly(Value value) const;

private:
  ConditionBand compared(arith::CmpIOp op, bool truth) const;

  Value row, column;
  Block *block;
};

} // namespace

static std::optional<int64_t> constantOf(Value value) {
  APInt constant;
  if (!matchPattern(value, m_ConstantInt(&constant)) ||
      constant.getSignificantBits() > 64)
    return std::nullopt;
  return constant.getBitWidth() == 1 ? int64_t(constant.getBoolValue())
                                     : constant.getSExtValue();
}

static std::optional<LinearForm> bounded(LinearForm form) {
  for (int64_t part : {form.rows, form.columns, form.constant})
    if (part > largestConstant || part < -largestConstant)
      return std::nullopt;
  return form;
}

static LinearForm combine(LinearForm a, int64_t factor, LinearForm b) {
  return {a.rows + factor * b.rows, a.columns + factor * b.columns,
          a.constant + factor * b.constant};
}

std::optional<LinearForm> Evaluator::linear(Value value) const {
  if (value == row)
    return LinearForm{1, 0, 0};
  if (value == column)
    return LinearForm{0, 1, 0};
  if (std::optional<int64_t> constant = constantOf(value))
    return bounded({0, 0, *constant});
  Operation *op = value.getDefiningOp();
  if (!op)
    return std::nullopt;
  if (isa<arith::IndexCastOp, arith::ExtSIOp>(op))
    return linear(op->getOperand(0));
  if (!isa<arith::AddIOp, arith::SubIOp, arith::MulIOp>(op))
    return std::nullopt;
  auto a = linear(op->getOperand(0)), b = linear(op->getOperand(1));
  if (!a || !b)
    return std::nullopt;
  if (isa<arith::AddIOp>(op))
    return bounded(combine(*a, 1, *b));
  if (isa<arith::SubIOp>(op))
    return bounded(combine(*a, -1, *b));
  if (a->rows || a->columns)
    std::swap(a, b);
  if (a->rows || a->columns)
    return std::nullopt;
  return bounded(combine({}, a->constant, *b));
}

static ConditionBand exactBand(std::optional<int64_t> low,
                               std::optional<int64_t> high) {
  ConditionBand result{{low, high}, /*empty=*/false, /*exact=*/true};
  result.empty = low && high && *low > *high;
  return result;
}

static ConditionBand intersection(const ConditionBand &a,
                                  const ConditionBand &b) {
  Structure both;
  both.restrictTo(a.band);
  both.restrictTo(b.band);
  ConditionBand result = exactBand(both.bandLow, both.bandHigh);
  result.empty |= a.empty || b.empty;
  result.exact = result.empty || (a.exact && b.exact);
  return result;
}

static ConditionBand hull(const ConditionBand &a, const ConditionBand &b) {
  if (a.empty || b.empty)
    return a.empty ? b : a;
  ConditionBand result;
  if (a.band.low && b.band.low)
    result.band.low = std::min(a.band.low, b.band.low);
  if (a.band.high && b.band.high)
    result.band.high = std::max(a.band.high, b.band.high);
  // Two bands that touch fill their hull.
  bool gap = (a.band.high && b.band.low && *b.band.low > *a.band.high + 1) ||
             (b.band.high && a.band.low && *a.band.low > *b.band.high + 1);
  result.exact = a.exact && b.exact && !gap;
  return result;
}

/// The i - j with sign · (i - j) + constant `predicate` 0.
static ConditionBand solve(arith::CmpIPredicate predicate, int64_t sign,
                           int64_t constant) {
  using Predicate = arith::CmpIPredicate;
  // sign · d <= limit
  auto atMost = [&](int64_t limit) {
    return sign > 0 ? exactBand(std::nullopt, limit)
                    : exactBand(-limit, std::nullopt);
  };
  auto atLeast = [&](int64_t limit) {
    return sign > 0 ? exactBand(limit, std::nullopt)
                    : exactBand(std::nullopt, -limit);
  };
  switch (predicate) {
  case Predicate::sle:
    return atMost(-constant);
  case Predicate::slt:
    return atMost(-constant - 1);
  case Predicate::sge:
    return atLeast(-constant);
  case Predicate::sgt:
    return atLeast(-constant + 1);
  case Predicate::eq:
    return intersection(atMost(-constant), atLeast(-constant));
  default:
    return {};
  }
}

/// d `predicate` limit for unsigned d = sign · (i - j) + constant, which is
/// 0 <= d < limit.
static ConditionBand solveUnsigned(arith::CmpIPredicate predicate,
                                   int64_t sign, int64_t constant,
                                   int64_t limit) {
  using Predicate = arith::CmpIPredicate;
  if (predicate == Predicate::ule)
    ++limit;
  else if (predicate != Predicate::ult)
    return {};
  if (limit < 0)
    return {};
  return intersection(solve(Predicate::sge, sign, constant),
                      solve(Predicate::slt, sign, constant - limit));
}

ConditionBand Evaluator::compared(arith::CmpIOp op, bool truth) const {
  auto a = linear(op.getLhs()), b = linear(op.getRhs());
  if (!a || !b)
    return {};
  arith::CmpIPredicate predicate = op.getPredicate();
  if (!truth)
    predicate = arith::invertPredicate(predicate);
  LinearForm form = combine(*a, -1, *b);
  if (!form.isDifference() || std::abs(form.rows) != 1)
    return {};
  if (b->rows == 0 && b->columns == 0 && b->constant >= 0) {
    ConditionBand band =
        solveUnsigned(predicate, a->rows, a->constant, b->constant);
    if (band.exact)
      return band;
  }
  return solve(predicate, form.rows, form.constant);
}

ConditionBand Evaluator::implied(Value condition, bool truth) const {
  if (std::optional<int64_t> constant = constantOf(condition)) {
    ConditionBand band = exactBand(std::nullopt, std::nullopt);
    band.empty = bool(*constant) != truth;
    return band;
  }
  Operation *op = condition.getDefiningOp();
  if (auto compare = dyn_cast_or_null<arith::CmpIOp>(op))
    return compare.getLhs().getType().isInteger(1) ? ConditionBand()
                                                   : compared(compare, truth);
  if (isa_and_nonnull<arith::AndIOp, arith::OrIOp>(op)) {
    ConditionBand a = implied(op->getOperand(0), truth);
    ConditionBand b = implied(op->getOperand(1), truth);
    return isa<arith::AndIOp>(op) == truth ? intersection(a, b) : hull(a, b);
  }
  if (auto flip = dyn_cast_or_null<arith::XOrIOp>(op))
    if (std::optional<int64_t> constant = constantOf(flip.getRhs()))
      return implied(flip.getLhs(), bool(*constant) != truth);
  if (auto select = dyn_cast_or_null<arith::SelectOp>(op)) {
    Value chooser = select.getCondition();
    return hull(intersection(implied(chooser, true),
                             implied(select.getTrueValue(), truth)),
                intersection(implied(chooser, false),
                             implied(select.getFalseValue(), truth)));
  }
  return {};
}

bool Evaluator::differenceOnly(Value value) const {
  if (std::optional<LinearForm> form = linear(value))
    return form->isDifference();
  if (value.getParentBlock() != block)
    return true;
  if (auto argument = dyn_cast<BlockArgument>(value))
    // Data of rows and columns come last.
    return argument.getArgNumber() < firstIndex(*block) + 4;
  Operation *op = value.getDefiningOp();
  return isPure(op) && op->getNumRegions() == 0 &&
         llvm::all_of(op->getOperands(),
                      [&](Value operand) { return differenceOnly(operand); });
}

ConditionBand weft::mixer::bandOfCondition(Block &region) {
  return Evaluator(region).implied(region.getTerminator()->getOperand(0), true);
}

bool weft::mixer::dependsOnDifferenceOnly(Block &region, unsigned result) {
  return Evaluator(region).differenceOnly(
      region.getTerminator()->getOperand(result));
}

bool weft::mixer::keepsAllOf(const ConditionBand &condition,
                             const Structure &structure) {
  Band inside = structure.band();
  const Band &kept = condition.band;
  return condition.exact && !condition.empty &&
         (!kept.low || (inside.low && *inside.low >= *kept.low)) &&
         (!kept.high || (inside.high && *inside.high <= *kept.high));
}
