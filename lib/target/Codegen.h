// LLVM IR for a machine: translation, optimisation, object code.
#ifndef WEFT_LIB_TARGET_CODEGEN_H
#define WEFT_LIB_TARGET_CODEGEN_H

#include "weft/Target.h"

#include <memory>

namespace llvm {
class LLVMContext;
class Module;
class TargetMachine;
class raw_pwrite_stream;
} // namespace llvm

namespace weft {

/// Makes LLVM know the host's processors and GPUs.
void initializeBackends();

llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createTargetMachine(const EmitOptions &options);

/// The LLVM dialect of a module, or of a GPU module, as LLVM IR for the
/// machine.
llvm::Expected<std::unique_ptr<llvm::Module>>
translateModule(mlir::Operation *module, llvm::LLVMContext &context,
                const llvm::TargetMachine &machine);

/// Runs LLVM's default pipeline for the optimisation level, with function
/// attributes that name the machine.
void optimizeModule(llvm::Module &module, llvm::TargetMachine &machine,
                    const EmitOptions &options);

/// Writes an object file, or assembly if `kind` says so.
llvm::Error writeCode(llvm::Module &module, llvm::TargetMachine &machine,
                      OutputKind kind, llvm::raw_pwrite_stream &os);

/// The text of all kernels of a module, in the NVVM dialect, for a GPU.
llvm::Expected<std::string> writePtx(mlir::ModuleOp module,
                                     const EmitOptions &options);

/// A module whose `main` runs the model that `getter` returns.
std::unique_ptr<llvm::Module> createMain(llvm::LLVMContext &context,
                                         llvm::TargetMachine &machine,
                                         llvm::StringRef getter);

} // namespace weft

#endif // WEFT_LIB_TARGET_CODEGEN_H
