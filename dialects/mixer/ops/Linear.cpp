#include "dialects/mixer/Mixer.h"

using namespace mlir;
using namespace weft::mixer;

DenseMatrix GramOp::materialize(OpBuilder &builder, const MatrixSizes &sizes,
                             MaterializeFn operand) {
  return {};
}
MatrixShape GramOp::matrixShape(ArrayRef<MatrixShape> operands) {
  return unknownShape();
}
Structure GramOp::structure(ArrayRef<Structure> operands) { return {}; }

DenseMatrix DecayOp::materialize(OpBuilder &builder, const MatrixSizes &sizes,
                             MaterializeFn operand) {
  return {};
}
MatrixShape DecayOp::matrixShape(ArrayRef<MatrixShape> operands) {
  return unknownShape();
}
Structure DecayOp::structure(ArrayRef<Structure> operands) { return {}; }

DenseMatrix SemiseparableOp::materialize(OpBuilder &builder, const MatrixSizes &sizes,
                             MaterializeFn operand) {
  return {};
}
MatrixShape SemiseparableOp::matrixShape(ArrayRef<MatrixShape> operands) {
  return unknownShape();
}
Structure SemiseparableOp::structure(ArrayRef<Structure> operands) { return {}; }

DenseMatrix ToeplitzOp::materialize(OpBuilder &builder, const MatrixSizes &sizes,
                             MaterializeFn operand) {
  return {};
}
MatrixShape ToeplitzOp::matrixShape(ArrayRef<MatrixShape> operands) {
  return unknownShape();
}
Structure ToeplitzOp::structure(ArrayRef<Structure> operands) { return {}; }

LogicalResult GramOp::verify() { return success(); }

LogicalResult SemiseparableOp::verify() { return success(); }
