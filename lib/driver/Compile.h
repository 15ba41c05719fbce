// The commands of weftc.
#ifndef WEFT_DRIVER_COMPILE_H
#define WEFT_DRIVER_COMPILE_H

#include "lib/driver/Invocation.h"

#include "mlir/IR/MLIRContext.h"

namespace weft::driver {

/// Reads the input, runs the phases, writes the output.
int compile(const Invocation &invocation, mlir::MLIRContext &context);

} // namespace weft::driver

#endif // WEFT_DRIVER_COMPILE_H
