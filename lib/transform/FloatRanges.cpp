#include "lib/transform/FloatRanges.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace weft;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool FloatRange::isUnknown() const {
  return low == -kInfinity && high == kInfinity;
}

FloatRange FloatRange::hull(FloatRange other) const {
  return {std::min(low, other.low), std::max(high, other.high)};
}

//===-- arithmetic of ranges -----------------------------------------------===//

static FloatRange add(FloatRange a, FloatRange b) {
  return {a.low + b.low, a.high + b.high};
}

static FloatRange negate(FloatRange a) { return {-a.high, -a.low}; }

/// 0 · ∞ is 0 here: the bound is not reached by both.
static double product(double a, double b) {
  return a == 0 || b == 0 ? 0 : a * b;
}

static FloatRange multiply(FloatRange a, FloatRange b) {
  double ends[] = {product(a.low, b.low), product(a.low, b.high),
                   product(a.high, b.low), product(a.high, b.high)};
  return {*std::min_element(ends, ends + 4), *std::max_element(ends, ends + 4)};
}

/// 1 / a for a of one sign.
static FloatRange reciprocal(FloatRange a) {
  if (a.low < 0 && a.high > 0)
    return {};
  if (a.low >= 0)
    return {1 / a.high, a.low == 0 ? kInfinity : 1 / a.low};
  return {a.high == 0 ? -kInfinity : 1 / a.high, 1 / a.low};
}

static FloatRange absolute(FloatRange a) {
  double far = std::max(std::abs(a.low), std::abs(a.high));
  bool hasZero = a.low <= 0 && a.high >= 0;
  return {hasZero ? 0 : std::min(std::abs(a.low), std::abs(a.high)), far};
}

/// A function that grows, on the domain [`from`, ∞).
static FloatRange growing(FloatRange a, double (*function)(double),
                          double from = -kInfinity) {
  return {function(std::max(a.low, from)), function(std::max(a.high, from))};
}

/// What `condition` says of the value that is chosen when it `holds`.
static FloatRange refined(FloatRange range, Value chosen, Value condition,
                          bool holds, FloatRanges &ranges) {
  auto compare = condition.getDefiningOp<arith::CmpFOp>();
  if (!compare || (compare.getLhs() != chosen && compare.getRhs() != chosen))
    return range;
  bool isLeft = compare.getLhs() == chosen;
  FloatRange other =
      ranges.of(isLeft ? compare.getRhs() : compare.getLhs());
  using Predicate = arith::CmpFPredicate;
  Predicate predicate = compare.getPredicate();
  bool greater = llvm::is_contained({Predicate::OGT, Predicate::OGE,
                                     Predicate::UGT, Predicate::UGE},
                                    predicate);
  bool less = llvm::is_contained({Predicate::OLT, Predicate::OLE,
                                  Predicate::ULT, Predicate::ULE},
                                 predicate);
  if (!greater && !less)
    return range;
  // chosen > other, said of the right side or of the other choice, turns.
  if (greater == (isLeft == holds))
    range.low = std::max(range.low, other.low);
  else
    range.high = std::min(range.high, other.high);
  return range;
}

static FloatRange ofSelect(arith::SelectOp op, FloatRanges &ranges) {
  auto choice = [&](Value value, bool holds) {
    return refined(ranges.of(value), value, op.getCondition(), holds, ranges);
  };
  return choice(op.getTrueValue(), true).hull(choice(op.getFalseValue(), false));
}

static FloatRange ofFunction(Operation *op, FloatRange a) {
  return llvm::TypeSwitch<Operation *, FloatRange>(op)
      .Case<math::ExpOp>([&](auto) { return growing(a, std::exp); })
      .Case<math::Exp2Op>([&](auto) { return growing(a, std::exp2); })
      .Case<math::ExpM1Op>([&](auto) { return growing(a, std::expm1); })
      .Case<math::LogOp>([&](auto) { return growing(a, std::log, 0); })
      .Case<math::Log2Op>([&](auto) { return growing(a, std::log2, 0); })
      .Case<math::Log1pOp>([&](auto) { return growing(a, std::log1p, -1); })
      .Case<math::SqrtOp>([&](auto) { return growing(a, std::sqrt, 0); })
      .Case<math::TanhOp>([&](auto) { return growing(a, std::tanh); })
      .Case<math::ErfOp>([&](auto) { return growing(a, std::erf); })
      .Case<math::RsqrtOp>([&](auto) {
        return reciprocal(growing(a, std::sqrt, 0));
      })
      .Case<math::SinOp, math::CosOp>([&](auto) {
        return FloatRange{-1, 1};
      })
      .Case<math::AbsFOp>([&](auto) { return absolute(a); })
      .Case<arith::NegFOp>([&](auto) { return negate(a); })
      .Case<arith::ExtFOp, arith::TruncFOp>([&](auto) { return a; })
      .Default([](Operation *) { return FloatRange(); });
}

