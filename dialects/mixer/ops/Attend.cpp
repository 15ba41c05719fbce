#include "dialects/mixer/Mixer.h"

using namespace mlir;
using namespace weft::mixer;

LogicalResult AttendOp::verify() { return success(); }

MutableOperandRange AttendOp::getDpsInitsMutable() {
  return MutableOperandRange(*this, getOutMutable().getOperandNumber(),
                             getKCache() ? 3 : 1);
}

void AttendOp::getAsmBlockArgumentNames(Region &region,
                                        OpAsmSetValueNameFn setName) {
  for (auto [argument, name] :
       llvm::zip(region.getArguments(),
                 ArrayRef<StringRef>{"s", "b", "h", "i", "j"}))
    setName(argument, name);
}

SmallVector<utils::IteratorType> AttendOp::getLoopIteratorTypes() {
  return SmallVector<utils::IteratorType>(2, utils::IteratorType::parallel);
}
SmallVector<Range> AttendOp::getIterationDomain(OpBuilder &builder) { return {}; }
FailureOr<TilingResult>
AttendOp::getTiledImplementation(OpBuilder &builder, ArrayRef<OpFoldResult> offsets,
                          ArrayRef<OpFoldResult> sizes) {
  return failure();
}
LogicalResult
AttendOp::getResultTilePosition(OpBuilder &builder, unsigned result,
                         ArrayRef<OpFoldResult> offsets,
                         ArrayRef<OpFoldResult> sizes,
                         SmallVector<OpFoldResult> &resultOffsets,
                         SmallVector<OpFoldResult> &resultSizes) {
  return failure();
}
