#include "lib/frontend/MlirModel.h"

#include "weft/Frontend.h"

#include "mlir/Parser/Parser.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace weft;
using namespace weft::frontend;
using runtime::Result;

Result<OwningOpRef<ModuleOp>> frontend::readMlir(const std::string &path,
                                                 const std::string &weightsFile,
                                                 MLIRContext &context) {
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(path, &context);
  if (!module)
    return runtime::Error{runtime::ExitCode::InputDiagnosed, ""};
  OpBuilder builder(&context);
  if (!(*module)->hasAttr(kModelNameAttr))
    (*module)->setAttr(kModelNameAttr,
                       builder.getStringAttr(llvm::sys::path::stem(path)));
  return module;
}
