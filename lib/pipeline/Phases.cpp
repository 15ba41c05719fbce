#include "weft/Pipeline.h"

#include "weft/Convert.h"
#include "weft/Frontend.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace weft;

static constexpr StringLiteral kNames[] = {"read", "simplify", "blocks",
                                           "tile", "vector",   "llvm"};

StringRef weft::phaseName(Phase phase) { return kNames[unsigned(phase)]; }

std::optional<Phase> weft::phaseOfName(StringRef name) {
  for (auto [index, candidate] : llvm::enumerate(kNames))
    if (candidate == name)
      return Phase(index);
  return std::nullopt;
}

std::string weft::phaseNames() { return llvm::join(ArrayRef(kNames), ", "); }

/// Surface ops to normal forms, decode derived on the way.
static std::string simplifyPasses(const PipelineOptions &options) {
  std::string passes = options.exposeTensors ? "weft-expose-tensors," : "";
  std::string form = options.form.empty() ? "auto" : options.form;
  passes += llvm::formatv("weft-inline-matrices,canonicalize,cse,weft-check-laws,"
                          "weft-choose-generators{{form={0}{1}},",
                          form, options.stateless ? " stateless" : "");
  if (!options.stateless)
    passes += llvm::formatv("weft-derive-decode{{max-seq={0}{1}},",
                            options.maxSequence,
                            options.requireDecode ? " require-decode" : "");
  passes += llvm::formatv("canonicalize,weft-simplify-mixers{{form={0}{1}},",
                          options.form == "dense" ? "dense" : "auto",
                          options.noFallback ? " no-fallback" : "");
  if (options.widen)
    passes += "weft-widen-floats,";
  passes += llvm::formatv(
      "weft-choose-form{{form={0} chunk={1} l1-bytes={2}{3}},",
      form, options.chunk,
      options.target.l1Bytes,
      options.allowUnsafeForm ? " allow-unsafe-form" : "");
  return passes + "canonicalize,cse";
}

/// Everything to scf.forall around linalg on tiles, weights in panels.
static std::string blocksPasses(const PipelineOptions &options) {
  // A panel of columns is two vectors, which six rows fill with accumulators.
  unsigned panel = 2 * options.target.lanes();
  return llvm::formatv("weft-convert-mixer-to-blocks,canonicalize,cse,"
                       "func.func(weft-fuse-elementwise),canonicalize,cse,"
                       "func.func(weft-fuse-into-blocks),canonicalize,cse,"
                       "func.func(weft-tile-linalg{{panel={0}}),"
                       "canonicalize,cse,"
                       "weft-pack-weights{{panel={0}},"
                       "canonicalize,cse,weft-record-interface",
                       panel);
}

static void addCpuPasses(OpPassManager &manager, Phase phase,
                         const PipelineOptions &options) {
  if (phase == Phase::Tile)
    buildCpuTilePipeline(manager, options.target);
  else if (phase == Phase::Vector)
    buildCpuVectorPipeline(manager, options.target);
  else
    buildCpuLlvmPipeline(manager, options.target);
}

static void addGpuPasses(OpPassManager &manager, Phase phase) {
  if (phase == Phase::Tile)
    buildGpuTilePipeline(manager);
  else if (phase == Phase::Vector)
    buildGpuVectorPipeline(manager);
  else
    buildGpuLlvmPipeline(manager);
}

static LogicalResult addPasses(OpPassManager &manager, Phase phase,
                               const PipelineOptions &options) {
  switch (phase) {
  case Phase::Read:
    return success();
  case Phase::Simplify:
    return parsePassPipeline(simplifyPasses(options), manager);
  case Phase::Blocks:
    return parsePassPipeline(blocksPasses(options), manager);
  default:
    options.target.isGpu() ? addGpuPasses(manager, phase)
                           : addCpuPasses(manager, phase, options);
    return success();
  }
}

/// Puts the uses of every value in the order of the text. Patterns visit uses
/// in the order of that list, which a dump does not carry: without this, a
/// phase could make other code of a dump than of the module that was dumped.
static void orderUses(ModuleOp module) {
  DenseMap<Operation *, unsigned> position;
  module.walk<WalkOrder::PreOrder>(
      [&](Operation *op) { position.try_emplace(op, position.size()); });
  auto order = [&](Value value) {
    SmallVector<std::pair<unsigned, unsigned>> places;
    for (OpOperand &use : value.getUses())
      places.push_back(
          {position.lookup(use.getOwner()), use.getOperandNumber()});
    auto sorted = llvm::to_vector(places);
    llvm::sort(sorted);
    if (sorted == places)
      return;
    SmallVector<unsigned> indices;
    for (const auto &place : places)
      indices.push_back(llvm::lower_bound(sorted, place) - sorted.begin());
    value.shuffleUseList(indices);
  };
  module.walk([&](Operation *op) {
    llvm::for_each(op->getResults(), order);
    for (Region &region : op->getRegions())
      for (Block &block : region)
        llvm::for_each(block.getArguments(), order);
  });
}

/// From `tile` on a module is for one kind of machine, which it notes.
static LogicalResult checkMachine(ModuleOp module, Phase done, Phase next,
                                  bool isGpu) {
  bool madeForGpu = module->hasAttr(kGpuAttr);
  if (done >= Phase::Tile && madeForGpu != isGpu)
    return module.emitError("expects IR for a ")
           << (isGpu ? "GPU" : "CPU") << " after the phase " << phaseName(done)
           << ", got IR for a " << (madeForGpu ? "GPU" : "CPU");
  if (next >= Phase::Tile && isGpu)
    module->setAttr(kGpuAttr, UnitAttr::get(module.getContext()));
  return success();
}

LogicalResult weft::runPhases(ModuleOp module, Phase last,
                              const PipelineOptions &options,
                              llvm::function_ref<void(Phase)> before,
                              llvm::function_ref<LogicalResult(Phase)> after) {
  Phase done = Phase::Read;
  if (auto attr = module->getAttrOfType<StringAttr>(kPhaseAttr))
    done = phaseOfName(attr.getValue()).value_or(Phase::Read);
  for (unsigned next = unsigned(done) + 1; next <= unsigned(last); ++next) {
    Phase phase = Phase(next);
    if (before)
      before(phase);
    if (failed(checkMachine(module, done, phase, options.target.isGpu())))
      return failure();
    orderUses(module);
    PassManager manager(module->getContext());
    if (failed(addPasses(manager, phase, options)) ||
        failed(manager.run(module)))
      return failure();
    module->setAttr(kPhaseAttr,
                    StringAttr::get(module->getContext(), phaseName(phase)));
    if (after && failed(after(phase)))
      return failure();
  }
  return success();
}
