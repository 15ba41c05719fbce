#include "lib/frontend/MlirModel.h"

#include "lib/runtime/ElementTypes.h"
#include "lib/runtime/Elements.h"
#include "lib/runtime/SafetensorsFile.h"
#include "lib/target/ElementType.h"
#include "weft/Frontend.h"

#include "mlir/Dialect/MLProgram/IR/MLProgram.h"
#include "mlir/Dialect/MLProgram/IR/MLProgramAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace weft;
using namespace weft::frontend;
using runtime::inputError;
using runtime::Result;
using runtime::SafetensorsFile;
using runtime::Status;
using runtime::TensorView;

/// An error that MLIR has already printed with its place.
static runtime::Error printedError() {
  return {runtime::ExitCode::InputDiagnosed, ""};
}

static Status checkWeight(const SafetensorsFile &file,
                          ml_program::GlobalOp global) {
  StringRef name = global.getSymName();
  Result<const TensorView *> tensor = file.getTensor(std::string_view(name));
  if (!tensor)
    return tensor.takeError();
  auto type = dyn_cast<RankedTensorType>(global.getType());
  if (!type || !type.hasStaticShape()) {
    global.emitError("expects a weight of static shape, got ")
        << global.getType();
    return printedError();
  }
  std::string place = file.path() + ": tensor '" + name.str() + "'";
  std::vector<int64_t> shape = (*tensor)->shape;
  if (ArrayRef<int64_t>(shape) != type.getShape())
    return inputError(place, "expects shape %s from the model, got %s",
                      runtime::shapeText(type.getShape().vec()).c_str(),
                      runtime::shapeText(shape).c_str());
  // A type that no model can have is an error of a later phase.
  std::optional<ElementType> wanted = elementTypeOf(type.getElementType());
  if (wanted && !runtime::canLoadWeight((*tensor)->type, wanted->code))
    return inputError(place, "expects %s from the model, got %s",
                      runtime::nameOf(wanted->code),
                      runtime::nameOf((*tensor)->type));
  return {};
}

/// Names the weights file in the module and checks its tensors against the
/// extern globals.
static Status bindWeights(ModuleOp module, const std::string &weightsFile) {
  Result<SafetensorsFile> file = SafetensorsFile::open(weightsFile);
  if (!file)
    return file.takeError();
  for (auto global : module.getOps<ml_program::GlobalOp>())
    if (isa_and_nonnull<ml_program::ExternAttr>(global.getValueAttr()))
      if (Status status = checkWeight(*file, global); !status)
        return status;
  SmallString<128> absolute(weightsFile);
  llvm::sys::fs::make_absolute(absolute);
  module->setAttr(kWeightsFileAttr,
                  StringAttr::get(module.getContext(), absolute));
  return {};
}

Result<OwningOpRef<ModuleOp>>
frontend::readMlir(const std::string &path, const std::string &weightsFile,
                   MLIRContext &context) {
  if (std::error_code error =
          llvm::sys::fs::access(path, llvm::sys::fs::AccessMode::Exist))
    return runtime::fileError(path, "cannot read the file: %s",
                              error.message().c_str());
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(path, &context);
  if (!module)
    return printedError();
  if (!(*module)->hasAttr(kModelNameAttr))
    (*module)->setAttr(
        kModelNameAttr,
        StringAttr::get(&context, llvm::sys::path::stem(path)));
  if (!weightsFile.empty())
    if (Status status = bindWeights(*module, weightsFile); !status)
      return status.takeError();
  return module;
}
