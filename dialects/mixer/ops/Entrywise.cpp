#include "dialects/mixer/Mixer.h"

using namespace mlir;
using namespace weft::mixer;

DenseMatrix MapOp::materialize(OpBuilder &builder, const MatrixSizes &sizes,
                             MaterializeFn operand) {
  return {};
}
MatrixShape MapOp::matrixShape(ArrayRef<MatrixShape> operands) {
  return unknownShape();
}
Structure MapOp::structure(ArrayRef<Structure> operands) { return {}; }

DenseMatrix MaskOp::materialize(OpBuilder &builder, const MatrixSizes &sizes,
                             MaterializeFn operand) {
  return {};
}
MatrixShape MaskOp::matrixShape(ArrayRef<MatrixShape> operands) {
  return unknownShape();
}
Structure MaskOp::structure(ArrayRef<Structure> operands) { return {}; }

LogicalResult MapOp::verifyRegions() { return success(); }

LogicalResult MaskOp::verifyRegions() { return success(); }

static void nameArguments(Region &region, ArrayRef<StringRef> names,
                          OpAsmSetValueNameFn setName) {
  for (auto [argument, name] : llvm::zip(region.getArguments(), names))
    setName(argument, name);
}

void MapOp::getAsmBlockArgumentNames(Region &region,
                                     OpAsmSetValueNameFn setName) {
  nameArguments(region, {"s", "b", "h", "i", "j"}, setName);
}

void MaskOp::getAsmBlockArgumentNames(Region &region,
                                      OpAsmSetValueNameFn setName) {
  nameArguments(region, {"b", "h", "i", "j"}, setName);
}
