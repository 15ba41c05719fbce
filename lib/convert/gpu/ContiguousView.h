// Buffers as kernels see them: the address of the first element, and sizes.
#ifndef WEFT_LIB_CONVERT_GPU_CONTIGUOUSVIEW_H
#define WEFT_LIB_CONVERT_GPU_CONTIGUOUSVIEW_H

#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace weft {

/// The address of the first element of a buffer, as memref<element>.
mlir::Value createFirstElement(mlir::OpBuilder &builder, mlir::Location loc,
                               mlir::Value buffer);

/// `address` as a contiguous buffer of `type`, whose dynamic sizes are given.
mlir::Value createContiguousView(mlir::OpBuilder &builder, mlir::Location loc,
                                 mlir::MemRefType type, mlir::Value address,
                                 mlir::ValueRange dynamicSizes);

} // namespace weft

#endif // WEFT_LIB_CONVERT_GPU_CONTIGUOUSVIEW_H
