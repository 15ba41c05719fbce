// The body of a linalg op on vectors.
#ifndef WEFT_LIB_CONVERT_CPU_EMITBODY_H
#define WEFT_LIB_CONVERT_CPU_EMITBODY_H

#include "LoopEmitter.h"

namespace weft {

/// Emits the body at one point. `args` are scalars or vectors along `lane`; a
/// value that does not vary along the lanes stays scalar. `indices` are the
/// loop indices, that of the lane being its first.
Values emitBody(mlir::ImplicitLocOpBuilder &b, mlir::linalg::LinalgOp op,
                int64_t lanes, llvm::ArrayRef<mlir::Value> args,
                llvm::ArrayRef<mlir::Value> indices, int lane);

} // namespace weft

#endif // WEFT_LIB_CONVERT_CPU_EMITBODY_H
