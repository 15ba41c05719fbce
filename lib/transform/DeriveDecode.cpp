// weft-derive-decode: @forward over T tokens becomes stateful, with a version
// for the last token's results (@prefill) and one for T = 1 (@step).
#include "lib/transform/OneToken.h"
#include "lib/transform/Stateful.h"
#include "lib/transform/StepwiseState.h"
#include "weft/Frontend.h"
#include "weft/Transform.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace weft;

namespace weft {
#define GEN_PASS_DEF_WEFTDERIVEDECODE
#include "weft/TransformPasses.h.inc"
} // namespace weft

/// @forward, or the only public function; null if there is no such function.
static func::FuncOp findEntry(ModuleOp module) {
  if (auto forward = module.lookupSymbol<func::FuncOp>("forward"))
    return forward;
  func::FuncOp entry;
  for (auto func : module.getOps<func::FuncOp>())
    if (func.isPublic()) {
      if (entry)
        return {};
      entry = func;
    }
  return entry;
}

/// Nothing to derive from: an error if decode is required, no matter otherwise.
struct NoDecode {
  Operation *place = nullptr;
  std::string reason;
};

/// Time axes must be there and dynamic.
static std::optional<NoDecode> checkArguments(func::FuncOp entry) {
  bool hasTime = false;
  for (BlockArgument argument : entry.getArguments()) {
    unsigned number = argument.getArgNumber();
    auto time = entry.getArgAttrOfType<IntegerAttr>(number, "mixer.time");
    if (!time)
      continue;
    hasTime = true;
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    if (!type || time.getInt() < 0 || time.getInt() >= type.getRank() ||
        !type.isDynamicDim(time.getInt()))
      return NoDecode{entry, "argument #" + std::to_string(number) +
                                 " has no dynamic time dimension"};
  }
  if (hasTime)
    return std::nullopt;
  return NoDecode{entry, "no argument of '" + entry.getName().str() +
                             "' has a time dimension (mixer.time)"};
}

/// Whether a matrix that is not causal has fixed columns or is not over time.
static bool needsNoState(const TimedFunctions &functions,
                         mixer::ApplyOp apply) {
  auto found = functions.find(apply->getParentOfType<func::FuncOp>());
  if (found == functions.end())
    return true;
  const TimedFunction &timed = found->second;
  return timed.fixedColumns.contains(apply.getMatrix()) ||
         !timed.isTimed(apply.getY());
}

/// The first of these matrices, none of them causal, that couples tokens.
static mixer::ApplyOp findCoupling(func::FuncOp entry,
                                   ArrayRef<mixer::ApplyOp> applies) {
  if (applies.empty())
    return {};
  ScopedDiagnosticHandler quiet(entry.getContext(),
                                [](Diagnostic &) { return success(); });
  FailureOr<TimedFunctions> functions = followTime(entry);
  for (mixer::ApplyOp apply : applies)
    if (failed(functions) || !needsNoState(*functions, apply))
      return apply;
  return {};
}

static std::optional<NoDecode> findObstacle(ModuleOp module,
                                            func::FuncOp entry) {
  if (!entry)
    return NoDecode{module, "there is neither @forward nor a single public "
                            "function"};
  if (std::optional<NoDecode> none = checkArguments(entry))
    return none;
  std::optional<NoDecode> found;
  SmallVector<mixer::ApplyOp> notCausal;
  module.walk([&](mixer::ApplyOp apply) {
    if (!apply.getInit().empty() || apply.getPosition())
      found = NoDecode{apply, "the model threads its state itself"};
    else if (!isCausal(apply))
      notCausal.push_back(apply);
    else if (std::optional<std::string> reason = decodeObstacle(apply))
      found = NoDecode{apply, *reason};
    return found ? WalkResult::interrupt() : WalkResult::advance();
  });
  module.walk([&](mixer::StepwiseOpInterface op) {
    if (found)
      return;
    if (std::optional<std::string> reason = stepwiseObstacle(op))
      found = NoDecode{op, *reason};
  });
  if (found)
    return found;
  if (mixer::ApplyOp apply = findCoupling(entry, notCausal))
    return NoDecode{apply, "the matrix is not causal, or not seen to be: it may "
                           "have entries above the diagonal"};
  for (mixer::ApplyOp apply : notCausal)
    if (std::optional<std::string> reason = decodeObstacle(apply))
      return NoDecode{apply, *reason};
  return std::nullopt;
}

/// Marks what `makeStateful` appended to the arguments and results.
static void describeStates(func::FuncOp entry,
                           const StatefulSignature &signature) {
  Builder builder(entry.getContext());
  size_t count = signature.states.size();
  unsigned argument = entry.getNumArguments() - count;
  unsigned result = entry.getNumResults() - count;
  entry.setArgAttr(argument - 1, "mixer.position", builder.getUnitAttr());
  for (const StateTensor &state : signature.states) {
    Attribute name = builder.getStringAttr(state.name);
    entry.setArgAttr(argument, "mixer.state", name);
    entry.setResultAttr(result, "mixer.state", name);
    if (state.cacheAxis >= 0)
      entry.setArgAttr(argument, "mixer.cache_axis",
                       builder.getI64IntegerAttr(state.cacheAxis));
    ++argument;
    ++result;
  }
}

namespace {

class DeriveDecode : public weft::impl::WeftDeriveDecodeBase<DeriveDecode> {
public:
  using Base::Base;

  void runOnOperation() override {
    func::FuncOp entry = findEntry(getOperation());
    if (std::optional<NoDecode> none = findObstacle(getOperation(), entry)) {
      if (requireDecode) {
        none->place->emitError("cannot derive decode: ") << none->reason;
        signalPassFailure();
      }
      return;
    }
    FailureOr<TimedFunctions> functions = followTime(entry);
    if (failed(functions))
      return signalPassFailure();
    auto signatures = makeStateful(*functions, slots());
    describeStates(entry, signatures[entry]);
    SymbolTable symbols(getOperation());
    TokenSpecializer specializer(*functions, symbols);
    specializer.lastToken(entry, "prefill");
    specializer.oneToken(entry, "step");
  }

private:
  int64_t slots() {
    if (maxSeq)
      return maxSeq;
    auto context =
        getOperation()->getAttrOfType<IntegerAttr>(kContextLengthAttr);
    return context ? context.getInt() : 2048;
  }
};

} // namespace
