// Steps of the preparation for bufferization, each on one function.
#ifndef WEFT_LIB_CONVERT_CPU_PREPAREBUFFERS_H
#define WEFT_LIB_CONVERT_CPU_PREPAREBUFFERS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace weft {

/// Attribute on a linalg op that starts from zero: its output is not read.
constexpr llvm::StringLiteral zeroInitAttr = "weft.zero";

/// Whether `op` is a sum of products over projected permutations.
bool isSumOfProducts(mlir::Operation *op);

/// Fuses elementwise producers into elementwise or reducing consumers over the
/// same loops; other users take the result from the fused op.
void fuseWithoutRecomputing(mlir::func::FuncOp func);

/// Small parts of tensors that elementwise or reducing ops read unchanged at
/// every turn of a loop are copied before it.
void keepInvariantTiles(mlir::func::FuncOp func);

} // namespace weft

#endif // WEFT_LIB_CONVERT_CPU_PREPAREBUFFERS_H
