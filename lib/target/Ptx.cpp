// From kernels in the NVVM dialect to PTX text.
#include "lib/target/Codegen.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Target/LLVMIR/Dialect/GPU/GPUToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

using namespace weft;

/// A kernel is linked with nothing: whatever it calls has to be in it.
static llvm::Error checkResolved(const llvm::Module &module) {
  for (const llvm::Function &function : module)
    if (function.isDeclaration() && !function.isIntrinsic())
      return llvm::make_error<TargetError>(TargetError::Internal,
                                           "a GPU kernel calls '" +
                                               function.getName().str() +
                                               "', which is not in it");
  return llvm::Error::success();
}

llvm::Expected<std::string> weft::writePtx(mlir::ModuleOp module,
                                           const EmitOptions &options) {
  mlir::registerGPUDialectTranslation(*module.getContext());
  mlir::registerNVVMDialectTranslation(*module.getContext());
  auto machine = createTargetMachine(options);
  if (!machine)
    return machine.takeError();
  llvm::SmallString<0> text;
  for (auto kernels : module.getOps<mlir::gpu::GPUModuleOp>()) {
    llvm::LLVMContext context;
    auto translated = translateModule(kernels, context, **machine);
    if (!translated)
      return translated.takeError();
    optimizeModule(**translated, **machine, options);
    if (llvm::Error error = checkResolved(**translated))
      return error;
    llvm::raw_svector_ostream os(text);
    if (llvm::Error error =
            writeCode(**translated, **machine, OutputKind::Assembly, os))
      return error;
  }
  return text.str().str();
}
