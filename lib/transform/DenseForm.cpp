// The dense form: the matrix as a tensor, times x. The oracle of all others.
#include "lib/transform/ApplyForm.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace weft;

/// [B, H, T, S] with the heads in groups that share a head of x:
/// [B, Hx, H / Hx, T, S].
static Value splitGroups(OpBuilder &builder, Location loc, Value matrix,
                         int64_t heads) {
  auto type = cast<RankedTensorType>(matrix.getType());
  int64_t group = type.getDimSize(1) / heads;
  SmallVector<int64_t> shape(type.getShape());
  shape[1] = heads;
  shape.insert(shape.begin() + 2, group);
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(builder, loc, matrix);
  sizes[1] = builder.getIndexAttr(heads);
  sizes.insert(sizes.begin() + 2, builder.getIndexAttr(group));
  SmallVector<ReassociationIndices> groups = {{0}, {1, 2}, {3}, {4}};
  return tensor::ExpandShapeOp::create(builder, loc,
                                       type.clone(shape), matrix, groups,
                                       sizes);
}

/// acc + (present ? m : 0) · x
static void multiplyPresent(OpBuilder &builder, Location loc, ValueRange args) {
  Value entry = args.front(), acc = args.back();
  Value x = args[args.size() - 2];
  if (args.size() == 4) {
    Value zero = arith::ConstantOp::create(
        builder, loc, builder.getFloatAttr(entry.getType(), 0.0));
    entry = arith::SelectOp::create(builder, loc, args[1], entry, zero);
  }
  Value product = arith::MulFOp::create(builder, loc, entry, x);
  Value sum = arith::AddFOp::create(builder, loc, acc, product);
  linalg::YieldOp::create(builder, loc, sum);
}

Value weft::applyDense(OpBuilder &builder, Location loc, Value matrix, Value x,
                       RankedTensorType type, Value segments) {
  auto xType = cast<RankedTensorType>(x.getType());
  int64_t heads = xType.getDimSize(2);
  SmallVector<OpFoldResult> xSizes = tensor::getMixedSizes(builder, loc, x);
  OpFoldResult rows = mixer::sizesOf(builder, matrix).rows;
  if (ShapedType::isStatic(type.getDimSize(1)))
    rows = builder.getIndexAttr(type.getDimSize(1));
  else if (!rows)
    rows = xSizes[1];
  mixer::MatrixSizes sizes{xSizes[0], builder.getIndexAttr(type.getDimSize(2)),
                           rows, xSizes[1]};
  mixer::DenseMatrix dense = 
      mixer::materialize(builder, matrix, sizes, segments);
  if (!dense.entries)
    return {};

  // y[b, i, (h, g), v] = Σ_j m[b, (h, g), i, j] · x[b, j, h, v]
  AffineExpr b, h, g, i, v, j;
  bindDims(builder.getContext(), b, h, g, i, v, j);
  MLIRContext *context = builder.getContext();
  AffineMap entries = AffineMap::get(6, 0, {b, h, g, i, j}, context);
  SmallVector<Value> inputs = {splitGroups(builder, loc, dense.entries, heads)};
  SmallVector<AffineMap> maps = {entries};
  if (dense.present) {
    inputs.push_back(splitGroups(builder, loc, dense.present, heads));
    maps.push_back(entries);
  }
  inputs.push_back(x);
  maps.push_back(AffineMap::get(6, 0, {b, j, h, v}, context));
  maps.push_back(AffineMap::get(6, 0, {b, i, h, g, v}, context));
  Value out = filledTensor(
      builder, loc,
      {xSizes[0], rows, builder.getIndexAttr(heads),
       builder.getIndexAttr(type.getDimSize(2) / heads), xSizes[3]},
      type.getElementType(), 0.0);
  SmallVector<utils::IteratorType> loops(6, utils::IteratorType::parallel);
  loops.back() = utils::IteratorType::reduction;
  Value product = linalg::GenericOp::create(builder, loc, out.getType(), inputs,
                                            out, maps, loops, multiplyPresent)
                      .getResult(0);
  SmallVector<ReassociationIndices> groups = {{0}, {1}, {2, 3}, {4}};
  Value y = tensor::CollapseShapeOp::create(builder, loc, product, groups);
  return y.getType() == type
             ? y
             : Value(tensor::CastOp::create(builder, loc, type, y));
}
