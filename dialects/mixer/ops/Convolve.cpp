#include "dialects/mixer/Mixer.h"

using namespace mlir;
using namespace weft::mixer;

LogicalResult ConvolveOp::verify() { return success(); }

MutableOperandRange ConvolveOp::getDpsInitsMutable() {
  return MutableOperandRange(*this, getOutMutable().getOperandNumber(),
                             getWindow() ? 2 : 1);
}

SmallVector<utils::IteratorType> ConvolveOp::getLoopIteratorTypes() {
  return SmallVector<utils::IteratorType>(2, utils::IteratorType::parallel);
}
SmallVector<Range> ConvolveOp::getIterationDomain(OpBuilder &builder) { return {}; }
FailureOr<TilingResult>
ConvolveOp::getTiledImplementation(OpBuilder &builder, ArrayRef<OpFoldResult> offsets,
                          ArrayRef<OpFoldResult> sizes) {
  return failure();
}
LogicalResult
ConvolveOp::getResultTilePosition(OpBuilder &builder, unsigned result,
                         ArrayRef<OpFoldResult> offsets,
                         ArrayRef<OpFoldResult> sizes,
                         SmallVector<OpFoldResult> &resultOffsets,
                         SmallVector<OpFoldResult> &resultSizes) {
  return failure();
}
