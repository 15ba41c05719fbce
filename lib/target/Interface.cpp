// The interface of a model, read off its public functions and globals.
#include "weft/Target.h"

#include "weft/Convert.h"
#include "weft/weft.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MLProgram/IR/MLProgram.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace weft;

namespace {

/// Collects one function after another; states are shared by name.
class Collector {
public:
  explicit Collector(ModelInterface &interface) : interface(interface) {}
  LogicalResult add(func::FuncOp function);

private:
  LogicalResult addArgument(func::FuncOp function, unsigned index);
  LogicalResult addResult(func::FuncOp function, unsigned index);
  LogicalResult addState(func::FuncOp function, unsigned index,
                         StringAttr name);

  ModelInterface &interface;
  llvm::StringMap<int64_t> stateIndex;
  EntryInterface entry;
};

} // namespace

/// Names the dynamic dims: the declared time dimension, and the batch in
/// front. A result has no declaration; what is not its batch is its time.
static FailureOr<TensorInterface>
describeTensor(func::FuncOp function, RankedTensorType type, StringRef name,
               std::optional<int64_t> time, bool guessTime) {
  TensorInterface tensor;
  tensor.name = name.str();
  tensor.element = type.getElementType();
  if (!tensor.element.isIntOrFloat())
    return function.emitError() << "expects numbers in '" << name << "', got "
                                << tensor.element;
  if (type.getRank() > WEFT_MAX_RANK)
    return function.emitError() << "expects at most " << WEFT_MAX_RANK
                                << " dimensions in '" << name << "', got "
                                << type.getRank();
  for (auto [axis, size] : llvm::enumerate(type.getShape())) {
    bool isTime = time ? int64_t(axis) == *time
                       : guessTime && (axis > 0 || type.getRank() == 1);
    if (!ShapedType::isDynamic(size))
      tensor.dims.push_back(size);
    else if (isTime)
      tensor.dims.push_back(WEFT_DIM_TIME);
    else if (axis == 0)
      tensor.dims.push_back(WEFT_DIM_BATCH);
    else
      return function.emitError()
             << "expects a static size in dimension " << axis << " of '" << name
             << "', got " << type << "; only time and batch may vary";
  }
  return tensor;
}

/// Whether an argument says, here or in a function that is called with it,
/// where packed sequences begin. `seen` ends the search in a function that
/// calls itself.
static bool isOffsets(func::FuncOp function, unsigned index,
                      DenseSet<Value> &seen) {
  if (function.getArgAttr(index, "mixer.offsets"))
    return true;
  if (function.isExternal() || !seen.insert(function.getArgument(index)).second)
    return false;
  return llvm::any_of(
      function.getArgument(index).getUses(), [&](OpOperand &use) {
        auto call = dyn_cast<func::CallOp>(use.getOwner());
        auto callee =
            call ? SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
                       call, call.getCalleeAttr())
                 : func::FuncOp();
        return callee && isOffsets(callee, use.getOperandNumber(), seen);
      });
}

static std::optional<int64_t> integerOf(Attribute attribute) {
  auto integer = dyn_cast_or_null<IntegerAttr>(attribute);
  return integer ? std::optional<int64_t>(integer.getInt()) : std::nullopt;
}

LogicalResult Collector::addState(func::FuncOp function, unsigned index,
                                  StringAttr name) {
  auto type = cast<RankedTensorType>(function.getArgumentTypes()[index]);
  auto tensor = describeTensor(function, type, name, std::nullopt, false);
  if (failed(tensor))
    return failure();
  StateInterface state;
  static_cast<TensorInterface &>(state) = *tensor;
  state.cacheAxis =
      integerOf(function.getArgAttr(index, "mixer.cache_axis")).value_or(-1);
  if (state.cacheAxis >= int64_t(state.dims.size()))
    return function.emitError()
           << "expects the cache axis of state '" << name.getValue() << "' below "
           << state.dims.size() << ", got " << state.cacheAxis;
  auto [found, added] =
      stateIndex.try_emplace(name, int64_t(interface.states.size()));
  if (added)
    interface.states.push_back(state);
  else if (interface.states[found->second].dims != state.dims)
    return function.emitError() << "expects state '" << name.getValue()
                                << "' to have one shape in all entries, got "
                                << type;
  entry.states.push_back(found->second);
  return success();
}

LogicalResult Collector::addArgument(func::FuncOp function, unsigned index) {
  if (function.getArgAttr(index, "mixer.position"))
    return success();
  auto type = dyn_cast<RankedTensorType>(function.getArgumentTypes()[index]);
  if (!type)
    return function.emitError()
           << "expects tensors and the position as arguments of an entry, got "
           << function.getArgumentTypes()[index] << " as argument " << index;
  if (auto state = function.getArgAttrOfType<StringAttr>(index, "mixer.state"))
    return addState(function, index, state);
  auto name = function.getArgAttrOfType<StringAttr>(index, "mixer.name");
  std::optional<int64_t> time =
      integerOf(function.getArgAttr(index, "mixer.time"));
  auto tensor = describeTensor(
      function, type, name ? name.str() : "arg" + std::to_string(index), time,
      false);
  if (failed(tensor))
    return failure();
  if (time && *time < type.getRank() && tensor->dims[*time] >= 0)
    entry.tokens = tensor->dims[*time];
  DenseSet<Value> seen;
  if (isOffsets(function, index, seen))
    entry.offsets.push_back(int64_t(entry.inputs.size()));
  entry.inputs.push_back(*tensor);
  return success();
}

