// Changing the layout of a private buffer under its users.
#ifndef WEFT_LIB_CONVERT_CPU_BUFFERLAYOUT_H
#define WEFT_LIB_CONVERT_CPU_BUFFERLAYOUT_H

#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace weft {

/// Whether every user, through views too, takes the buffer in any layout.
bool acceptsAnyLayout(mlir::Value buffer);

/// Gives `to` to all users of `from`, and to views of it their new layout.
void replaceBuffer(mlir::Value from, mlir::Value to);

/// The dimension of stride one, the last if there are several, or -1.
int getUnitDimension(mlir::MemRefType type);

} // namespace weft

#endif // WEFT_LIB_CONVERT_CPU_BUFFERLAYOUT_H
