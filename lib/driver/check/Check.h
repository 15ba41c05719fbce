// weftc check: all forms of a model against its dense matrices in f64.
#ifndef WEFT_DRIVER_CHECK_CHECK_H
#define WEFT_DRIVER_CHECK_CHECK_H

#include "lib/driver/Invocation.h"

#include "mlir/IR/MLIRContext.h"

namespace weft::driver {

/// Prints a row for each form and property; exit code 3 if one disagrees.
int check(const Invocation &invocation, mlir::MLIRContext &context);

} // namespace weft::driver

#endif // WEFT_DRIVER_CHECK_CHECK_H
