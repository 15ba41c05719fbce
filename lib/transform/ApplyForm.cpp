#include "lib/transform/FormApplier.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
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

/// n[b, i, h] = position + i + 1, or T - i if `reverse`: the tokens that a
/// full triangle reads in row i; one less if it is `strict`.
Value FormApplier::tokenCount(Value x, RankedTensorType type,
                              const MatrixForm &triangle) {
  Value out = outTensor(type, x, x);
  Value rows = getValueOrCreateConstantIndexOp(builder, builder.getLoc(),
                                               size(x, 1));
  bool strict = triangle.read == mixer::Read::Pre && !triangle.bonus;
  return combine(
      {}, builder.getMultiDimIdentityMap(3), out,
      [&](ImplicitLocOpBuilder &in, ValueRange) -> Value {
        Value row = linalg::IndexOp::create(in, 1);
        Value own = arith::ConstantIndexOp::create(in, 1);
        if (segments)
          row = rowInSegment(in, linalg::IndexOp::create(in, 0), row,
                             triangle.reverse);
        Value count = triangle.reverse && !segments
                          ? Value(arith::SubIOp::create(in, rows, row))
                          : Value(arith::AddIOp::create(in, row, own));
        if (position)
          count = arith::AddIOp::create(in, count, position);
        if (strict)
          count = arith::SubIOp::create(in, count, own);
        Value whole = arith::IndexCastOp::create(in, in.getI64Type(), count);
        return arith::SIToFPOp::create(in, type.getElementType(), whole);
      });
}

Value weft::converted(ImplicitLocOpBuilder &in, Value number, Type type) {
  unsigned from = number.getType().getIntOrFloatBitWidth(),
           to = type.getIntOrFloatBitWidth();
  if (from == to)
    return number;
  return from < to ? Value(arith::ExtFOp::create(in, type, number))
                   : Value(arith::TruncFOp::create(in, type, number));
}

/// max(|n|, 1), or max(|n|, e^{-logScale}) for n that is e^{-logScale} of the
/// true one.
static Value atLeastOne(ImplicitLocOpBuilder &in, Value n, Value logScale) {
  Value floor;
  if (logScale) {
    Value scale = math::ExpOp::create(in, arith::NegFOp::create(in, logScale));
    floor = converted(in, scale, n.getType());
  } else {
    floor = arith::ConstantOp::create(in, in.getFloatAttr(n.getType(), 1.0));
  }
  return arith::MaximumFOp::create(in, math::AbsFOp::create(in, n), floor);
}

/// y / n, or zero where n[b, i, h] is zero; by abs_max_one it is at least 1.
/// Both are e^{-logScale} of the true ones if there is such a scale.
Value FormApplier::divide(Value y, Value divisor, mixer::Normalizer by,
                          Value logScale) {
  AffineMap identity = builder.getMultiDimIdentityMap(4);
  SmallVector<Value> inputs = {y, divisor};
  SmallVector<AffineMap> maps = {identity, identity.dropResult(3)};
  bool scaled = logScale && by == mixer::Normalizer::AbsMaxOne;
  if (scaled) {
    inputs.push_back(logScale);
    maps.push_back(identity.dropResult(3));
  }
  maps.push_back(identity);
  auto body = [&](ImplicitLocOpBuilder &in, ValueRange args) -> Value {
    Value n = args[1];
    if (by == mixer::Normalizer::AbsMaxOne)
      return arith::DivFOp::create(
          in, args[0], atLeastOne(in, n, scaled ? args[2] : Value()));
    Value zero =
        arith::ConstantOp::create(in, in.getFloatAttr(n.getType(), 0.0));
    Value empty =
        arith::CmpFOp::create(in, arith::CmpFPredicate::OEQ, n, zero);
    Value ratio = arith::DivFOp::create(in, args[0], n);
    return arith::SelectOp::create(in, empty, zero, ratio);
  };
  return combine(inputs, maps, outTensor(tensorType(y), y, y), body);
}

/// [B, T, H, 1] as [B, T, H]
static Value withoutColumn(ImplicitLocOpBuilder &builder, Value sums) {
  SmallVector<ReassociationIndices> groups = {{0}, {1}, {2, 3}};
  return tensor::CollapseShapeOp::create(builder, sums, groups);
}

Applied FormApplier::quotient(const MatrixForm &form, Value x,
                              RankedTensorType type, ValueRange init) {
  if (sumsInScan(form))
    return scanWithSums(form, x, type, init);
  const MatrixForm &part = form.parts.front();
  size_t count = init.empty() ? 0 : stateCount(part, x, type);
  Applied applied = apply(part, x, type, init.take_front(count));
  if (!applied.y)
    return {};
  Value divisor;
  if (std::optional<MatrixForm> by = divisorForm(form)) {
    SmallVector<int64_t> shape(type.getShape());
    shape.back() = 1;
    Value ones = filledTensor(
        builder, builder.getLoc(),
        {size(x, 0), size(x, 1), size(x, 2), builder.getIndexAttr(1)},
        type.getElementType(), 1.0);
    Applied sums = apply(*by, ones, type.clone(shape), init.drop_front(count));
    if (!sums.y)
      return {};
    divisor = withoutColumn(builder, sums.y);
    llvm::append_range(applied.states, sums.states);
  } else {
    divisor = tokenCount(x, type.clone(type.getShape().drop_back()), part);
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
  case FormKind::Scaled:
    return scaledPart(form, x, type, init);
  case FormKind::Shift:
    return shifted(form, x, type, init);
  case FormKind::Compose:
    return composed(form, x, type, init);
  case FormKind::Diagonal:
    return diagonal(form, x, type);
  case FormKind::Gather:
    return gathered(form, x, type);
  case FormKind::Given:
    return given(form, x, type);
  case FormKind::Dense:
    return {applyDense(builder, builder.getLoc(), form.matrix, x, type,
                       segments),
            {}};
  }
  llvm_unreachable("covered");
}

/// What a caller gives is known when the program runs: the runtime checks it.
static void markOffsets(Value offsets) {
  while (auto cast = offsets.getDefiningOp<tensor::CastOp>())
    offsets = cast.getSource();
  auto argument = dyn_cast<BlockArgument>(offsets);
  auto function = argument ? dyn_cast<func::FuncOp>(
                                 argument.getOwner()->getParentOp())
                           : func::FuncOp();
  if (function)
    function.setArgAttr(argument.getArgNumber(), "mixer.offsets",
                        UnitAttr::get(function.getContext()));
}

Applied weft::applyForm(OpBuilder &builder, Location loc,
                        const MatrixForm &form, Value x, RankedTensorType type,
                        ValueRange init, Value position, Value offsets) {
  Value segments;
  if (offsets) {
    segments = segmentIds(builder, loc, offsets, x);
    markOffsets(offsets);
  }
  FormApplier applier(builder, loc, position, offsets, segments);
  Applied applied = applier.apply(form, x, type, init);
  if (segments && applied.y)
    applied.y = applier.withoutPadding(applied.y);
  return applied;
}
