// Emits a structured matrix times a tensor in the form that `classify` found.
#ifndef WEFT_TRANSFORM_APPLYFORM_H
#define WEFT_TRANSFORM_APPLYFORM_H

#include "lib/transform/Classify.h"

#include "mlir/IR/Builders.h"

namespace weft {

struct Applied {
  mlir::Value y;
  /// After the last token, in the order of `stateTensors`.
  llvm::SmallVector<mlir::Value> states;
};

/// y = M x of type `type` [B, T, H, V]. `init` has the states before the first
/// token, in the order of `stateTensors`, or is empty for a new sequence;
/// `position` is the number of tokens before the first, null for none;
/// `offsets` are those of packed sequences, or null.
Applied applyForm(mlir::OpBuilder &builder, mlir::Location loc,
                  const MatrixForm &form, mlir::Value x,
                  mlir::RankedTensorType type, mlir::ValueRange init = {},
                  mlir::Value position = {}, mlir::Value offsets = {});

/// The same from the dense tensor of the matrix; null, with an error at the
/// place, if it cannot be materialized. `segments` are ids [B, T] or null.
mlir::Value applyDense(mlir::OpBuilder &builder, mlir::Location loc,
                       mlir::Value matrix, mlir::Value x,
                       mlir::RankedTensorType type, mlir::Value segments = {});

/// Which of the sequences with these offsets [N + 1] the tokens of x are of,
/// [B, T]; -1 for none.
mlir::Value segmentIds(mlir::OpBuilder &builder, mlir::Location loc,
                       mlir::Value offsets, mlir::Value x);

/// `tensor` with each head (of `axis`) repeated so that there are `heads`.
mlir::Value repeatHeads(mlir::OpBuilder &builder, mlir::Location loc,
                        mlir::Value tensor, int64_t heads,
                        int64_t axis = 2);

/// A tensor of `sizes` filled with `value`.
mlir::Value filledTensor(mlir::OpBuilder &builder, mlir::Location loc,
                         llvm::ArrayRef<mlir::OpFoldResult> sizes,
                         mlir::Type element, double value);

} // namespace weft

#endif // WEFT_TRANSFORM_APPLYFORM_H
