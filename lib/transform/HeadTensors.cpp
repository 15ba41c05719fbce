// Tensors that applied matrices are made of.
#include "lib/transform/ApplyForm.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace weft;

static RankedTensorType tensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

static Value emptyTensor(OpBuilder &builder, Location loc,
                         ArrayRef<OpFoldResult> sizes, Type element) {
  return tensor::EmptyOp::create(builder, loc, sizes, element);
}

Value weft::filledTensor(OpBuilder &builder, Location loc,
                         ArrayRef<OpFoldResult> sizes, Type element,
                         double value) {
  Value constant = arith::ConstantOp::create(
      builder, loc, builder.getFloatAttr(element, value));
  return linalg::FillOp::create(builder, loc, constant,
                                emptyTensor(builder, loc, sizes, element))
      .getResult(0);
}

Value weft::repeatHeads(OpBuilder &builder, Location loc, Value tensor,
                        int64_t heads, int64_t axis) {
  RankedTensorType type = tensorType(tensor);
  int64_t rank = type.getRank(), old = type.getDimSize(axis);
  if (old == heads)
    return tensor;
  // r[..., h, g, ...] = x[..., h, ...]
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(builder, loc, tensor);
  sizes.insert(sizes.begin() + axis + 1, builder.getIndexAttr(heads / old));
  Value out = emptyTensor(builder, loc, sizes, type.getElementType());
  SmallVector<AffineExpr> read;
  SmallVector<ReassociationIndices> groups;
  for (int64_t dim = 0; dim <= rank; ++dim) {
    if (dim == axis + 1) {
      groups.back().push_back(dim);
      continue;
    }
    read.push_back(builder.getAffineDimExpr(dim));
    groups.push_back({dim});
  }
  AffineMap maps[] = {AffineMap::get(rank + 1, 0, read, builder.getContext()),
                      builder.getMultiDimIdentityMap(rank + 1)};
  SmallVector<utils::IteratorType> loops(rank + 1,
                                         utils::IteratorType::parallel);
  auto repeat = linalg::GenericOp::create(
      builder, loc, out.getType(), tensor, out, maps, loops,
      [](OpBuilder &nested, Location loc, ValueRange args) {
        linalg::YieldOp::create(nested, loc, args[0]);
      });
  return tensor::CollapseShapeOp::create(builder, loc, repeat.getResult(0),
                                         groups);
}
