// GGUF files as models.
#ifndef WEFT_FRONTEND_GGUFMODEL_H
#define WEFT_FRONTEND_GGUFMODEL_H

#include "lib/runtime/Result.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace weft::frontend {

/// Reads the architecture from the metadata and builds its IR. The weights
/// stay in the file; names, shapes and types are checked against it.
runtime::Result<mlir::OwningOpRef<mlir::ModuleOp>>
readGguf(const std::string &path, mlir::MLIRContext &context);

} // namespace weft::frontend

#endif // WEFT_FRONTEND_GGUFMODEL_H
