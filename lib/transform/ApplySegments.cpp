// Packed sequences: which sequence a token belongs to, and what does not go
// from one to the next.
#include "lib/transform/FormApplier.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace weft;

/// count[t] = how many offsets are ≤ t
static Value offsetsUpTo(ImplicitLocOpBuilder &builder, Value offsets,
                         OpFoldResult tokens) {
  Value zero = arith::ConstantOp::create(builder, builder.getI64IntegerAttr(0));
  Value empty = tensor::EmptyOp::create(builder, ArrayRef<OpFoldResult>{tokens},
                                        builder.getI64Type());
  Value zeros = linalg::FillOp::create(builder, zero, empty).getResult(0);
  AffineExpr t, n;
  bindDims(builder.getContext(), t, n);
  AffineMap maps[] = {AffineMap::get(2, 0, n, builder.getContext()),
                      AffineMap::get(2, 0, t, builder.getContext())};
  utils::IteratorType loops[] = {utils::IteratorType::parallel,
                                 utils::IteratorType::reduction};
  auto body = [&](OpBuilder &nested, Location loc, ValueRange args) {
    ImplicitLocOpBuilder in(loc, nested);
    Value token = arith::IndexCastOp::create(
        in, in.getI64Type(), linalg::IndexOp::create(in, 0));
    Value begun = arith::CmpIOp::create(in, arith::CmpIPredicate::sle, args[0],
                                        token);
    Value one = arith::ExtUIOp::create(in, in.getI64Type(), begun);
    linalg::YieldOp::create(in, arith::AddIOp::create(in, args[1], one)
                                    .getResult());
  };
  return linalg::GenericOp::create(builder, zeros.getType(), offsets, zeros,
                                   maps, loops, body)
      .getResult(0);
}

Value weft::segmentIds(OpBuilder &at, Location loc, Value offsets, Value x) {
  ImplicitLocOpBuilder builder(loc, at);
  Value count = offsetsUpTo(builder, offsets,
                            tensor::getMixedSize(builder, loc, x, 1));
  Value all = arith::IndexCastOp::create(
      builder, builder.getI64Type(),
      getValueOrCreateConstantIndexOp(
          builder, loc, tensor::getMixedSize(builder, loc, offsets, 0)));
  Value out = tensor::EmptyOp::create(
      builder,
      ArrayRef<OpFoldResult>{tensor::getMixedSize(builder, loc, x, 0),
                             tensor::getMixedSize(builder, loc, x, 1)},
      builder.getI64Type());
  AffineMap identity = builder.getMultiDimIdentityMap(2);
  SmallVector<utils::IteratorType> loops(2, utils::IteratorType::parallel);
  auto body = [&](OpBuilder &nested, Location loc, ValueRange args) {
    ImplicitLocOpBuilder in(loc, nested);
    // Behind the last offset is padding, as is what is before the first.
    Value one = arith::ConstantOp::create(in, in.getI64IntegerAttr(1));
    Value none = arith::ConstantOp::create(in, in.getI64IntegerAttr(-1));
    Value behind =
        arith::CmpIOp::create(in, arith::CmpIPredicate::eq, args[0], all);
    Value id = arith::SubIOp::create(in, args[0], one);
    linalg::YieldOp::create(
        in, arith::SelectOp::create(in, behind, none, id).getResult());
  };
  return linalg::GenericOp::create(builder, out.getType(), count, out,
                                   ArrayRef<AffineMap>{identity.dropResult(0),
                                                       identity},
                                   loops, body)
      .getResult(0);
}

/// ids[b, t]
static Value idOf(ImplicitLocOpBuilder &in, Value ids, Value b, Value t) {
  return tensor::ExtractOp::create(in, ids, ValueRange{b, t});
}

static Value select(ImplicitLocOpBuilder &in, Value condition, Value value) {
  Value zero = arith::ConstantOp::create(
      in, in.getFloatAttr(value.getType(), 0.0));
  return arith::SelectOp::create(in, condition, value, zero);
}

Value FormApplier::withoutPadding(Value y) {
  AffineMap identity = builder.getMultiDimIdentityMap(4);
  AffineMap rows = AffineMap::get(4, 0,
                        {builder.getAffineDimExpr(0),
                         builder.getAffineDimExpr(1)},
                        builder.getContext());
  return combine({y, segments}, {identity, rows, identity}, emptyLike(y),
                 [](ImplicitLocOpBuilder &in, ValueRange args) -> Value {
                   Value zero =
                       arith::ConstantOp::create(in, in.getI64IntegerAttr(0));
                   Value real = arith::CmpIOp::create(
                       in, arith::CmpIPredicate::sle, zero, args[1]);
                   return select(in, real, args[0]);
                 });
}

