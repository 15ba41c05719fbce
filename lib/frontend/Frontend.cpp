#include "weft/Frontend.h"

#include "lib/frontend/GgufModel.h"
#include "lib/frontend/MlirModel.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace weft;
using runtime::Error;
using runtime::ExitCode;
using runtime::Result;

static Result<OwningOpRef<ModuleOp>> readBySuffix(const std::string &path,
                                                  const ReadOptions &options,
                                                  MLIRContext &context) {
  StringRef suffix = llvm::sys::path::extension(path);
  if (suffix == ".gguf")
    return frontend::readGguf(path, context);
  if (suffix == ".mlir")
    return frontend::readMlir(path, options.weightsFile, context);
  return runtime::inputError(
      path, "expects a model file with the suffix .mlir or .gguf");
}

OwningOpRef<ModuleOp> weft::readModel(StringRef path,
                                      const ReadOptions &options,
                                      MLIRContext &context, int &exitCode) {
  Result<OwningOpRef<ModuleOp>> module =
      readBySuffix(path.str(), options, context);
  if (module)
    return std::move(*module);
  // The parser of MLIR has already spoken where the message is empty.
  Error error = module.takeError();
  if (!error.message.empty())
    emitError(UnknownLoc::get(&context)) << error.message;
  exitCode = int(error.code);
  return nullptr;
}
