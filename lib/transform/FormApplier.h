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

/// `number` as a float of another width.
mlir::Value converted(mlir::ImplicitLocOpBuilder &in, mlir::Value number,
                      mlir::Type type);

/// What moves the state of a scan from token to token; null where absent.
struct Transitions {
  mlir::Value decay, rotate, eraseA, eraseB, dense;
  mixer::EraseReads eraseReads;
};

/// Rows of a scan; what is e^{-logScale} of them if there is such a scale
/// [B, T, H].
struct ScannedRows {
  Applied applied;
  mlir::Value logScale;
};

class FormApplier {
public:
  /// Packed sequences have `offsets` and `segments`, the ids of tokens.
  FormApplier(mlir::OpBuilder &builder, mlir::Location loc,
              mlir::Value position, mlir::Value offsets, mlir::Value segments)
      : builder(loc, builder), position(position), offsets(offsets),
        segments(segments) {}

  Applied apply(const MatrixForm &form, mlir::Value x,
                mlir::RankedTensorType type, mlir::ValueRange init);

  /// Zero in the rows of tokens that are of no sequence.
  mlir::Value withoutPadding(mlir::Value y);

private:
  Applied scan(const MatrixForm &form, mlir::Value x,
               mlir::RankedTensorType type, mlir::ValueRange init);
  Applied attend(const MatrixForm &form, mlir::Value x,
                 mlir::RankedTensorType type, mlir::ValueRange init);
  Applied convolve(const MatrixForm &form, mlir::Value x,
                   mlir::RankedTensorType type, mlir::ValueRange init);
  /// A quotient whose row sums are one more column of the scan.
  Applied scanWithSums(const MatrixForm &form, mlir::Value x,
                       mlir::RankedTensorType type, mlir::ValueRange init);
  Applied scaledPart(const MatrixForm &form, mlir::Value x,
                     mlir::RankedTensorType type, mlir::ValueRange init);
  Applied shifted(const MatrixForm &form, mlir::Value x,
                  mlir::RankedTensorType type, mlir::ValueRange init);
  Applied composed(const MatrixForm &form, mlir::Value x,
                   mlir::RankedTensorType type, mlir::ValueRange init);
  Applied diagonal(const MatrixForm &form, mlir::Value x,
                   mlir::RankedTensorType type);
  Applied gathered(const MatrixForm &form, mlir::Value x,
                   mlir::RankedTensorType type);
  Applied given(const MatrixForm &form, mlir::Value x,
                mlir::RankedTensorType type);
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

  ScannedRows scanRows(const MatrixForm &form, mlir::Value x,
                       mlir::RankedTensorType type, mlir::ValueRange init);
  std::pair<mlir::Value, mlir::Value> queriesAndKeys(const MatrixForm &form,
                                                     mlir::Value x);
  Transitions transitions(const MatrixForm &form, mlir::Value x,
                          int64_t heads);
  mlir::Value decayTensor(const MatrixForm &form, mlir::Value x,
                          int64_t heads);
  mlir::Value summedDecays(llvm::ArrayRef<mlir::Value> decays, mlir::Value x,
                           int64_t heads);
  mlir::Value withOuterDecays(const MatrixForm &form, mlir::Value tensor,
                              mlir::Value x);
  mlir::Value transposedDecay(mlir::Value x, mlir::Value decay,
                              mlir::Value angles);
  mlir::Value firstMax(mlir::Value given, mlir::Value x, int64_t heads,
                       mlir::Type element);
  mlir::Value shiftBack(mlir::Value tensor);
  mlir::Value withOnes(mlir::Value x);
  std::pair<mlir::Value, mlir::Value> splitOnes(mlir::Value y, int64_t width);

  mlir::Value generatedTaps(const MatrixForm &form, mlir::Value x,
                            mlir::Value before);
  mlir::Value constantRows(mlir::Value x, mlir::Value rows);
  MatrixForm systemAsScan(const MatrixForm &form, mlir::Value x);
  MatrixForm modesAsScan(const MatrixForm &form, mixer::VandermondeOp op,
                         mlir::Value x);
  mlir::Value scaled(mlir::Value tensor, double scale);
  mlir::Value scaledByExp(mlir::Value y, mlir::Value scale);
  mlir::Value timesRows(mlir::Value x, llvm::ArrayRef<mlir::Value> factors);
  mlir::Value joinedRows(mlir::Value first, mlir::Value rest,
                         mlir::Value *last);
  mlir::Value added(mlir::Value a, mlir::Value b);
  mlir::Value negated(mlir::Value tensor);
  mlir::Value transposedMatrices(mlir::Value tensor);
  mlir::Value tokenCount(mlir::Value x, mlir::RankedTensorType type,
                         const MatrixForm &triangle);
  mlir::Value divide(mlir::Value y, mlir::Value divisor, mixer::Normalizer by,
                     mlir::Value logScale = {});
  mlir::OpFoldResult oneMore(mlir::OpFoldResult extent);

  mlir::Value withoutNeighbours(mlir::Value x, int64_t step);
  mlir::Value convolvedSegments(mlir::Value taps, mlir::Value x,
                                const MatrixForm &form);
  mlir::Value sameSegment(mlir::ImplicitLocOpBuilder &in, mlir::Value b,
                          mlir::Value i, mlir::Value j);
  mlir::Value rowInSegment(mlir::ImplicitLocOpBuilder &in, mlir::Value b,
                           mlir::Value t, bool reverse);

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
  mlir::Value position, offsets, segments;
};

} // namespace weft

#endif // WEFT_TRANSFORM_FORMAPPLIER_H
