// The bytes of a constant tensor as they lie in memory.
#ifndef WEFT_LIB_TARGET_CONSTANTDATA_H
#define WEFT_LIB_TARGET_CONSTANTDATA_H

#include "mlir/IR/Attributes.h"

#include <optional>
#include <string>

namespace weft {

/// Row-major, one byte for each i1; nothing for an attribute without data.
std::optional<std::string> constantBytes(mlir::Attribute attribute);

} // namespace weft

#endif // WEFT_LIB_TARGET_CONSTANTDATA_H
