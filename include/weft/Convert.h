// The passes of lib/convert, declared from ConvertPasses.td.
#ifndef WEFT_CONVERT_H
#define WEFT_CONVERT_H

#include "mlir/Pass/Pass.h"

namespace weft {
#define GEN_PASS_DECL
#include "weft/ConvertPasses.h.inc"
#define GEN_PASS_REGISTRATION
#include "weft/ConvertPasses.h.inc"
} // namespace weft

#endif // WEFT_CONVERT_H
