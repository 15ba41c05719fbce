// The passes of lib/transform, declared from TransformPasses.td.
#ifndef WEFT_TRANSFORM_H
#define WEFT_TRANSFORM_H

#include "mlir/Pass/Pass.h"

namespace weft {
#define GEN_PASS_DECL
#include "weft/TransformPasses.h.inc"
#define GEN_PASS_REGISTRATION
#include "weft/TransformPasses.h.inc"
} // namespace weft

#endif // WEFT_TRANSFORM_H
