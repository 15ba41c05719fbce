// The forms in which a normal-form op can run.
#ifndef WEFT_FORMS_H
#define WEFT_FORMS_H

#include "mlir/IR/Operation.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace weft {

/// The forms of a normal-form op (scan: recurrent, chunked; attend: blocked;
/// convolve: direct; fold: recurrent, scan; recurrence: recurrent); empty for
/// other ops.
llvm::ArrayRef<llvm::StringLiteral> formsOf(mlir::Operation *op);

} // namespace weft

#endif // WEFT_FORMS_H
