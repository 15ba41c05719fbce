#ifndef WEFT_CONVERTPASSES_TD
#define WEFT_CONVERTPASSES_TD

include "mlir/Pass/PassBase.td"

// Passes from normal forms to block programs, and from block programs to
// code: the latter know machines, not mixers.

#endif // WEFT_CONVERTPASSES_TD
