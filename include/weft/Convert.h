// The passes of lib/convert, declared from ConvertPasses.td.
#ifndef WEFT_CONVERT_H
#define WEFT_CONVERT_H

#include "mlir/Pass/Pass.h"

namespace weft {
struct TargetDescription;

#define GEN_PASS_DECL
#include "weft/ConvertPasses.h.inc"
#define GEN_PASS_REGISTRATION
#include "weft/ConvertPasses.h.inc"

/// From block programs to the LLVM dialect on a CPU, one function per phase.
void buildCpuTilePipeline(mlir::OpPassManager &manager,
                          const TargetDescription &target);
void buildCpuVectorPipeline(mlir::OpPassManager &manager,
                            const TargetDescription &target);
void buildCpuLlvmPipeline(mlir::OpPassManager &manager,
                          const TargetDescription &target);

/// The three as pass pipelines: weft-cpu-tile, weft-cpu-vector, weft-cpu-llvm.
void registerCpuPipelines();

/// From block programs to kernels in the NVVM dialect, one function per phase.
void buildGpuTilePipeline(mlir::OpPassManager &manager);
void buildGpuVectorPipeline(mlir::OpPassManager &manager);
void buildGpuLlvmPipeline(mlir::OpPassManager &manager);

/// The three as pass pipelines: weft-gpu-tile, weft-gpu-vector, weft-gpu-llvm.
void registerGpuPipelines();

/// Tensors to buffers, in place as far as possible, for any machine.
void addBufferization(mlir::OpPassManager &manager);

} // namespace weft

#endif // WEFT_CONVERT_H
