#include "lib/transform/ApplyForm.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

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

namespace {

/// One `mixer.apply` being rewritten.
class FormApplier {
public:
  FormApplier(OpBuilder &builder, Location loc, Value position)
      : builder(loc, builder), position(position) {}

  Applied apply(const MatrixForm &form, Value x, RankedTensorType type,
                ValueRange init);

private:
  Applied scan(const MatrixForm &form, Value x, RankedTensorType type,
               ValueRange init);
  Applied attend(const MatrixForm &form, Value x, RankedTensorType type,
                 ValueRange init);
  Applied convolve(const MatrixForm &form, Value x, RankedTensorType type,
                   ValueRange init);
  Applied sum(const MatrixForm &form, Value x, RankedTensorType type,
              ValueRange init);
  Applied quotient(const MatrixForm &form, Value x, RankedTensorType type,
                   ValueRange init);

  /// How many of `init` belong to `form`.
  size_t stateCount(const MatrixForm &form, Value x, RankedTensorType type);
  Value outTensor(RankedTensorType type, Value x, Value rows);
  Value emptyLike(Value tensor) {
    return emptyTensor(
        builder, builder.getLoc(),
        tensor::getMixedSizes(builder, builder.getLoc(), tensor),
        tensorType(tensor).getElementType());
  }
  Value decayTensor(const MatrixForm &form, int64_t heads);
  Value shiftBack(Value logDecay);
  void scoreRegion(mixer::AttendOp op, const MatrixForm &form);
  Value scaled(Value tensor, double scale);
  Value added(Value a, Value b);
  Value tokenCount(Value x, RankedTensorType type, bool reverse);
  Value divide(Value y, Value divisor, mixer::Normalizer by);

  Value combine(ValueRange inputs, ArrayRef<AffineMap> maps, Value out,
                function_ref<Value(ImplicitLocOpBuilder &, ValueRange)> body);
  OpFoldResult size(Value tensor, int64_t dim) {
    return tensor::getMixedSize(builder, builder.getLoc(), tensor, dim);
  }

