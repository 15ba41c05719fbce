// Element types as MLIR, the runtime and a C program name them.
#ifndef WEFT_LIB_TARGET_ELEMENTTYPE_H
#define WEFT_LIB_TARGET_ELEMENTTYPE_H

#include "weft/weft.h"

#include "mlir/IR/BuiltinTypes.h"

#include <optional>

namespace weft {

struct ElementType {
  weft_dtype code;
  const char *word; // "WEFT_F32"
};

/// Nothing for a type that no tensor of a compiled model can have.
std::optional<ElementType> elementTypeOf(mlir::Type type);

} // namespace weft

#endif // WEFT_LIB_TARGET_ELEMENTTYPE_H
