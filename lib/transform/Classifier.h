// The walk that finds the form of a matrix: a method for each op, in the file
// of the form that it leads to.
#ifndef WEFT_TRANSFORM_CLASSIFIER_H
#define WEFT_TRANSFORM_CLASSIFIER_H

#include "lib/transform/Classify.h"

namespace weft {

MatrixForm denseForm(mlir::Value matrix, const llvm::Twine &reason);

/// `form`, or dense for `op` as a whole if a part of it is.
MatrixForm denseIfPart(mlir::Operation *op, MatrixForm form);

/// Scores that are a triangle of the gram matrix (the upper one if `reverse`)
/// and nothing else are a scan without decay.
bool isTriangle(const MatrixForm &form, bool reverse);

/// Whether a form has scores of one attend, and those.
bool hasScores(const MatrixForm &form);
MatrixForm scoresOf(MatrixForm form);

/// Walks a matrix from its root; `transposed` says whether an odd number of
/// transposes lies above.
class Classifier {
public:
  MatrixForm visit(mlir::Value matrix, bool transposed);

private:
  MatrixForm gram(mixer::GramOp op, bool transposed);
  MatrixForm semiseparable(mixer::SemiseparableOp op, bool transposed);
  MatrixForm decay(mixer::DecayOp op, bool transposed);
  MatrixForm toeplitz(mixer::ToeplitzOp op, bool transposed);
  MatrixForm vandermonde(mixer::VandermondeOp op, bool transposed);
  MatrixForm powers(mixer::PowersOp op, bool transposed);
  MatrixForm map(mixer::MapOp op, MatrixForm form, bool transposed);
  MatrixForm mask(mixer::MaskOp op, MatrixForm form, bool transposed);
  MatrixForm softmax(mixer::SoftmaxOp op, MatrixForm form, bool transposed);
  MatrixForm normalize(mixer::NormalizeOp op, MatrixForm form,
                       bool transposed);
  MatrixForm hadamard(mixer::HadamardOp op, bool transposed);
  MatrixForm hadamard(mixer::HadamardOp op, MatrixForm a, MatrixForm b);
  /// The scores or weights of the one matrix, with the entries of the other
  /// added or multiplied, if that is a matrix for such a step.
  std::optional<MatrixForm> withStep(mlir::Value scores, mlir::Value matrix,
                                     StepKind how, bool transposed);
  MatrixForm sum(mixer::AddOp op, bool transposed);
  MatrixForm scaled(mlir::Value matrix, mlir::Value factor, bool rows,
                    bool transposed);
  MatrixForm shift(mixer::ShiftOp op, bool transposed);
  MatrixForm compose(mixer::ComposeOp op, bool transposed);
  MatrixForm diagonal(mixer::DiagonalOp op);
  MatrixForm given(mixer::DenseOp op, bool transposed);
  MatrixForm gather(mixer::GatherOp op, bool transposed);
  MatrixForm transpose(mixer::TransposeOp op, bool transposed);
};

} // namespace weft

#endif // WEFT_TRANSFORM_CLASSIFIER_H