LogicalResult Collector::addResult(func::FuncOp function, unsigned index) {
  if (function.getResultAttr(index, "mixer.state"))
    return success();
  auto type = dyn_cast<RankedTensorType>(function.getResultTypes()[index]);
  if (!type)
    return function.emitError() << "expects tensors as results of an entry, got "
                                << function.getResultTypes()[index];
  auto name = function.getResultAttrOfType<StringAttr>(index, "mixer.name");
  auto tensor = describeTensor(
      function, type, name ? name.str() : "result" + std::to_string(index),
      integerOf(function.getResultAttr(index, "mixer.time")), true);
  if (failed(tensor))
    return failure();
  entry.outputs.push_back(*tensor);
  return success();
}

LogicalResult Collector::add(func::FuncOp function) {
  entry = {};
  entry.name = function.getSymName().str();
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    if (failed(addArgument(function, i)))
      return failure();
  for (unsigned i = 0; i < function.getNumResults(); ++i)
    if (failed(addResult(function, i)))
      return failure();
  entry.lastRowOnly = entry.name == "prefill";
  interface.entries.push_back(std::move(entry));
  return success();
}

static FailureOr<WeightInterface> describeWeight(ml_program::GlobalOp global) {
  auto type = dyn_cast<RankedTensorType>(global.getType());
  if (!type || !type.hasStaticShape())
    return global.emitError() << "expects a weight of static shape, got "
                              << global.getType();
  WeightInterface weight;
  weight.name = global.getSymName().str();
  weight.element = type.getElementType();
  llvm::append_range(weight.dims, type.getShape());
  if (auto panel = integerOf(global->getAttr("weft.panel")))
    weight.panel = *panel;
  if (auto source = global->getAttrOfType<ArrayAttr>("weft.source")) {
    weight.dims.clear();
    for (Attribute size : source)
      weight.dims.push_back(integerOf(size).value_or(0));
  } else if (auto source =
                 global->getAttrOfType<DenseI64ArrayAttr>("weft.source")) {
    weight.dims.assign(source.asArrayRef().begin(), source.asArrayRef().end());
  }
  if (auto value = global.getValueAttr())
    if (!isa<ml_program::ExternAttr>(value))
      weight.constant = value;
  return weight;
}

/// Rows of the smallest cache: no state can hold more tokens.
static int64_t smallestCache(const ModelInterface &interface) {
  int64_t rows = 0;
  for (const StateInterface &state : interface.states)
    if (state.cacheAxis >= 0)
      rows = rows ? std::min(rows, state.dims[state.cacheAxis])
                  : state.dims[state.cacheAxis];
  return rows;
}

/// A language model gives a row of logits, one for each token it knows.
static int64_t findVocabulary(ModuleOp module, const ModelInterface &interface) {
  if (auto size = integerOf(module->getAttr(kVocabularyAttr)))
    return *size;
  if (!interface.languageModel || interface.entries.empty() ||
      interface.entries.front().outputs.empty())
    return 0;
  const TensorInterface &logits = interface.entries.front().outputs.front();
  return logits.dims.empty() ? 0 : std::max<int64_t>(logits.dims.back(), 0);
}

FailureOr<ModelInterface> weft::collectInterface(ModuleOp module) {
  ModelInterface interface;
  auto text = [&](StringRef name) {
    auto attribute = module->getAttrOfType<StringAttr>(name);
    return attribute ? attribute.str() : std::string();
  };
  interface.name = text("weft.model");
  if (interface.name.empty())
    interface.name = module.getSymName().value_or("model").str();
  interface.weightsFile = text("weft.weights");
  interface.dumpDirectory = text("weft.dump_tensors");
  interface.languageModel = module->hasAttr("weft.language_model");
  Collector collector(interface);
  for (auto function : module.getOps<func::FuncOp>())
    if (function.isPublic() && !function.isExternal() &&
        failed(collector.add(function)))
      return failure();
  if (interface.entries.empty())
    return module.emitError("expects a public function as an entry, got none");
  for (auto global : module.getOps<ml_program::GlobalOp>()) {
    FailureOr<WeightInterface> weight = describeWeight(global);
    if (failed(weight))
      return failure();
    interface.weights.push_back(std::move(*weight));
  }
  interface.contextLength = smallestCache(interface);
  interface.vocabulary = findVocabulary(module, interface);
  return interface;
}

namespace weft {
#define GEN_PASS_DEF_RECORDINTERFACE
#include "weft/ConvertPasses.h.inc"
} // namespace weft

namespace {

struct RecordInterface : weft::impl::RecordInterfaceBase<RecordInterface> {
  using Base::Base;
  void runOnOperation() final {
    FailureOr<ModelInterface> interface = collectInterface(getOperation());
    if (failed(interface))
      return signalPassFailure();
    getOperation()->setAttr(kInterfaceAttr,
                            encodeInterface(*interface, &getContext()));
  }
};

} // namespace
