#include "dialects/mixer/Mixer.h"

using namespace mlir;
using namespace weft::mixer;

DenseMatrix AddOp::materialize(OpBuilder &builder, const MatrixSizes &sizes,
                             MaterializeFn operand) {
  return {};
}
MatrixShape AddOp::matrixShape(ArrayRef<MatrixShape> operands) {
  return unknownShape();
}
Structure AddOp::structure(ArrayRef<Structure> operands) { return {}; }

DenseMatrix HadamardOp::materialize(OpBuilder &builder, const MatrixSizes &sizes,
                             MaterializeFn operand) {
  return {};
}
MatrixShape HadamardOp::matrixShape(ArrayRef<MatrixShape> operands) {
  return unknownShape();
}
Structure HadamardOp::structure(ArrayRef<Structure> operands) { return {}; }

DenseMatrix TransposeOp::materialize(OpBuilder &builder, const MatrixSizes &sizes,
                             MaterializeFn operand) {
  return {};
}
MatrixShape TransposeOp::matrixShape(ArrayRef<MatrixShape> operands) {
  return unknownShape();
}
Structure TransposeOp::structure(ArrayRef<Structure> operands) { return {}; }
