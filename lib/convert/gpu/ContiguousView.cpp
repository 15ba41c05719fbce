#include "ContiguousView.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"

using namespace mlir;

Value weft::createFirstElement(OpBuilder &builder, Location loc, Value buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  return memref::ReinterpretCastOp::create(
      builder, loc, MemRefType::get({}, type.getElementType()), buffer,
      builder.getIndexAttr(0), ArrayRef<OpFoldResult>(),
      ArrayRef<OpFoldResult>());
}

Value weft::createContiguousView(OpBuilder &builder, Location loc,
                                 MemRefType type, Value address,
                                 ValueRange dynamicSizes) {
  SmallVector<OpFoldResult> sizes, strides(type.getRank());
  for (int64_t size : type.getShape()) {
    if (!ShapedType::isDynamic(size)) {
      sizes.push_back(builder.getIndexAttr(size));
      continue;
    }
    sizes.push_back(dynamicSizes.front());
    dynamicSizes = dynamicSizes.drop_front();
  }
  OpFoldResult stride = builder.getIndexAttr(1);
  for (int64_t d = type.getRank() - 1; d >= 0; --d) {
    strides[d] = stride;
    std::optional<int64_t> known = getConstantIntValue(stride);
    std::optional<int64_t> size = getConstantIntValue(sizes[d]);
    if (known && size)
      stride = builder.getIndexAttr(*known * *size);
    else if (d > 0)
      stride = arith::MulIOp::create(
                   builder, loc,
                   getValueOrCreateConstantIndexOp(builder, loc, stride),
                   getValueOrCreateConstantIndexOp(builder, loc, sizes[d]))
                   .getResult();
  }
  return memref::ReinterpretCastOp::create(
      builder, loc, type, address, builder.getIndexAttr(0), sizes, strides);
}
