// Rules for where lazy matrices may be, and their removal.
#ifndef WEFT_TRANSFORM_MATRICES_H
#define WEFT_TRANSFORM_MATRICES_H

#include "mlir/IR/Operation.h"
#include "llvm/Support/LogicalResult.h"

namespace weft {

/// Fails with the place unless matrices are made by constructors and
/// combinators, and used by those or by `mixer.apply` and `mixer.materialize`,
/// within one block.
llvm::LogicalResult checkMatricesAreLocal(mlir::Operation *root);

/// Erases unused matrices; one that is still used is an error at its place.
llvm::LogicalResult eraseMatrices(mlir::Operation *root);

} // namespace weft

#endif // WEFT_TRANSFORM_MATRICES_H
