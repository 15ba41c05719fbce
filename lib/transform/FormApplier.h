// One `mixer.apply` being rewritten: a method for each form, each with its
// file, and the tensor arithmetic that they share.
#ifndef WEFT_TRANSFORM_FORMAPPLIER_H
#define WEFT_TRANSFORM_FORMAPPLIER_H

#include "lib/transform/ApplyForm.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace weft {

inline mlir::RankedTensorType tensorType(mlir::Value value) {
  return mlir::cast<mlir::RankedTensorType>(value.getType());
}

class FormApplier {
public:
  FormApplier(mlir::OpBuilder &builder, mlir::Location loc,
              mlir::Value position)
      : builder(loc, builder), position(position) {}

  Applied apply(const MatrixForm &form, mlir::Value x,
                mlir::RankedTensorType type, mlir::ValueRange init);

private:
  Applied scan(const MatrixForm &form, mlir::Value x,
               mlir::RankedTensorType type, mlir::ValueRange init);
  Applied attend(const MatrixForm &form, mlir::Value x,
                 mlir::RankedTensorType type, mlir::ValueRange init);
  Applied convolve(const MatrixForm &form, mlir::Value x,
                   mlir::RankedTensorType type, mlir::ValueRange init);
  Applied sum(const MatrixForm &form, mlir::Value x,
              mlir::RankedTensorType type, mlir::ValueRange init);
  Applied quotient(const MatrixForm &form, mlir::Value x,
                   mlir::RankedTensorType type, mlir::ValueRange init);

  /// How many of `init` belong to `form`.
  size_t stateCount(const MatrixForm &form, mlir::Value x,
                    mlir::RankedTensorType type);
  /// An uninitialized [B, T, H, V]: B from `x`, T from `rows`.
  mlir::Value outTensor(mlir::RankedTensorType type, mlir::Value x,
                        mlir::Value rows);
  mlir::Value emptyLike(mlir::Value tensor);
  mlir::Value decayTensor(const MatrixForm &form, int64_t heads);
  mlir::Value shiftBack(mlir::Value logDecay);
  void scoreRegion(mixer::AttendOp op, const MatrixForm &form);
  mlir::Value scaled(mlir::Value tensor, double scale);
  mlir::Value added(mlir::Value a, mlir::Value b);
  mlir::Value tokenCount(mlir::Value x, mlir::RankedTensorType type,
                         bool reverse);
  mlir::Value divide(mlir::Value y, mlir::Value divisor, mixer::Normalizer by);

  /// out[...] = body(inputs...), every loop parallel.
  mlir::Value combine(
      mlir::ValueRange inputs, llvm::ArrayRef<mlir::AffineMap> maps,
      mlir::Value out,
      llvm::function_ref<mlir::Value(mlir::ImplicitLocOpBuilder &,
                                     mlir::ValueRange)>
          body);
  mlir::OpFoldResult size(mlir::Value tensor, int64_t dim) {
    return mlir::tensor::getMixedSize(builder, builder.getLoc(), tensor, dim);
  }

  mlir::ImplicitLocOpBuilder builder;
  mlir::Value position;
};

} // namespace weft

#endif // WEFT_TRANSFORM_FORMAPPLIER_H
