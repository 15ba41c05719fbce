#include "lib/driver/plot/MatrixModel.h"

#include "dialects/mixer/Mixer.h"
#include "lib/convert/mixer/PresenceMap.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"

using namespace mlir;
using namespace weft;
using namespace weft::driver;

/// Makes `values` the results of the function, under `names`.
static void returnInstead(func::FuncOp function, ValueRange values,
                          ArrayRef<StringRef> names) {
  Operation *terminator = function.getBody().back().getTerminator();
  terminator->setOperands(values);
  function.setFunctionType(FunctionType::get(
      function.getContext(), function.getArgumentTypes(), values.getTypes()));
  function.removeResAttrsAttr();
  for (auto [index, name] : llvm::enumerate(names))
    function.setResultAttr(index, "mixer.name",
                           StringAttr::get(function.getContext(), name));
}

/// The first apply of the model's function, with matrices inlined.
static mixer::ApplyOp findApply(ModuleOp module) {
  PassManager manager(module.getContext());
  if (failed(parsePassPipeline("weft-inline-matrices,canonicalize,cse",
                               manager)) ||
      failed(manager.run(module)))
    return {};
  mixer::ApplyOp found;
  module.walk([&](mixer::ApplyOp apply) {
    found = apply;
    return WalkResult::interrupt();
  });
  if (!found)
    module.emitError("expects a model that applies a matrix, got none; "
                     "mixer.apply makes one");
  return found;
}

/// 1 where an entry is present, everywhere if the matrix does not say.
static Value presence(OpBuilder &builder, Location loc,
                      const mixer::DenseMatrix &dense) {
  auto type = cast<RankedTensorType>(dense.entries.getType());
  if (dense.present)
    return arith::UIToFPOp::create(builder, loc, type, dense.present);
  Value one = arith::ConstantOp::create(
      builder, loc, builder.getFloatAttr(type.getElementType(), 1.0));
  Value empty = tensor::EmptyOp::create(
      builder, loc, tensor::getMixedSizes(builder, loc, dense.entries),
      type.getElementType());
  return linalg::FillOp::create(builder, loc, one, empty).getResult(0);
}

/// The function returns the entries of the matrix, and where they are.
static bool returnEntries(mixer::ApplyOp apply) {
  OpBuilder builder(apply);
  mixer::DenseMatrix dense = mixer::materialize(builder, apply.getMatrix(),
                                                apply.matrixSizes(builder));
  if (!dense.entries)
    return false;
  Value present = presence(builder, apply.getLoc(), dense);
  returnInstead(apply->getParentOfType<func::FuncOp>(),
                {dense.entries, present}, {"entries", "present"});
  return true;
}

/// The function returns what the blocked form knows of its blocks, if the
/// matrix became a masked one; false if it did not.
static bool returnBlocks(ModuleOp module, int64_t block) {
  SmallVector<Operation *> mixers;
  module.walk([&](Operation *op) {
    if (isa<mixer::AttendOp, mixer::ScanOp, mixer::ConvolveOp>(op))
      mixers.push_back(op);
  });
  auto attend = mixers.size() == 1 ? dyn_cast<mixer::AttendOp>(mixers.front())
                                   : mixer::AttendOp();
  if (!attend)
    return false;
  returnInstead(attend->getParentOfType<func::FuncOp>(),
                emitPresenceMap(attend, block), {"blocks"});
  return true;
}

/// Whether nothing but scans and convolutions is left of the matrix: they have
/// all entries of their band.
static bool fillsItsBand(ModuleOp module) {
  bool fills = false, other = false;
  module.walk([&](Operation *op) {
    fills |= isa<mixer::ScanOp, mixer::ConvolveOp>(op);
    other |= isa<mixer::AttendOp>(op);
  });
  return fills && !other;
}

std::optional<MatrixModel>
driver::makeMatrixModel(ModuleOp module, const PipelineOptions &options,
                        int64_t block) {
  MatrixModel model;
  model.entries = module.clone();
  mixer::ApplyOp apply = findApply(*model.entries);
  if (!apply)
    return std::nullopt;
  auto function = apply->getParentOfType<func::FuncOp>();
  model.function = function.getName().str();
  mixer::Band band = mixer::structureOf(apply.getMatrix()).band();
  model.low = band.low;
  model.high = band.high;
  // The same matrix alone, on its way to blocks.
  model.blocks = cast<ModuleOp>((*model.entries)->clone());
  mixer::ApplyOp copy = findApply(*model.blocks);
  returnInstead(copy->getParentOfType<func::FuncOp>(), copy.getY(), {"y"});
  if (!returnEntries(apply) ||
      failed(runPhases(*model.blocks, Phase::Simplify, options)))
    return std::nullopt;
  model.fillsBand = fillsItsBand(*model.blocks);
  if (!returnBlocks(*model.blocks, block))
    model.blocks = nullptr;
  return model;
}
