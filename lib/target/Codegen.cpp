#include "lib/target/Codegen.h"

#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Triple.h"

using namespace weft;

static llvm::Error internalError(std::string message) {
  return llvm::make_error<TargetError>(TargetError::Internal,
                                       std::move(message));
}

static llvm::CodeGenOptLevel codegenLevel(unsigned level) {
  switch (level) {
  case 0:
    return llvm::CodeGenOptLevel::None;
  case 1:
    return llvm::CodeGenOptLevel::Less;
  case 2:
    return llvm::CodeGenOptLevel::Default;
  default:
    return llvm::CodeGenOptLevel::Aggressive;
  }
}

llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
weft::createTargetMachine(const EmitOptions &options) {
  initializeBackends();
  llvm::Triple triple(options.target.triple);
  std::string reason;
  const llvm::Target *backend =
      llvm::TargetRegistry::lookupTarget(triple, reason);
  if (!backend)
    return llvm::make_error<TargetError>(
        TargetError::Target,
        "no code generator for " + options.target.triple + ": " + reason);
  llvm::TargetOptions machineOptions;
  machineOptions.FunctionSections = true;
  return std::unique_ptr<llvm::TargetMachine>(backend->createTargetMachine(
      triple, options.target.cpu, options.target.features, machineOptions,
      llvm::Reloc::PIC_, std::nullopt, codegenLevel(options.optLevel)));
}

llvm::Expected<std::unique_ptr<llvm::Module>>
weft::translateModule(mlir::Operation *module, llvm::LLVMContext &context,
                      const llvm::TargetMachine &machine) {
  mlir::registerBuiltinDialectTranslation(*module->getContext());
  mlir::registerLLVMDialectTranslation(*module->getContext());
  std::unique_ptr<llvm::Module> translated =
      mlir::translateModuleToLLVMIR(module, context, "weft");
  if (!translated)
    return internalError("the module has no translation to LLVM IR");
  translated->setTargetTriple(machine.getTargetTriple());
  translated->setDataLayout(machine.createDataLayout());
  return translated;
}

/// Compiled code throws nothing, and LLVM would use 256 bits at most where the
/// machine has 512.
static void addAttributes(llvm::Module &module,
                          const TargetDescription &target) {
  for (llvm::Function &function : module) {
    function.addFnAttr(llvm::Attribute::NoUnwind);
    if (function.isDeclaration())
      continue;
    function.addFnAttr("target-cpu", target.cpu);
    if (!target.features.empty())
      function.addFnAttr("target-features", target.features);
    function.addFnAttr("prefer-vector-width",
                       std::to_string(target.vectorBits));
  }
}

static llvm::OptimizationLevel optimizationLevel(unsigned level) {
  switch (level) {
  case 0:
    return llvm::OptimizationLevel::O0;
  case 1:
    return llvm::OptimizationLevel::O1;
  case 2:
    return llvm::OptimizationLevel::O2;
  default:
    return llvm::OptimizationLevel::O3;
  }
}

void weft::optimizeModule(llvm::Module &module, llvm::TargetMachine &machine,
                          const EmitOptions &options) {
  addAttributes(module, options.target);
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager graphs;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(&machine);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(graphs);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, graphs, modules);
  builder.buildPerModuleDefaultPipeline(optimizationLevel(options.optLevel))
      .run(module, modules);
}

llvm::Error weft::writeCode(llvm::Module &module, llvm::TargetMachine &machine,
                            OutputKind kind, llvm::raw_pwrite_stream &os) {
  std::string problems;
  llvm::raw_string_ostream problemStream(problems);
  if (llvm::verifyModule(module, &problemStream))
    return internalError("LLVM refuses the module: " + problems);
  llvm::legacy::PassManager passes;
  auto type = kind == OutputKind::Assembly ? llvm::CodeGenFileType::AssemblyFile
                                           : llvm::CodeGenFileType::ObjectFile;
  if (machine.addPassesToEmitFile(passes, os, nullptr, type))
    return internalError("the machine cannot write such a file");
  passes.run(module);
  return llvm::Error::success();
}

std::unique_ptr<llvm::Module> weft::createMain(llvm::LLVMContext &context,
                                               llvm::TargetMachine &machine,
                                               llvm::StringRef getter) {
  auto module = std::make_unique<llvm::Module>("main", context);
  module->setTargetTriple(machine.getTargetTriple());
  module->setDataLayout(machine.createDataLayout());
  auto *pointer = llvm::PointerType::getUnqual(context);
  auto *integer = llvm::Type::getInt32Ty(context);
  auto *type = llvm::FunctionType::get(integer, {integer, pointer}, false);
  // int main(int argc, char **argv) { return weft_main(getter(), argc, argv); }
  auto *main = llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage,
                                      "main", *module);
  llvm::IRBuilder<> builder(llvm::BasicBlock::Create(context, "entry", main));
  llvm::FunctionCallee getApi = module->getOrInsertFunction(
      getter, llvm::FunctionType::get(pointer, false));
  llvm::FunctionCallee run = module->getOrInsertFunction(
      "weft_main", integer, pointer, integer, pointer);
  builder.CreateRet(builder.CreateCall(
      run, {builder.CreateCall(getApi), main->getArg(0), main->getArg(1)}));
  return module;
}
