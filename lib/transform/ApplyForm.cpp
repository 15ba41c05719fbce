#include "lib/transform/FormApplier.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace weft;

Value FormApplier::emptyLike(Value tensor) {
  return tensor::EmptyOp::create(
      builder, tensor::getMixedSizes(builder, builder.getLoc(), tensor),
      tensorType(tensor).getElementType());
}

Value FormApplier::combine(
    ValueRange inputs, ArrayRef<AffineMap> maps, Value out,
    function_ref<Value(ImplicitLocOpBuilder &, ValueRange)> body) {
  SmallVector<utils::IteratorType> loops(tensorType(out).getRank(),
                                         utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             builder, out.getType(), inputs, out, maps, loops,
             [&](OpBuilder &nested, Location loc, ValueRange args) {
               ImplicitLocOpBuilder in(loc, nested);
               linalg::YieldOp::create(in, body(in, args));
             })
      .getResult(0);
}

Value FormApplier::outTensor(RankedTensorType type, Value x, Value rows) {
  SmallVector<OpFoldResult> sizes;
  for (auto [dim, extent] : llvm::enumerate(type.getShape()))
    sizes.push_back(ShapedType::isStatic(extent) ? builder.getIndexAttr(extent)
                    : dim == 1                   ? size(rows, 1)
                                                 : size(x, dim));
  Value out = tensor::EmptyOp::create(builder, sizes, type.getElementType());
  return out.getType() == type
             ? out
             : Value(tensor::CastOp::create(builder, type, out));
}

Value FormApplier::added(Value a, Value b) {
  AffineMap identity = builder.getMultiDimIdentityMap(tensorType(a).getRank());
  return combine({a, b}, {identity, identity, identity}, emptyLike(a),
                 [](ImplicitLocOpBuilder &in, ValueRange args) -> Value {
                   return arith::AddFOp::create(in, args[0], args[1]);
                 });
}

Value FormApplier::scaled(Value tensor, double scale) {
  if (scale == 1.0)
    return tensor;
  AffineMap identity =
      builder.getMultiDimIdentityMap(tensorType(tensor).getRank());
  return combine(
      tensor, {identity, identity}, emptyLike(tensor),
      [&](ImplicitLocOpBuilder &in, ValueRange args) -> Value {
        Value factor = arith::ConstantOp::create(
            in, in.getFloatAttr(args[0].getType(), scale));
        return arith::MulFOp::create(in, args[0], factor);
      });
}

size_t FormApplier::stateCount(const MatrixForm &form, Value x,
                               RankedTensorType type) {
  return stateTensors(form, tensorType(x), type.getDimSize(2), 0).size();
}

Applied FormApplier::sum(const MatrixForm &form, Value x,
                         RankedTensorType type, ValueRange init) {
  Applied total;
  for (const MatrixForm &part : form.parts) {
    size_t count = init.empty() ? 0 : stateCount(part, x, type);
    Applied applied = apply(part, x, type, init.take_front(count));
    init = init.drop_front(count);
    if (!applied.y)
      return {};
    total.y = total.y ? added(total.y, applied.y) : applied.y;
    llvm::append_range(total.states, applied.states);
  }
  return total;
}

/// n[b, i, h, 0] = position + i + 1, or T - i if `reverse`: the tokens that a
/// full triangle reads in row i.
Value FormApplier::tokenCount(Value x, RankedTensorType type, bool reverse) {
  Value out = outTensor(type, x, x);
  Value rows = getValueOrCreateConstantIndexOp(builder, builder.getLoc(),
                                               size(x, 1));
  return combine(
      {}, builder.getMultiDimIdentityMap(4), out,
      [&](ImplicitLocOpBuilder &in, ValueRange) -> Value {
        Value row = linalg::IndexOp::create(in, 1), count;
        if (reverse) {
          count = arith::SubIOp::create(in, rows, row);
        } else {
          count = arith::AddIOp::create(in, row,
                                        arith::ConstantIndexOp::create(in, 1));
          if (position)
            count = arith::AddIOp::create(in, count, position);
        }
        Value whole = arith::IndexCastOp::create(in, in.getI64Type(), count);
        return arith::SIToFPOp::create(in, type.getElementType(), whole);
      });
}

/// y / n, or zero where n is zero; n[b, i, h, 0] is max(|n|, 1) first if asked.
Value FormApplier::divide(Value y, Value divisor, mixer::Normalizer by) {
  AffineMap identity = builder.getMultiDimIdentityMap(4);
  AffineMap column =
      AffineMap::getMultiDimIdentityMap(4, builder.getContext()).dropResult(3);
  SmallVector<ReassociationIndices> groups = {{0}, {1}, {2, 3}};
  divisor = tensor::CollapseShapeOp::create(builder, divisor, groups);
  return combine(
      {y, divisor}, {identity, column, identity},
      outTensor(tensorType(y), y, y),
      [&](ImplicitLocOpBuilder &in, ValueRange args) -> Value {
        FloatType element = cast<FloatType>(args[1].getType());
        Value n = args[1];
        if (by == mixer::Normalizer::AbsMaxOne) {
          Value one =
              arith::ConstantOp::create(in, in.getFloatAttr(element, 1.0));
          n = arith::MaximumFOp::create(in, math::AbsFOp::create(in, n), one);
          return arith::DivFOp::create(in, args[0], n);
        }
        Value zero =
            arith::ConstantOp::create(in, in.getFloatAttr(element, 0.0));
        Value empty = arith::CmpFOp::create(in, arith::CmpFPredicate::OEQ, n,
                                            zero);
        Value ratio = arith::DivFOp::create(in, args[0], n);
        return arith::SelectOp::create(in, empty, zero, ratio);
      });
}

Applied FormApplier::quotient(const MatrixForm &form, Value x,
                              RankedTensorType type, ValueRange init) {
  const MatrixForm &part = form.parts.front();
  size_t count = init.empty() ? 0 : stateCount(part, x, type);
  Applied applied = apply(part, x, type, init.take_front(count));
  SmallVector<int64_t> shape(type.getShape());
  shape.back() = 1;
  auto columnType = RankedTensorType::get(shape, type.getElementType());
  Value divisor;
  if (std::optional<MatrixForm> by = divisorForm(form)) {
    Value ones = filledTensor(
        builder, builder.getLoc(),
        {size(x, 0), size(x, 1), size(x, 2), builder.getIndexAttr(1)},
        type.getElementType(), 1.0);
    Applied sums = apply(*by, ones, columnType, init.drop_front(count));
    divisor = sums.y;
    llvm::append_range(applied.states, sums.states);
  } else {
    divisor = tokenCount(x, columnType, part.reverse);
  }
  applied.y = divide(applied.y, divisor, form.by);
  return applied;
}

Applied FormApplier::apply(const MatrixForm &form, Value x,
                           RankedTensorType type, ValueRange init) {
  switch (form.kind) {
  case FormKind::Scan:
    return scan(form, x, type, init);
  case FormKind::Attend:
    return attend(form, x, type, init);
  case FormKind::Convolve:
    return convolve(form, x, type, init);
  case FormKind::Sum:
    return sum(form, x, type, init);
  case FormKind::Quotient:
    return quotient(form, x, type, init);
  case FormKind::Dense:
    return {applyDense(builder, builder.getLoc(), form.matrix, x, type), {}};
  }
  llvm_unreachable("covered");
}

Applied weft::applyForm(OpBuilder &builder, Location loc,
                        const MatrixForm &form, Value x, RankedTensorType type,
                        ValueRange init, Value position) {
  return FormApplier(builder, loc, position).apply(form, x, type, init);
}
