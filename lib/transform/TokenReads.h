// What the regions of maps and masks read of tensors that they capture: data of
// tokens become operands, and what may be a table or data is an error.
#ifndef WEFT_TRANSFORM_TOKENREADS_H
#define WEFT_TRANSFORM_TOKENREADS_H

#include "dialects/mixer/Mixer.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace weft {

/// A read of the own value of row i or of column j.
struct TokenRead {
  mlir::tensor::ExtractOp op;
  bool ofRow;
};

/// All uses of `tensor`, with time on axis 1, in the region of the map or mask
/// `op`. Fails with an error at the first that is not a read at [b, i], [b, j],
/// [b, i, h] or [b, j, h].
llvm::FailureOr<llvm::SmallVector<TokenRead>>
tokenReads(mlir::Operation *op, mlir::Value tensor);

/// The map or mask with these reads as operands in `rows` and `columns`; `op`
/// stays, unused.
mlir::Operation *withOperands(mlir::Operation *op,
                              llvm::ArrayRef<TokenRead> reads);

/// A matrix applied from a state on must not read captured tensors that may be
/// data of tokens: of those, only the new ones are there.
mlir::LogicalResult checkTables(mixer::ApplyOp apply);

} // namespace weft

#endif // WEFT_TRANSFORM_TOKENREADS_H
