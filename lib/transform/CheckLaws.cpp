// weft-check-laws: the algebra of a mixer.fold is one, on random tokens.
#include "lib/transform/Evaluate.h"
#include "weft/Transform.h"

#include "dialects/mixer/Mixer.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

#include <cmath>
#include <random>

using namespace mlir;
using namespace weft;

namespace weft {
#define GEN_PASS_DEF_WEFTCHECKLAWS
#include "weft/TransformPasses.h.inc"
} // namespace weft

/// Elements and states: one tensor for each component.
using Tuple = std::vector<Numbers>;

static constexpr int64_t kTokens = 5;
static constexpr double kTolerance = 1e-9;

static double largest(const Numbers &numbers) {
  double most = 1;
  for (double entry : numbers.entries)
    if (std::isfinite(entry))
      most = std::max(most, std::fabs(entry));
  return most;
}

/// The first place where two tuples differ by more than rounding.
struct Difference {
  size_t component;
  double left, right;
};

static std::optional<Difference> differenceOf(const Tuple &left,
                                              const Tuple &right) {
  for (size_t c = 0; c < left.size(); ++c) {
    double limit = kTolerance * std::max(largest(left[c]), largest(right[c]));
    for (auto [a, b] : llvm::zip(left[c].entries, right[c].entries))
      if (a != b && !(std::fabs(a - b) <= limit))
        return Difference{c, a, b};
  }
  return std::nullopt;
}

static bool hasNaN(const Tuple &tuple) {
  return llvm::any_of(tuple, [](const Numbers &numbers) {
    return llvm::any_of(numbers.entries,
                        [](double entry) { return std::isnan(entry); });
  });
}

namespace {

/// The laws of one fold.
class LawChecker {
public:
  explicit LawChecker(mixer::FoldOp op)
      : op(op), evaluator([this](Value value) { return unknown(value); }) {}
  LogicalResult run();

private:
  FailureOr<Numbers> unknown(Value value);
  Numbers draw(Type type, Value source);
  /// What a region gives; an empty tuple once something failed.
  Tuple call(Region &region, const Tuple &first, const Tuple &second = {});
  Tuple combine(const Tuple &a, const Tuple &b) {
    return call(op.getCombine(), a, b);
  }
  Tuple act(const Tuple &state, const Tuple &element) {
    return call(op.getAct(), state, element);
  }
  void demand(StringRef law, const std::string &place, StringRef what,
              const Tuple &left, const Tuple &right);

  bool prepare();
  void checkNeutral();
  void checkAssociative();
  void checkAction();
  LogicalResult reportNotEvaluated();

  mixer::FoldOp op;
  Evaluator evaluator;
  std::mt19937_64 random{20240917};
  bool evaluated = true, holds = true;
  Tuple one, start;
  std::vector<Tuple> tokens, elements, prefixes;
};

} // namespace

//===-- random values
//------------------------------------------------------===//

/// The values that the argument of a model may take, if it says so.
static std::optional<std::pair<double, double>> rangeOf(Value value) {
  auto argument = dyn_cast_or_null<BlockArgument>(value);
  auto func = argument
                  ? dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp())
                  : func::FuncOp();
  auto range = func ? func.getArgAttrOfType<DenseF64ArrayAttr>(
                          argument.getArgNumber(), "mixer.range")
                    : DenseF64ArrayAttr();
  if (!range || range.size() != 2)
    return std::nullopt;
  return std::pair(range[0], range[1]);
}

/// A standard normal from two uniform numbers, the same on every library.
static double normal(std::mt19937_64 &random) {
  double u = (random() >> 11) * 0x1p-53 + 0x1p-54;
  double v = (random() >> 11) * 0x1p-53;
  return std::sqrt(-2 * std::log(u)) * std::cos(2 * M_PI * v);
}

/// Normal numbers, folded into the range of `source` where it has one.
Numbers LawChecker::draw(Type type, Value source) {
  std::optional<std::pair<double, double>> range = rangeOf(source);
  Numbers numbers;
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (tensor)
    numbers.shape.assign(tensor.getShape().begin(), tensor.getShape().end());
  numbers.entries.resize(tensor ? tensor.getNumElements() : 1);
  for (double &entry : numbers.entries) {
    entry = normal(random);
    if (!range)
      continue;
    auto [low, high] = *range;
    if (std::isfinite(low) && std::isfinite(high))
      entry = low + (high - low) * (0.5 + 0.5 * std::tanh(entry));
    else
      entry = std::isfinite(high) ? high - std::fabs(entry)
                                  : low + std::fabs(entry);
  }
  return numbers;
}

/// Weights and other floats are random, indices zero.
FailureOr<Numbers> LawChecker::unknown(Value value) {
  auto tensor = dyn_cast<RankedTensorType>(value.getType());
  if (tensor && !tensor.hasStaticShape())
    return failure();
  Numbers numbers = draw(value.getType(), value);
  if (!isa<FloatType>(getElementTypeOrSelf(value.getType())))
    numbers.entries.assign(numbers.entries.size(), 0);
  return numbers;
}

