// Elementary functions of f32 as polynomials, scalar and vector alike. What
// models compose of them is recognised where its parts lose more than two ulp.
#include "ElementaryFunctions.h"
#include "weft/Convert.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

namespace weft {
#define GEN_PASS_DEF_EXPANDEXP
#include "weft/ConvertPasses.h.inc"
} // namespace weft

using namespace mlir;
using namespace weft;

static bool isF32(Operation *op) {
  return op->getNumResults() == 1 &&
         getElementTypeOrSelf(op->getResult(0)).isF32();
}

/// x of exp(x).
static Value exponentOf(Value value) {
  auto exp = value.getDefiningOp<math::ExpOp>();
  return exp ? exp.getOperand() : Value();
}

/// x of 1 + exp(x).
static Value exponentOfOnePlus(Value value) {
  auto sum = value.getDefiningOp<arith::AddFOp>();
  if (!sum)
    return {};
  if (matchPattern(sum.getRhs(), m_OneFloat()))
    return exponentOf(sum.getLhs());
  return matchPattern(sum.getLhs(), m_OneFloat()) ? exponentOf(sum.getRhs())
                                                  : Value();
}

/// x of 1 + exp(-x).
static Value sigmoidArgumentOfDivisor(Value value) {
  Value exponent = exponentOfOnePlus(value);
  auto negated = exponent ? exponent.getDefiningOp<arith::NegFOp>() : nullptr;
  return negated ? negated.getOperand() : Value();
}

/// x of 1 / (1 + exp(-x)).
static Value sigmoidArgument(Value value) {
  auto quotient = value.getDefiningOp<arith::DivFOp>();
  return quotient && matchPattern(quotient.getLhs(), m_OneFloat())
             ? sigmoidArgumentOfDivisor(quotient.getRhs())
             : Value();
}

/// x of x / (1 + exp(-x)) or of x times the sigmoid of x.
static Value siluArgument(Operation *op) {
  if (auto quotient = dyn_cast<arith::DivFOp>(op)) {
    Value x = sigmoidArgumentOfDivisor(quotient.getRhs());
    return x == quotient.getLhs() ? x : Value();
  }
  auto product = dyn_cast<arith::MulFOp>(op);
  if (!product)
    return {};
  Value x = product.getLhs(), y = product.getRhs();
  if (sigmoidArgument(y) == x)
    return x;
  return sigmoidArgument(x) == y ? y : Value();
}

/// x is -|y|.
static bool isNotPositive(Value x) {
  auto negated = x.getDefiningOp<arith::NegFOp>();
  return negated && negated.getOperand().getDefiningOp<math::AbsFOp>();
}

/// What `op` computes, if it is one of the composed functions.
static Value expandComposed(Operation *op) {
  ElementaryFunctions functions(op);
  if (Value x = siluArgument(op))
    return functions.silu(x);
  if (Value x = exponentOfOnePlus(op->getResult(0)))
    return functions.onePlusExp(x);
  Value x = isa<math::Log1pOp>(op) ? exponentOf(op->getOperand(0)) : Value();
  if (!x)
    return {};
  return isNotPositive(x) ? functions.softplusOfNotPositive(x)
                          : functions.softplus(x);
}

static Value expandFunction(Operation *op) {
  ElementaryFunctions functions(op);
  auto signOf = [](Value x) {
    return isNotPositive(x) ? Sign::NotPositive : Sign::Any;
  };
  Value x = op->getOperand(0);
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case<math::ExpOp>([&](auto) { return functions.exp(x, signOf(x)); })
      .Case<math::Exp2Op>([&](auto) { return functions.exp2(x); })
      .Case<math::ExpM1Op>([&](auto) { return functions.expm1(x); })
      .Case<math::LogOp>([&](auto) { return functions.log(x); })
      .Case<math::Log1pOp>([&](auto) { return functions.log1p(x); })
      .Case<math::TanhOp>([&](auto) { return functions.tanh(x); })
      .Case<math::ErfOp>([&](auto) { return functions.erf(x); });
}

namespace {
struct ExpandExpPass : weft::impl::ExpandExpBase<ExpandExpPass> {
  using Base::Base;

  /// Users come before what they are composed of, so that nothing is expanded
  /// of which nobody asks.
  template <typename... Ops>
  void expand(Value (*expansion)(Operation *)) {
    SmallVector<Operation *> ops;
    getOperation().walk([&](Operation *op) {
      if (isa<Ops...>(op) && isF32(op))
        ops.push_back(op);
    });
    for (Operation *op : llvm::reverse(ops)) {
      Value value = op->use_empty() ? Value() : expansion(op);
      if (value)
        op->getResult(0).replaceAllUsesWith(value);
      if (op->use_empty())
        op->erase();
    }
  }

  void runOnOperation() override {
    expand<arith::AddFOp, arith::DivFOp, arith::MulFOp, math::Log1pOp>(
        expandComposed);
    expand<math::ExpOp, math::Exp2Op, math::ExpM1Op, math::LogOp,
           math::Log1pOp, math::TanhOp, math::ErfOp>(expandFunction);
  }
};
} // namespace
