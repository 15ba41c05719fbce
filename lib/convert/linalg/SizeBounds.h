// Upper bounds of sizes: what decides how much room a private buffer needs.
#ifndef WEFT_LIB_CONVERT_LINALG_SIZEBOUNDS_H
#define WEFT_LIB_CONVERT_LINALG_SIZEBOUNDS_H

#include "mlir/IR/Value.h"

#include <optional>

namespace weft {

/// A constant that `value` never exceeds, if one is easily found.
std::optional<int64_t> findUpperBound(mlir::Value value);

} // namespace weft

#endif // WEFT_LIB_CONVERT_LINALG_SIZEBOUNDS_H