//===-- regions
//------------------------------------------------------------===//

Tuple LawChecker::call(Region &region, const Tuple &first,
                       const Tuple &second) {
  Tuple arguments;
  if (op.getHeads())
    arguments.push_back({{}, {0}});
  llvm::append_range(arguments, first);
  llvm::append_range(arguments, second);
  FailureOr<Tuple> result = failure();
  if (evaluated)
    result = evaluator.run(region.front(), arguments);
  evaluated = succeeded(result);
  return evaluated ? *result : Tuple();
}

/// Tokens, their elements and the products of these from the first one on.
bool LawChecker::prepare() {
  mixer::StepwiseOpInterface stepwise = op;
  one = call(op.getOne(), {});
  for (int64_t t = 0; t < kTokens && evaluated; ++t) {
    Tuple token;
    for (auto [type, source] : llvm::zip(stepwise.inSlices(), op.getIns()))
      token.push_back(draw(type, source));
    tokens.push_back(token);
    elements.push_back(call(op.getLift(), token));
    prefixes.push_back(t == 0 ? elements[0]
                              : combine(prefixes[t - 1], elements[t]));
  }
  for (auto [type, init] : llvm::zip(stepwise.stateSlices(), op.getInit())) {
    FailureOr<Numbers> whole = evaluator.valueOf(init);
    Numbers slice = draw(type, Value());
    if (succeeded(whole))
      std::copy_n(whole->entries.begin(), slice.entries.size(),
                  slice.entries.begin());
    start.push_back(slice);
  }
  return evaluated;
}

//===-- laws
//---------------------------------------------------------------===//

static std::string atToken(int64_t token) {
  return "at token " + std::to_string(token);
}

void LawChecker::demand(StringRef law, const std::string &place, StringRef what,
                        const Tuple &left, const Tuple &right) {
  if (!holds || !evaluated)
    return;
  std::optional<Difference> difference = differenceOf(left, right);
  if (!difference)
    return;
  holds = false;
  op.emitError("expects the law ")
      << law << ", got " << std::to_string(difference->left) << " and "
      << std::to_string(difference->right) << " in " << what << " #"
      << difference->component << " " << place;
}

/// The neutral element does nothing to single tokens, to products, to itself.
void LawChecker::checkNeutral() {
  auto check = [&](const std::string &place, const Tuple &element) {
    demand("combine(one, e) = e", place, "element", combine(one, element),
           element);
    demand("combine(e, one) = e", place, "element", combine(element, one),
           element);
  };
  for (int64_t t = 0; t < kTokens; ++t) {
    check(atToken(t), elements[t]);
    check("for the tokens up to " + std::to_string(t), prefixes[t]);
  }
  check("for e = one", one);
}

void LawChecker::checkAssociative() {
  for (int64_t t = 1; t + 1 < kTokens; ++t)
    demand("combine(combine(e1, e2), e3) = combine(e1, combine(e2, e3))",
           atToken(t), "element",
           combine(combine(prefixes[t - 1], elements[t]), elements[t + 1]),
           combine(prefixes[t - 1], combine(elements[t], elements[t + 1])));
}

void LawChecker::checkAction() {
  Tuple state = start;
  for (int64_t t = 0; t + 1 < kTokens; ++t) {
    demand("act(S, one) = S", atToken(t), "state", act(state, one), state);
    demand("act(act(S, e1), e2) = act(S, combine(e1, e2))", atToken(t), "state",
           act(act(state, elements[t]), elements[t + 1]),
           act(state, combine(elements[t], elements[t + 1])));
    state = act(state, elements[t]);
    demand("act(act(S, e1), e2) = act(S, combine(e1, e2))",
           "for the tokens up to " + std::to_string(t), "state", state,
           act(start, prefixes[t]));
  }
}

/// Not being able to check is said, and is no error.
LogicalResult LawChecker::reportNotEvaluated() {
  InFlightDiagnostic warning =
      op.emitWarning("the laws of this mixer are not checked");
  if (Operation *obstacle = evaluator.obstacle())
    warning.attachNote(obstacle->getLoc())
        << "'" << obstacle->getName() << "' cannot be evaluated here";
  return success();
}

LogicalResult LawChecker::run() {
  if (!prepare())
    return reportNotEvaluated();
  if (llvm::any_of(elements, hasNaN)) {
    op.emitWarning("the laws of this mixer are not checked: lift gives NaN for "
                   "random tokens; declare mixer.range on the arguments");
    return success();
  }
  checkAssociative();
  checkNeutral();
  checkAction();
  if (!evaluated)
    return reportNotEvaluated();
  return success(holds);
}

namespace {
struct CheckLaws : public weft::impl::WeftCheckLawsBase<CheckLaws> {
  using Base::Base;
  void runOnOperation() override {
    bool good = true;
    getOperation().walk(
        [&](mixer::FoldOp op) { good &= succeeded(LawChecker(op).run()); });
    if (!good)
      signalPassFailure();
  }
};
} // namespace
