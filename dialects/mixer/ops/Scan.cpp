#include "dialects/mixer/Mixer.h"

using namespace mlir;
using namespace weft::mixer;

LogicalResult ScanOp::verify() { return success(); }

MutableOperandRange ScanOp::getDpsInitsMutable() {
  return MutableOperandRange(*this, getOutMutable().getOperandNumber(), 2);
}

SmallVector<utils::IteratorType> ScanOp::getLoopIteratorTypes() {
  return SmallVector<utils::IteratorType>(2, utils::IteratorType::parallel);
}
SmallVector<Range> ScanOp::getIterationDomain(OpBuilder &builder) { return {}; }
FailureOr<TilingResult>
ScanOp::getTiledImplementation(OpBuilder &builder, ArrayRef<OpFoldResult> offsets,
                          ArrayRef<OpFoldResult> sizes) {
  return failure();
}
LogicalResult
ScanOp::getResultTilePosition(OpBuilder &builder, unsigned result,
                         ArrayRef<OpFoldResult> offsets,
                         ArrayRef<OpFoldResult> sizes,
                         SmallVector<OpFoldResult> &resultOffsets,
                         SmallVector<OpFoldResult> &resultSizes) {
  return failure();
}
