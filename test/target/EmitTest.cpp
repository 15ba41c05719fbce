// Reads a module in the LLVM dialect and writes what its second argument names:
// lib/target without the phases before it. Options after the two paths:
// --target=CPU, --embed, --sysroot=DIR, -O0 to -O3.
#include "weft/Register.h"
#include "weft/Target.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"

using namespace weft;

static int emit(int argc, char **argv) {
  llvm::StringRef processor = "native";
  EmitOptions options;
  for (llvm::StringRef argument : llvm::ArrayRef(argv + 3, argc - 3))
    if (argument.consume_front("--target="))
      processor = argument;
    else if (argument == "--embed")
      options.embedWeights = true;
    else if (argument.consume_front("--sysroot="))
      options.systemRoot = argument.str();
    else if (argument.consume_front("-O"))
      argument.getAsInteger(10, options.optLevel);
  llvm::Expected<TargetDescription> target = lookupTarget(processor);
  if (!target)
    return reportError("weft-emit-test", target.takeError());
  options.target = *target;
  mlir::DialectRegistry registry;
  registerDialects(registry);
  mlir::MLIRContext context(registry);
  auto module = mlir::parseSourceFile<mlir::ModuleOp>(argv[1], &context);
  std::optional<OutputKind> kind = outputKind(argv[2]);
  if (!module || !kind)
    return TargetError::Input;
  if (llvm::Error error = emitModel(*module, options, argv[2], *kind))
    return reportError("weft-emit-test", std::move(error));
  return 0;
}

int main(int argc, char **argv) { return argc < 3 ? 2 : emit(argc, argv); }
