// The order of the passes from block programs to kernels in the NVVM dialect,
// by phase.
#include "weft/Convert.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/GPU/Transforms/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/SCF/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using mlir::func::FuncOp;

static void cleanUp(OpPassManager &manager) {
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
}

void weft::buildGpuTilePipeline(OpPassManager &manager) {
  cleanUp(manager);
  manager.addPass(createSymbolDCEPass());
  manager.addPass(createPassResultsByDestination());
  manager.addNestedPass<FuncOp>(createSCFForLoopCanonicalizationPass());
  cleanUp(manager);
  manager.addNestedPass<FuncOp>(createPrepareBuffers());
  manager.addPass(createCanonicalizerPass());
  addBufferization(manager);
  manager.addNestedPass<FuncOp>(createLaunchKernels());
  cleanUp(manager);
  manager.addNestedPass<FuncOp>(createPlaceKernelBuffers());
}

void weft::buildGpuVectorPipeline(OpPassManager &manager) {
  manager.addNestedPass<FuncOp>(createDistributeThreads());
  manager.addPass(createLowerAffinePass());
  cleanUp(manager);
  manager.addNestedPass<FuncOp>(createExpandGpuMath());
  manager.addNestedPass<FuncOp>(createExpandExp());
  manager.addPass(createLoopInvariantCodeMotionPass());
  manager.addPass(createCSEPass());
  manager.addNestedPass<FuncOp>(createPassParameters());
  manager.addPass(createGpuKernelOutliningPass());
}

void weft::buildGpuLlvmPipeline(OpPassManager &manager) {
  auto &kernels = manager.nest<gpu::GPUModuleOp>();
  kernels.addPass(memref::createFoldMemRefAliasOpsPass());
  kernels.addPass(memref::createExpandStridedMetadataPass());
  kernels.addPass(createLowerAffinePass());
  kernels.addPass(arith::createArithExpandOpsPass());
  kernels.addPass(createSCFToControlFlowPass());
  kernels.addPass(createConvertKernels());
  kernels.addPass(createReconcileUnrealizedCastsPass());
  cleanUp(kernels);
}

void weft::registerGpuPipelines() {
  PassPipelineRegistration<>("weft-gpu-tile",
                             "block programs to kernel launches on buffers",
                             buildGpuTilePipeline);
  PassPipelineRegistration<>("weft-gpu-vector",
                             "kernel launches to kernels of threads",
                             buildGpuVectorPipeline);
  PassPipelineRegistration<>("weft-gpu-llvm",
                             "kernels of threads to the NVVM dialect",
                             buildGpuLlvmPipeline);
}
