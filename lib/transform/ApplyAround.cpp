// Matrices made around others, and those of a few entries: tensor arithmetic.
#include "lib/transform/FormApplier.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace weft;

OpFoldResult FormApplier::oneMore(OpFoldResult extent) {
  if (auto known = getConstantIntValue(extent))
    return builder.getIndexAttr(*known + 1);
  return arith::AddIOp::create(builder, cast<Value>(extent),
                               arith::ConstantIndexOp::create(builder, 1))
      .getResult();
}

/// x[b, t, h, v] times each factor [b, t, h].
Value FormApplier::timesRows(Value x, ArrayRef<Value> factors) {
  int64_t heads = tensorType(x).getDimSize(2);
  for (Value factor : factors)
    heads = std::max(heads, tensorType(factor).getDimSize(2));
  x = repeatHeads(builder, builder.getLoc(), x, heads);
  AffineMap identity = builder.getMultiDimIdentityMap(4);
  SmallVector<Value> inputs = {x};
  SmallVector<AffineMap> maps = {identity};
  for (Value factor : factors) {
    inputs.push_back(repeatHeads(builder, builder.getLoc(), factor, heads));
    maps.push_back(identity.dropResult(3));
  }
  maps.push_back(identity);
  return combine(inputs, maps, emptyLike(x),
                 [](ImplicitLocOpBuilder &in, ValueRange args) -> Value {
                   Value product = args[0];
                   for (Value factor : args.drop_front().drop_back())
                     product = arith::MulFOp::create(in, product, factor);
                   return product;
                 });
}

Applied FormApplier::scaledPart(const MatrixForm &form, Value x,
                                RankedTensorType type, ValueRange init) {
  if (!form.columnFactors.empty())
    x = timesRows(x, form.columnFactors);
  Applied applied = apply(form.parts.front(), x, type, init);
  if (applied.y && !form.rowFactors.empty())
    applied.y = timesRows(applied.y, form.rowFactors);
  return applied;
}

/// The row `first` and then all but the last of the T rows of `rest`; `last` is
/// what remains.
Value FormApplier::joinedRows(Value first, Value rest, Value *last) {
  Location loc = builder.getLoc();
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(builder, loc, rest);
  SmallVector<OpFoldResult> longer = sizes,
                            one = sizes,
                            offsets(4, builder.getIndexAttr(0)),
                            strides(4, builder.getIndexAttr(1));
  longer[1] = oneMore(sizes[1]);
  one[1] = builder.getIndexAttr(1);
  Value all = tensor::EmptyOp::create(builder, longer,
                                      tensorType(rest).getElementType());
  all = tensor::InsertSliceOp::create(builder, first, all, offsets, one,
                                      strides);
  offsets[1] = builder.getIndexAttr(1);
  all = tensor::InsertSliceOp::create(builder, rest, all, offsets, sizes,
                                      strides);
  offsets[1] = sizes[1];
  *last = tensor::ExtractSliceOp::create(
      builder, cast<RankedTensorType>(first.getType()), all, offsets, one,
      strides);
  offsets[1] = builder.getIndexAttr(0);
  return tensor::ExtractSliceOp::create(builder, tensorType(rest), all,
                                        offsets, sizes, strides);
}

Applied FormApplier::shifted(const MatrixForm &form, Value x,
                             RankedTensorType type, ValueRange init) {
  // (shift M)ᵀ x = Mᵀ x', x'_j = x_{j+1}
  if (form.reverse)
    return apply(form.parts.front(), withoutNeighbours(shiftBack(x), 1), type,
                 init);
  Value row = init.empty() ? Value() : init.back();
  Applied applied =
      apply(form.parts.front(), x, type, init.drop_back(init.empty() ? 0 : 1));
  if (!applied.y)
    return {};
  if (!row)
    row = filledTensor(builder, builder.getLoc(),
                       {size(x, 0), builder.getIndexAttr(1),
                        builder.getIndexAttr(type.getDimSize(2)), size(x, 3)},
                       type.getElementType(), 0.0);
  Value last;
  applied.y = withoutNeighbours(joinedRows(row, applied.y, &last), -1);
  applied.states.push_back(last);
  return applied;
}

Applied FormApplier::composed(const MatrixForm &form, Value x,
                              RankedTensorType type, ValueRange init) {
  RankedTensorType between = innerType(form, tensorType(x));
  size_t count = init.empty() ? 0 : stateCount(form.parts[1], x, between);
  Applied inner = apply(form.parts[1], x, between, init.take_front(count));
  if (!inner.y)
    return {};
  Applied outer =
      apply(form.parts[0], inner.y, type, init.drop_front(count));
  llvm::append_range(inner.states, outer.states);
  return {outer.y, inner.states};
}