/// b^x for a positive b: the ends are at ends of both.
static FloatRange power(FloatRange base, FloatRange exponent) {
  if (base.low <= 0)
    return {};
  double ends[] = {
      std::pow(base.low, exponent.low), std::pow(base.low, exponent.high),
      std::pow(base.high, exponent.low), std::pow(base.high, exponent.high)};
  return {*std::min_element(ends, ends + 4), *std::max_element(ends, ends + 4)};
}

/// The place in a loop is never negative.
static FloatRange ofWhole(Operation *op) {
  Value whole = op->getOperand(0);
  if (auto cast = whole.getDefiningOp<arith::IndexCastOp>())
    whole = cast.getIn();
  if (whole.getDefiningOp<linalg::IndexOp>())
    return {0, kInfinity};
  return {};
}

static FloatRange ofPair(Operation *op, FloatRange a, FloatRange b) {
  bool same = op->getOperand(0) == op->getOperand(1);
  return llvm::TypeSwitch<Operation *, FloatRange>(op)
      .Case<arith::AddFOp>([&](auto) { return add(a, b); })
      .Case<arith::SubFOp>([&](auto) { return add(a, negate(b)); })
      .Case<arith::MulFOp>([&](auto) {
        return same ? multiply(absolute(a), absolute(a)) : multiply(a, b);
      })
      .Case<math::PowFOp>([&](auto) { return power(a, b); })
      .Case<arith::DivFOp>([&](auto) { return multiply(a, reciprocal(b)); })
      .Case<arith::MaximumFOp, arith::MaxNumFOp>([&](auto) {
        return FloatRange{std::max(a.low, b.low), std::max(a.high, b.high)};
      })
      .Case<arith::MinimumFOp, arith::MinNumFOp>([&](auto) {
        return FloatRange{std::min(a.low, b.low), std::min(a.high, b.high)};
      })
      .Default([](Operation *) { return FloatRange(); });
}

static FloatRange ofConstant(Attribute attr) {
  if (auto number = dyn_cast<FloatAttr>(attr))
    return {number.getValueAsDouble(), number.getValueAsDouble()};
  auto elements = dyn_cast<DenseFPElementsAttr>(attr);
  if (!elements || elements.empty())
    return {};
  FloatRange range{kInfinity, -kInfinity};
  for (const APFloat &element : elements) {
    APFloat wide = element;
    bool inexact;
    wide.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &inexact);
    range = range.hull({wide.convertToDouble(), wide.convertToDouble()});
  }
  return range;
}

//===-- values -------------------------------------------------------------===//

FloatRange FloatRanges::of(Value value) {
  // What is asked for while it is being computed, in a loop or a recursion, is
  // not known.
  auto [place, isNew] = known.try_emplace(value, FloatRange());
  if (!isNew)
    return place->second;
  FloatRange range = compute(value);
  // NaN comes of ∞ - ∞: nothing is known.
  if (std::isnan(range.low))
    range.low = -kInfinity;
  if (std::isnan(range.high))
    range.high = kInfinity;
  known[value] = range;
  return range;
}

FloatRange FloatRanges::compute(Value value) {
  if (!isa<FloatType>(getElementTypeOrSelf(value.getType())))
    return {};
  Attribute constant;
  if (matchPattern(value, m_Constant(&constant)))
    return ofConstant(constant);
  if (auto argument = dyn_cast<BlockArgument>(value))
    return ofArgument(argument);
  return ofResult(cast<OpResult>(value));
}

/// What `mixer.range` declares of an argument, if it does.
static std::optional<FloatRange> declared(BlockArgument argument) {
  auto func = dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp());
  if (!func)
    return std::nullopt;
  return declaredRange(func.getArgAttr(argument.getArgNumber(), "mixer.range"));
}

std::optional<FloatRange> weft::declaredRange(Attribute attr) {
  auto range = dyn_cast_or_null<DenseF64ArrayAttr>(attr);
  if (!range || range.size() != 2 || !(range[0] <= range[1]))
    return std::nullopt;
  return FloatRange{range[0], range[1]};
}

