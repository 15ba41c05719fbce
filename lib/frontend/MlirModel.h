// Models written as .mlir, and dumps of any phase.
#ifndef WEFT_FRONTEND_MLIRMODEL_H
#define WEFT_FRONTEND_MLIRMODEL_H

#include "lib/runtime/Result.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace weft::frontend {

/// Parses `path`; the extern globals are taken from `weightsFile`, whose names,
/// shapes and types are checked. A dump brings its weights file along.
runtime::Result<mlir::OwningOpRef<mlir::ModuleOp>>
readMlir(const std::string &path, const std::string &weightsFile,
         mlir::MLIRContext &context);

} // namespace weft::frontend

#endif // WEFT_FRONTEND_MLIRMODEL_H
