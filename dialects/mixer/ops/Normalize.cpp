#include "dialects/mixer/Mixer.h"

using namespace mlir;
using namespace weft::mixer;

DenseMatrix SoftmaxOp::materialize(OpBuilder &builder, const MatrixSizes &sizes,
                             MaterializeFn operand) {
  return {};
}
MatrixShape SoftmaxOp::matrixShape(ArrayRef<MatrixShape> operands) {
  return unknownShape();
}
Structure SoftmaxOp::structure(ArrayRef<Structure> operands) { return {}; }

DenseMatrix NormalizeOp::materialize(OpBuilder &builder, const MatrixSizes &sizes,
                             MaterializeFn operand) {
  return {};
}
MatrixShape NormalizeOp::matrixShape(ArrayRef<MatrixShape> operands) {
  return unknownShape();
}
Structure NormalizeOp::structure(ArrayRef<Structure> operands) { return {}; }