  ImplicitLocOpBuilder builder;
  Value position;
};

/// out[...] = body(inputs...), every loop parallel.
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

/// An uninitialized [B, T, H, V]: B from `x`, T from `rows`.
Value FormApplier::outTensor(RankedTensorType type, Value x, Value rows) {
  SmallVector<OpFoldResult> sizes;
  for (auto [dim, extent] : llvm::enumerate(type.getShape()))
    sizes.push_back(ShapedType::isStatic(extent) ? builder.getIndexAttr(extent)
                    : dim == 1                   ? size(rows, 1)
                                                 : size(x, dim));
  Value out = emptyTensor(builder, builder.getLoc(), sizes,
                          type.getElementType());
  return out.getType() == type
             ? out
             : Value(tensor::CastOp::create(builder, type, out));
}

/// g'[b, t, h] = g[b, t + 1, h] and 0 for the last token: what a reverse scan
/// multiplies its state by before token t.
Value FormApplier::shiftBack(Value logDecay) {
  RankedTensorType type = tensorType(logDecay);
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(builder, builder.getLoc(), logDecay);
  SmallVector<OpFoldResult> longer = sizes, strides(3, builder.getIndexAttr(1)),
                            offsets(3, builder.getIndexAttr(0));
  if (auto extent = getConstantIntValue(sizes[1]))
    longer[1] = builder.getIndexAttr(*extent + 1);
  else
    longer[1] = arith::AddIOp::create(
                    builder, cast<Value>(sizes[1]),
                    arith::ConstantIndexOp::create(builder, 1))
                    .getResult();
  Value padded = filledTensor(builder, builder.getLoc(), longer,
                              type.getElementType(), 0.0);
  padded = tensor::InsertSliceOp::create(builder, logDecay, padded, offsets,
                                         sizes, strides);
  offsets[1] = builder.getIndexAttr(1);
  return tensor::ExtractSliceOp::create(builder, type, padded, offsets, sizes,
                                        strides);
}

/// The sum of the log decays, [B, T, H], or null.
Value FormApplier::decayTensor(const MatrixForm &form, int64_t heads) {
  Value sum;
  for (Value decay : form.decays) {
    decay = repeatHeads(builder, builder.getLoc(), decay, heads);
    sum = sum ? added(sum, decay) : decay;
  }
  return sum && form.reverse ? shiftBack(sum) : sum;
}

Applied FormApplier::scan(const MatrixForm &form, Value x,
                          RankedTensorType type, ValueRange init) {
  Location loc = builder.getLoc();
  int64_t heads = type.getDimSize(2);
  Value q = form.query, k = form.key;
  if (!q) {
    OpFoldResult one = builder.getIndexAttr(1);
    q = k = filledTensor(builder, loc, {size(x, 0), size(x, 1), one, one},
                         type.getElementType(), 1.0);
  }
  int64_t shared =
      std::max(tensorType(q).getDimSize(2), tensorType(k).getDimSize(2));
  q = repeatHeads(builder, loc, q, shared);
  k = repeatHeads(builder, loc, k, shared);
  Value state = init.empty() ? Value() : init.front();
  if (!state) {
    Type element = type.getElementType();
    SmallVector<OpFoldResult> sizes = {size(x, 0), builder.getIndexAttr(heads),
                                       size(k, 3), size(x, 3)};
    state = filledTensor(builder, loc, sizes,
                         element.isF64() ? element : builder.getF32Type(), 0.0);
  }
  auto op = mixer::ScanOp::create(
      builder, TypeRange{type, state.getType()}, q, k, x,
      outTensor(type, x, x), state, decayTensor(form, heads),
      builder.getF32FloatAttr(form.scale),
      form.reverse ? builder.getUnitAttr() : UnitAttr());
  return {op.getY(), {op.getFinalState()}};
}

/// One region (s, b, h, i, j) -> (score, present) from the chain of maps and
/// masks. What their regions capture stays captured.
void FormApplier::scoreRegion(mixer::AttendOp op, const MatrixForm &form) {
  OpBuilder::InsertionGuard guard(builder);
  Type element = tensorType(op.getQ()).getElementType();
  Type index = builder.getIndexType();
  Block *block =
      builder.createBlock(&op.getBody(), {}, {element, index, index, index, index},
                          SmallVector<Location>(5, builder.getLoc()));
  Value score = block->getArgument(0), present;
  for (const ScoreStep &step : form.steps) {
    Block &body = step.op->getRegion(0).front();
    bool isMap = isa<mixer::MapOp>(step.op);
    SmallVector<Value> indices(llvm::drop_begin(block->getArguments()));
    if (step.transposed)
      std::swap(indices[2], indices[3]);
    IRMapping mapping;
    if (isMap)
      mapping.map(body.getArgument(0), score);
    mapping.map(ValueRange(body.getArguments()).take_back(4),
                ValueRange(indices));
    for (Operation &inner : body.without_terminator())
      builder.clone(inner, mapping);
    Value result = mapping.lookupOrDefault(body.getTerminator()->getOperand(0));
    if (isMap)
      score = result;
    else
      present = present ? Value(arith::AndIOp::create(builder, present, result))
                        : result;
  }
  if (!present)
    present = arith::ConstantOp::create(builder, builder.getBoolAttr(true));
  if (form.countsPresent)
    score = arith::ConstantOp::create(builder,
                                      builder.getFloatAttr(element, 1.0));
  mixer::YieldOp::create(builder, ValueRange{score, present});
}

Applied FormApplier::attend(const MatrixForm &form, Value x,
                            RankedTensorType type, ValueRange init) {
  Location loc = builder.getLoc();
  int64_t keyHeads =
      std::max(tensorType(form.key).getDimSize(2), tensorType(x).getDimSize(2));
  Value k = repeatHeads(builder, loc, form.key, keyHeads);
  Value v = repeatHeads(builder, loc, x, keyHeads);
  Value q = repeatHeads(builder, loc, form.query, type.getDimSize(2));
  SmallVector<Type> caches(ValueRange(init).getTypes());
  SmallVector<Value> origin;
  Value kCache, vCache, length;
  if (!init.empty()) {
    kCache = init[0];
    vCache = init[1];
    Value zero = arith::ConstantIndexOp::create(builder, 0);
    length = position ? position : zero;
    origin = {zero, zero, length, zero};
  }
  auto op = mixer::AttendOp::create(
      builder, type, caches, q, k, v, outTensor(type, x, form.query), kCache,
      vCache, length, origin, builder.getF32FloatAttr(form.scale),
      form.softmax ? builder.getUnitAttr() : UnitAttr());
  scoreRegion(op, form);
  return {op.getY(), SmallVector<Value>(op.getNewCaches())};
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

Applied FormApplier::convolve(const MatrixForm &form, Value x,
                              RankedTensorType type, ValueRange init) {
  Location loc = builder.getLoc();
  Value taps = form.taps;
  if (form.countsPresent)
    taps = filledTensor(builder, loc,
                        tensor::getMixedSizes(builder, loc, taps),
                        tensorType(taps).getElementType(), 1.0);
  else
    taps = scaled(taps, form.scale);
  taps = repeatHeads(builder, loc, taps, type.getDimSize(2), /*axis=*/0);
  x = repeatHeads(builder, loc, x, type.getDimSize(2));
  Value window = init.empty() ? Value() : init.front();
  auto op = mixer::ConvolveOp::create(
      builder, type, window ? window.getType() : Type(), taps, x,
      outTensor(type, x, x), window,
      form.reverse ? builder.getUnitAttr() : UnitAttr());
  Applied applied{op.getY(), {}};
  if (window)
    applied.states.push_back(op.getNewWindow());
  return applied;
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

} // namespace

Applied weft::applyForm(OpBuilder &builder, Location loc,
                        const MatrixForm &form, Value x, RankedTensorType type,
                        ValueRange init, Value position) {
  return FormApplier(builder, loc, position).apply(form, x, type, init);
}
