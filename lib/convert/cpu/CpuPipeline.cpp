// The order of the passes from block programs to the LLVM dialect, by phase.
#include "weft/Convert.h"
#include "weft/Target.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/SCF/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using mlir::func::FuncOp;

static void cleanUp(OpPassManager &manager) {
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
}

void weft::addBufferization(OpPassManager &manager) {
  bufferization::OneShotBufferizePassOptions options;
  options.bufferizeFunctionBoundaries = true;
  options.functionBoundaryTypeConversion =
      bufferization::LayoutMapOption::IdentityLayoutMap;
  manager.addPass(bufferization::createEmptyTensorEliminationPass());
  manager.addPass(bufferization::createOneShotBufferizePass(options));
  manager.addPass(bufferization::createDropEquivalentBufferResultsPass());
  cleanUp(manager);
  manager.addPass(createOrderConstants());
}

void weft::buildCpuTilePipeline(OpPassManager &manager,
                                const TargetDescription &target) {
  cleanUp(manager);
  manager.addPass(createSymbolDCEPass());
  manager.addPass(createPassResultsByDestination());
  manager.addPass(createPassContext());
  manager.addNestedPass<FuncOp>(createSCFForLoopCanonicalizationPass());
  cleanUp(manager);
  manager.addNestedPass<FuncOp>(createPrepareBuffers());
  manager.addPass(createCanonicalizerPass());
  addBufferization(manager);
  manager.addPass(createOutlineKernels());
  cleanUp(manager);
  manager.addPass(createPlaceBuffers());
  manager.addNestedPass<FuncOp>(
      createAssignLanes(AssignLanesOptions{target.vectorBits}));
}

void weft::buildCpuVectorPipeline(OpPassManager &manager,
                                  const TargetDescription &target) {
  manager.addPass(createLowerAffinePass());
  manager.addNestedPass<FuncOp>(createEmitVectors(
      EmitVectorsOptions{target.vectorBits, target.vectorRegisters}));
  manager.addPass(createCanonicalizerPass());
  manager.addNestedPass<FuncOp>(createFuseMultiplyAdd());
  manager.addNestedPass<FuncOp>(createExpandExp());
  manager.addPass(createLoopInvariantCodeMotionPass());
  manager.addPass(createCSEPass());
}

void weft::buildCpuLlvmPipeline(OpPassManager &manager,
                                const TargetDescription &target) {
  manager.addPass(memref::createFoldMemRefAliasOpsPass());
  manager.addPass(createWrapEntries());
  manager.addPass(memref::createExpandStridedMetadataPass());
  manager.addPass(createLowerAffinePass());
  manager.addPass(createLoopInvariantCodeMotionPass());
  manager.addPass(arith::createArithExpandOpsPass());
  manager.addPass(createSCFToControlFlowPass());
  manager.addPass(createConvertVectorToLLVMPass());
  manager.addPass(createFinalizeMemRefToLLVMConversionPass());
  manager.addPass(createConvertMathToLLVMPass());
  manager.addPass(createConvertMathToLibmPass());
  manager.addPass(createArithToLLVMConversionPass());
  manager.addPass(createConvertFuncToLLVMPass());
  manager.addPass(createConvertControlFlowToLLVMPass());
  manager.addPass(createUBToLLVMConversionPass());
  manager.addPass(createReconcileUnrealizedCastsPass());
  cleanUp(manager);
}

namespace {
/// The part of a target that these phases read.
struct CpuOptions : PassPipelineOptions<CpuOptions> {
  Option<unsigned> vectorBits{
      *this, "vector-bits",
      llvm::cl::desc("width of a vector register in bits"),
      llvm::cl::init(256)};
  Option<unsigned> registers{*this, "registers",
                             llvm::cl::desc("number of vector registers"),
                             llvm::cl::init(16)};

  weft::TargetDescription target() const {
    weft::TargetDescription target;
    target.vectorBits = vectorBits;
    target.vectorRegisters = registers;
    return target;
  }
};
} // namespace

void weft::registerCpuPipelines() {
  using Build = void (*)(OpPassManager &, const TargetDescription &);
  auto add = [](StringRef name, StringRef description, Build build) {
    PassPipelineRegistration<CpuOptions>(
        name, description,
        [build](OpPassManager &manager, const CpuOptions &options) {
          build(manager, options.target());
        });
  };
  add("weft-cpu-tile", "block programs to kernels on buffers",
      buildCpuTilePipeline);
  add("weft-cpu-vector", "kernels on buffers to loops over vectors",
      buildCpuVectorPipeline);
  add("weft-cpu-llvm", "loops over vectors to the LLVM dialect",
      buildCpuLlvmPipeline);
}
