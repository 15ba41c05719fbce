#ifndef WEFT_TRANSFORMPASSES_TD
#define WEFT_TRANSFORMPASSES_TD

include "mlir/Pass/PassBase.td"

// Passes above block programs: they know structured matrices, not machines.

#endif // WEFT_TRANSFORMPASSES_TD