/// Zero for rows whose neighbour, `step` tokens away, is of another sequence or
/// does not exist: x came from there.
Value FormApplier::withoutNeighbours(Value x, int64_t step) {
  if (!segments)
    return x;
  Value rows =
      getValueOrCreateConstantIndexOp(builder, builder.getLoc(), size(x, 1));
  AffineMap identity = builder.getMultiDimIdentityMap(4);
  auto body = [&](ImplicitLocOpBuilder &in, ValueRange args) -> Value {
    Value b = linalg::IndexOp::create(in, 0), t = linalg::IndexOp::create(in, 1);
    Value away = arith::AddIOp::create(
        in, t, arith::ConstantIndexOp::create(in, step));
    Value exists =
        arith::CmpIOp::create(in, arith::CmpIPredicate::ult, away, rows);
    Value same = arith::CmpIOp::create(
        in, arith::CmpIPredicate::eq, idOf(in, segments, b, t),
        idOf(in, segments, b, arith::SelectOp::create(in, exists, away, t)));
    return select(in, arith::AndIOp::create(in, exists, same), args[0]);
  };
  return combine(x, {identity, identity}, emptyLike(x), body);
}

/// y[b, t, h, v] = Σ_l taps[h, l] x[b, t - lag, h, v] (t + lag in reverse) over
/// the tokens of the same sequence, lag = first + l.
Value FormApplier::convolvedSegments(Value taps, Value x,
                                     const MatrixForm &form) {
  AffineExpr b, t, h, v, l;
  bindDims(builder.getContext(), b, t, h, v, l);
  MLIRContext *context = builder.getContext();
  Value out = filledTensor(
      builder, builder.getLoc(),
      tensor::getMixedSizes(builder, builder.getLoc(), x),
      tensorType(x).getElementType(), 0.0);
  Value rows =
      getValueOrCreateConstantIndexOp(builder, builder.getLoc(), size(x, 1));
  SmallVector<utils::IteratorType> loops(5, utils::IteratorType::parallel);
  loops[4] = utils::IteratorType::reduction;
  auto body = [&](OpBuilder &nested, Location loc, ValueRange args) {
    ImplicitLocOpBuilder in(loc, nested);
    SmallVector<Value> at;
    for (int64_t loop = 0; loop < 5; ++loop)
      at.push_back(linalg::IndexOp::create(in, loop));
    Value lag = arith::AddIOp::create(
        in, at[4], arith::ConstantIndexOp::create(in, form.firstLag));
    Value from = form.reverse ? Value(arith::AddIOp::create(in, at[1], lag))
                              : Value(arith::SubIOp::create(in, at[1], lag));
    Value exists =
        arith::CmpIOp::create(in, arith::CmpIPredicate::ult, from, rows);
    from = arith::SelectOp::create(in, exists, from, at[1]);
    Value same = arith::CmpIOp::create(in, arith::CmpIPredicate::eq,
                                       idOf(in, segments, at[0], at[1]),
                                       idOf(in, segments, at[0], from));
    Value value = tensor::ExtractOp::create(
        in, x, ValueRange{at[0], from, at[2], at[3]});
    value = select(in, arith::AndIOp::create(in, exists, same), value);
    Value product = arith::MulFOp::create(in, args[0], value);
    linalg::YieldOp::create(
        in, arith::AddFOp::create(in, args[1], product).getResult());
  };
  return linalg::GenericOp::create(
             builder, out.getType(), taps, out,
             ArrayRef<AffineMap>{AffineMap::get(5, 0, {h, l}, context),
                                 AffineMap::get(5, 0, {b, t, h, v}, context)},
             loops, body)
      .getResult(0);
}

/// Whether entry (b, i, j) lies within one sequence.
Value FormApplier::sameSegment(ImplicitLocOpBuilder &in, Value b, Value i,
                               Value j) {
  return arith::CmpIOp::create(in, arith::CmpIPredicate::eq,
                               idOf(in, segments, b, i),
                               idOf(in, segments, b, j));
}

/// The place of token t in its sequence; tokens of padding have none.
Value FormApplier::rowInSegment(ImplicitLocOpBuilder &in, Value b, Value t,
                                bool reverse) {
  Value zero = arith::ConstantOp::create(in, in.getI64IntegerAttr(0));
  Value one = arith::ConstantOp::create(in, in.getI64IntegerAttr(1));
  Value id = arith::MaxSIOp::create(in, idOf(in, segments, b, t), zero);
  if (reverse)
    id = arith::AddIOp::create(in, id, one);
  Value place = arith::IndexCastOp::create(in, in.getIndexType(), id);
  Value border = tensor::ExtractOp::create(in, offsets, place);
  border = arith::IndexCastOp::create(in, in.getIndexType(), border);
  if (!reverse)
    return arith::SubIOp::create(in, t, border);
  Value behind = arith::SubIOp::create(in, border, t);
  return arith::SubIOp::create(in, behind,
                               arith::ConstantIndexOp::create(in, 1));
}