LogicalResult weft::checkDeclaredRanges(Operation *module) {
  WalkResult result = module->walk([](func::FuncOp func) {
    for (unsigned number = 0; number < func.getNumArguments(); ++number) {
      Attribute attr = func.getArgAttr(number, "mixer.range");
      if (!attr || declaredRange(attr))
        continue;
      func.emitError("expects mixer.range of argument #")
          << number << " to be array<f64: low, high> with low <= high, got "
          << attr;
      return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

FloatRange FloatRanges::ofArgument(BlockArgument argument) {
  Operation *parent = argument.getOwner()->getParentOp();
  if (auto generic = dyn_cast<linalg::LinalgOp>(parent)) {
    OpOperand &operand = generic->getOpOperand(argument.getArgNumber());
    // The value so far of a reduction is not what it starts from.
    if (generic.isDpsInit(&operand) && generic.getNumReductionLoops() > 0)
      return {};
    return of(operand.get());
  }
  if (std::optional<FloatRange> range = declared(argument))
    return *range;
  if (isa<func::FuncOp>(parent))
    return ofCallers(argument);
  return {};
}

/// All that a private function is called with.
FloatRange FloatRanges::ofCallers(BlockArgument argument) {
  auto func = cast<func::FuncOp>(argument.getOwner()->getParentOp());
  Operation *module = func->getParentOp();
  std::optional<SymbolTable::UseRange> uses;
  if (!func.isPrivate() || !(uses = SymbolTable::getSymbolUses(func, module)) ||
      uses->empty())
    return {};
  FloatRange range{kInfinity, -kInfinity};
  for (SymbolTable::SymbolUse use : *uses) {
    auto call = dyn_cast<func::CallOp>(use.getUser());
    if (!call)
      return {};
    range = range.hull(of(call.getOperand(argument.getArgNumber())));
  }
  return range;
}

FloatRange FloatRanges::ofResult(OpResult result) {
  Operation *op = result.getOwner();
  return llvm::TypeSwitch<Operation *, FloatRange>(op)
      .Case<linalg::LinalgOp>([&](auto) { return ofBody(result); })
      .Case<tensor::ExtractOp, tensor::ExtractSliceOp, tensor::CastOp,
            tensor::ExpandShapeOp, tensor::CollapseShapeOp, tensor::ReshapeOp,
            tensor::SplatOp>([&](auto) { return of(op->getOperand(0)); })
      .Case([&](tensor::InsertSliceOp insert) {
        return of(insert.getSource()).hull(of(insert.getDest()));
      })
      .Case([&](tensor::ConcatOp concat) {
        FloatRange range{kInfinity, -kInfinity};
        for (Value input : concat.getInputs())
          range = range.hull(of(input));
        return range;
      })
      .Case([&](scf::IfOp branch) {
        if (!branch.elseBlock())
          return FloatRange();
        unsigned number = result.getResultNumber();
        return of(branch.thenYield()->getOperand(number))
            .hull(of(branch.elseYield()->getOperand(number)));
      })
      .Case([&](func::CallOp call) {
        auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
            call, call.getCalleeAttr());
        if (!callee || callee.isExternal() || !callee.getBody().hasOneBlock())
          return FloatRange();
        Operation *end = callee.getBody().front().getTerminator();
        return of(end->getOperand(result.getResultNumber()));
      })
      .Default([&](Operation *) { return ofScalar(op); });
}

FloatRange FloatRanges::ofScalar(Operation *op) {
  if (auto choice = dyn_cast<arith::SelectOp>(op))
    return ofSelect(choice, *this);
  if (isa<arith::SIToFPOp, arith::UIToFPOp>(op))
    return ofWhole(op);
  if (op->getNumOperands() == 1)
    return ofFunction(op, of(op->getOperand(0)));
  if (op->getNumOperands() == 2)
    return ofPair(op, of(op->getOperand(0)), of(op->getOperand(1)));
  return {};
}

/// An elementwise body is what it yields. A reduction keeps a sign that both
/// its start and a step from a number of that sign have.
FloatRange FloatRanges::ofBody(OpResult result) {
  auto op = cast<linalg::LinalgOp>(result.getOwner());
  Block *body = op.getBlock();
  Value yielded = body->getTerminator()->getOperand(result.getResultNumber());
  OpOperand *init = op.getDpsInitOperand(result.getResultNumber());
  BlockArgument soFar = op.getMatchingBlockArgument(init);
  if (op.getNumReductionLoops() == 0 || soFar.use_empty())
    return of(yielded);
  FloatRange start = of(init->get());
  for (FloatRange sign : {FloatRange{-kInfinity, 0}, FloatRange{0, kInfinity}}) {
    if (start.low < sign.low || start.high > sign.high)
      continue;
    FloatRanges step;
    step.known = known;
    step.known[soFar] = sign;
    for (Operation &inner : *body)
      for (Value value : inner.getResults())
        step.known.erase(value);
    FloatRange next = step.of(yielded);
    if (next.low >= sign.low && next.high <= sign.high)
      return sign;
  }
  return {};
}
