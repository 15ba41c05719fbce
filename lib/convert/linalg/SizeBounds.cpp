#include "SizeBounds.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"

using namespace mlir;
using namespace weft;

/// The last value of a loop's counter: lower + ⌊(upper - 1 - lower) / step⌋
/// step.
static std::optional<int64_t> findLastIteration(Value counter) {
  auto argument = dyn_cast<BlockArgument>(counter);
  auto loop = argument
                  ? dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp())
                  : scf::ForOp();
  if (!loop || counter != loop.getInductionVar())
    return std::nullopt;
  std::optional<int64_t> lower = getConstantIntValue(loop.getLowerBound());
  std::optional<int64_t> step = getConstantIntValue(loop.getStep());
  std::optional<int64_t> upper = findUpperBound(loop.getUpperBound());
  if (!lower || !step || !upper || *upper <= *lower)
    return std::nullopt;
  return *lower + (*upper - 1 - *lower) / *step * *step;
}

std::optional<int64_t> weft::findUpperBound(Value value) {
  if (std::optional<int64_t> constant = getConstantIntValue(value))
    return constant;
  std::optional<int64_t> best;
  if (value.getDefiningOp<arith::MinUIOp>() ||
      value.getDefiningOp<arith::MinSIOp>()) {
    for (Value operand : value.getDefiningOp()->getOperands())
      if (std::optional<int64_t> bound = findUpperBound(operand))
        best = best ? std::min(*best, *bound) : *bound;
    return best;
  }
  if (std::optional<int64_t> last = findLastIteration(value))
    return last;
  if (auto sum = value.getDefiningOp<arith::AddIOp>()) {
    std::optional<int64_t> lhs = findUpperBound(sum.getLhs());
    std::optional<int64_t> rhs = findUpperBound(sum.getRhs());
    if (lhs && rhs)
      return *lhs + *rhs;
  }
  FailureOr<int64_t> bound = ValueBoundsConstraintSet::computeConstantBound(
      presburger::BoundType::UB, value, nullptr, /*closedUB=*/true);
  if (succeeded(bound))
    best = *bound;
  return best;
}