/// Σ_d q[b, i, h, d] bonus[h, d] k[b, i, h, d], as a factor [B, T, H] of row i.
static Value innerProducts(ImplicitLocOpBuilder &builder,
                           const MatrixForm &form) {
  Location loc = builder.getLoc();
  int64_t heads = std::max(tensorType(form.query).getDimSize(2),
                           tensorType(form.key).getDimSize(2));
  if (form.bonus)
    heads = std::max(heads, tensorType(form.bonus).getDimSize(0));
  AffineMap rows = builder.getMultiDimIdentityMap(4);
  SmallVector<Value> inputs = {repeatHeads(builder, loc, form.query, heads),
                               repeatHeads(builder, loc, form.key, heads)};
  SmallVector<AffineMap> maps = {rows, rows};
  if (form.bonus) {
    inputs.push_back(repeatHeads(builder, loc, form.bonus, heads, /*axis=*/0));
    maps.push_back(rows.getMinorSubMap(2));
  }
  maps.push_back(rows.dropResult(3));
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(builder, loc, inputs[0]);
  sizes.pop_back();
  Value zeros = filledTensor(builder, loc, sizes,
                             tensorType(inputs[0]).getElementType(), 0.0);
  SmallVector<utils::IteratorType> loops(4, utils::IteratorType::parallel);
  loops[3] = utils::IteratorType::reduction;
  return linalg::GenericOp::create(
             builder, zeros.getType(), inputs, zeros, maps, loops,
             [](OpBuilder &nested, Location loc, ValueRange args) {
               Value product = args[0];
               for (Value factor : args.drop_front().drop_back())
                 product = arith::MulFOp::create(nested, loc, product, factor);
               Value sum =
                   arith::AddFOp::create(nested, loc, args.back(), product);
               linalg::YieldOp::create(nested, loc, sum);
             })
      .getResult(0);
}

Applied FormApplier::diagonal(const MatrixForm &form, Value x,
                              RankedTensorType type) {
  SmallVector<Value> factors = form.rowFactors;
  if (form.query)
    factors.push_back(innerProducts(builder, form));
  Value y = timesRows(scaled(x, form.scale), factors);
  y = repeatHeads(builder, builder.getLoc(), y, type.getDimSize(2));
  if (form.gain)
    y = scaledByExp(y, repeatHeads(builder, builder.getLoc(), form.gain,
                                   type.getDimSize(2)));
  return {y, {}};
}

/// y[b, i, h, v] = x[b, picked[b, i, h], h ÷ g, v], or 0 where that is no row.
Applied FormApplier::gathered(const MatrixForm &form, Value x,
                              RankedTensorType type) {
  Value picked = repeatHeads(builder, builder.getLoc(), form.picked,
                             type.getDimSize(2));
  int64_t group = type.getDimSize(2) / tensorType(x).getDimSize(2);
  Value rows = getValueOrCreateConstantIndexOp(builder, builder.getLoc(),
                                               size(x, 1));
  AffineMap identity = builder.getMultiDimIdentityMap(4);
  auto body = [&](ImplicitLocOpBuilder &in, ValueRange args) -> Value {
    Value zero = arith::ConstantIndexOp::create(in, 0);
    Value row = arith::IndexCastOp::create(in, in.getIndexType(), args[0]);
    Value inside = arith::CmpIOp::create(in, arith::CmpIPredicate::ult, row,
                                         rows);
    row = arith::SelectOp::create(in, inside, row, zero);
    if (segments)
      inside = arith::AndIOp::create(
          in, inside,
          sameSegment(in, linalg::IndexOp::create(in, 0),
                      linalg::IndexOp::create(in, 1), row));
    Value head = arith::DivUIOp::create(
        in, linalg::IndexOp::create(in, 2),
        arith::ConstantIndexOp::create(in, group));
    Value value = tensor::ExtractOp::create(
        in, x,
        ValueRange{linalg::IndexOp::create(in, 0),
                   row, head,
                   linalg::IndexOp::create(in, 3)});
    Value none = arith::ConstantOp::create(
        in, in.getFloatAttr(type.getElementType(), 0.0));
    return arith::SelectOp::create(in, inside, value, none);
  };
  return {combine(picked, {identity.dropResult(3), identity},
                  outTensor(type, x, picked), body),
          {}};
}

Applied FormApplier::given(const MatrixForm &form, Value x,
                           RankedTensorType type) {
  Value matrix = form.matrix;
  if (form.reverse)
    matrix = mixer::TransposeOp::create(builder, matrix);
  return {applyDense(builder, builder.getLoc(), matrix, x, type, segments), {}};
}
