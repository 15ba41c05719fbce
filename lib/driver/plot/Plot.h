// weftc plot: a picture of a model's matrix.
#ifndef WEFT_DRIVER_PLOT_PLOT_H
#define WEFT_DRIVER_PLOT_PLOT_H

#include "lib/driver/Invocation.h"

#include "mlir/IR/MLIRContext.h"

namespace weft::driver {

/// Writes an SVG file, or text to standard output if no file is named.
int plot(const Invocation &invocation, mlir::MLIRContext &context);

} // namespace weft::driver

#endif // WEFT_DRIVER_PLOT_PLOT_H
