// A recurrence as mixer.scan.
#include "lib/transform/FormApplier.h"
#include "weft/Forms.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace weft;

/// Rank 1, 2: [H], [H, K]; rank 3, 4: [B, T, H], [B, T, H, K].
static bool hasTime(Value tensor) { return tensorType(tensor).getRank() > 2; }
static bool hasChannels(Value tensor) {
  return tensorType(tensor).getRank() % 2 == 0;
}
static int64_t headAxis(Value tensor) { return hasTime(tensor) ? 2 : 0; }

/// x'[b, t, ...] = x[b, t + 1, ...] and 0 for the last token: what a reverse
/// scan does to its state before token t.
Value FormApplier::shiftBack(Value tensor) {
  if (!tensor || !hasTime(tensor))
    return tensor;
  RankedTensorType type = tensorType(tensor);
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(builder, builder.getLoc(), tensor);
  SmallVector<OpFoldResult> longer = sizes,
                            strides(sizes.size(), builder.getIndexAttr(1)),
                            offsets(sizes.size(), builder.getIndexAttr(0));
  longer[1] = oneMore(sizes[1]);
  Value padded = filledTensor(builder, builder.getLoc(), longer,
                              type.getElementType(), 0.0);
  padded = tensor::InsertSliceOp::create(builder, tensor, padded, offsets,
                                         sizes, strides);
  offsets[1] = builder.getIndexAttr(1);
  return tensor::ExtractSliceOp::create(builder, type, padded, offsets, sizes,
                                        strides);
}

/// Which loops of [B, T, H, K], [B, T, H], [H, K] or [H] a decay is read by.
static AffineMap decayMap(Value decay, int64_t head, int64_t rank) {
  MLIRContext *context = decay.getContext();
  SmallVector<AffineExpr> read;
  for (int64_t dim = hasTime(decay) ? 0 : head; dim < rank; ++dim)
    if (dim <= head || hasChannels(decay))
      read.push_back(getAffineDimExpr(dim, context));
  return AffineMap::get(rank, 0, read, context);
}

/// The sum of decays of any ranks, of the highest of them.
Value FormApplier::summedDecays(ArrayRef<Value> decays, Value x,
                                int64_t heads) {
  auto channels = llvm::find_if(decays, hasChannels);
  bool timed = llvm::any_of(decays, hasTime);
  SmallVector<OpFoldResult> sizes;
  if (timed)
    sizes = {size(x, 0), size(x, 1)};
  int64_t head = sizes.size();
  sizes.push_back(builder.getIndexAttr(heads));
  if (channels != decays.end())
    sizes.push_back(builder.getIndexAttr(tensorType(*channels).getShape().back()));
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  for (Value decay : decays) {
    inputs.push_back(repeatHeads(builder, builder.getLoc(), decay, heads,
                                 headAxis(decay)));
    maps.push_back(decayMap(decay, head, sizes.size()));
  }
  maps.push_back(builder.getMultiDimIdentityMap(sizes.size()));
  Value out = tensor::EmptyOp::create(
      builder, sizes, tensorType(decays.front()).getElementType());
  return combine(inputs, maps, out,
                 [](ImplicitLocOpBuilder &in, ValueRange args) -> Value {
                   Value sum = args[0];
                   for (Value more : args.drop_front().drop_back())
                     sum = arith::AddFOp::create(in, sum, more);
                   return sum;
                 });
}

/// The log decays, or null.
Value FormApplier::decayTensor(const MatrixForm &form, Value x, int64_t heads) {
  if (form.decays.empty())
    return {};
  if (form.decays.size() > 1)
    return summedDecays(form.decays, x, heads);
  Value decay = form.decays.front();
  // Channels stay shared: to repeat them costs as much as the keys.
  if (hasChannels(decay))
    return decay;
  return repeatHeads(builder, builder.getLoc(), decay, heads, headAxis(decay));
}

/// operand[b, t, h ÷ g, d] in a loop over [B, T, H, K], as far as it has these
/// axes; the channels of a pair share one.
static Value atLoop(ImplicitLocOpBuilder &in, Value operand,
                    RankedTensorType loops) {
  SmallVector<Value> place;
  if (hasTime(operand))
    place = {linalg::IndexOp::create(in, 0), linalg::IndexOp::create(in, 1)};
  auto part = [&](int64_t loop, int64_t group) {
    Value index = linalg::IndexOp::create(in, loop);
    Value count = arith::ConstantIndexOp::create(in, group);
    place.push_back(arith::DivUIOp::create(in, index, count));
  };
  ArrayRef<int64_t> own = tensorType(operand).getShape();
  part(2, loops.getDimSize(2) / own[headAxis(operand)]);
  if (hasChannels(operand))
    part(3, loops.getDimSize(3) / own.back());
  return tensor::ExtractOp::create(in, operand, place);
}

/// x_d cos θ ± x_{d xor 1} sin θ, + for the first of a pair: R(-θ) x.
static Value turnedBack(ImplicitLocOpBuilder &in, Value x, Value own,
                        Value angle) {
  Value channel = linalg::IndexOp::create(in, 3);
  Value one = arith::ConstantIndexOp::create(in, 1);
  SmallVector<Value> place;
  for (int64_t loop : {0, 1, 2})
    place.push_back(linalg::IndexOp::create(in, loop));
  place.push_back(arith::XOrIOp::create(in, channel, one));
  Value other = tensor::ExtractOp::create(in, x, place);
  Value plus = arith::MulFOp::create(in, other, math::SinOp::create(in, angle));
  Value odd = arith::CmpIOp::create(in, arith::CmpIPredicate::eq,
                                    arith::AndIOp::create(in, channel, one),
                                    one);
  plus = arith::SelectOp::create(in, odd, arith::NegFOp::create(in, plus), plus);
  Value kept = arith::MulFOp::create(in, own, math::CosOp::create(in, angle));
  return arith::AddFOp::create(in, kept, plus);
}

/// Dᵀ x = e^g R(-θ) x for a tensor x [B, T, H, K].
Value FormApplier::transposedDecay(Value x, Value decay, Value angles) {
  int64_t heads = tensorType(x).getDimSize(2);
  for (Value tensor : {decay, angles})
    if (tensor)
      heads = std::max(heads, tensorType(tensor).getDimSize(headAxis(tensor)));
  x = repeatHeads(builder, builder.getLoc(), x, heads);
  AffineMap identity = builder.getMultiDimIdentityMap(4);
  auto body = [&](ImplicitLocOpBuilder &in, ValueRange args) -> Value {
    Value result = args[0];
    if (angles)
      result = turnedBack(in, x, result, atLoop(in, angles, tensorType(x)));
    if (decay) {
      Value log = atLoop(in, decay, tensorType(x));
      result = arith::MulFOp::create(in, result, math::ExpOp::create(in, log));
    }
    return result;
  };
  return combine(x, {identity, identity}, emptyLike(x), body);
}

/// x e^g for the outer decays g of the form.
Value FormApplier::withOuterDecays(const MatrixForm &form, Value tensor,
                                   Value x) {
  if (form.outerDecays.empty())
    return tensor;
  int64_t heads = 1;
  for (Value decay : form.outerDecays)
    heads = std::max(heads, tensorType(decay).getDimSize(headAxis(decay)));
  return transposedDecay(tensor, summedDecays(form.outerDecays, x, heads), {});
}

Value FormApplier::negated(Value tensor) {
  AffineMap identity =
      builder.getMultiDimIdentityMap(tensorType(tensor).getRank());
  return combine(tensor, {identity, identity}, emptyLike(tensor),
                 [](ImplicitLocOpBuilder &in, ValueRange args) -> Value {
                   return arith::NegFOp::create(in, args[0]);
                 });
}

/// Aᵀ of each head.
Value FormApplier::transposedMatrices(Value tensor) {
  return linalg::TransposeOp::create(builder, tensor, emptyLike(tensor),
                                     ArrayRef<int64_t>{0, 2, 1})
      .getResult()[0];
}

/// What moves the state of the scan: that of the form, or its transpose before
/// the token behind it if time runs backwards.
Transitions FormApplier::transitions(const MatrixForm &form, Value x,
                                     int64_t heads) {
  Transitions moves{decayTensor(form, x, heads), form.rotate, form.eraseA,
                    form.eraseB, form.dense, form.eraseReads};
  // e^g (D + b aᵀ) = e^g D + (e^g b) aᵀ
  if (moves.eraseB && moves.eraseReads == mixer::EraseReads::Stored)
    moves.eraseB = withOuterDecays(form, moves.eraseB, x);
  if (!form.reverse)
    return moves;
  if (moves.eraseA) {
    // (D + b aᵀ)ᵀ = Dᵀ + a bᵀ and ((I + b aᵀ) D)ᵀ = Dᵀ + (Dᵀ a) bᵀ
    std::swap(moves.eraseA, moves.eraseB);
    if (moves.eraseReads == mixer::EraseReads::Decayed)
      moves.eraseB = transposedDecay(moves.eraseB, moves.decay, moves.rotate);
    moves.eraseReads = mixer::EraseReads::Stored;
  }
  if (moves.rotate)
    moves.rotate = negated(moves.rotate);
  if (moves.dense)
    moves.dense = transposedMatrices(moves.dense);
  // M_ij reads A_{j-1} ⋯ A_{i+1} before the update: nothing to move there.
  if (form.read == mixer::Read::Pre)
    return moves;
  for (Value *move :
       {&moves.decay, &moves.rotate, &moves.eraseA, &moves.eraseB})
    *move = shiftBack(*move);
  return moves;
}

/// The max before the first token: whatever the state says, there is nothing
/// yet at position 0.
Value FormApplier::firstMax(Value given, Value x, int64_t heads, Type element) {
  double lowest = -std::numeric_limits<float>::max();
  if (!given)
    return filledTensor(builder, builder.getLoc(),
                        {size(x, 0), builder.getIndexAttr(heads)}, element,
                        lowest);
  if (!position)
    return given;
  AffineMap identity = builder.getMultiDimIdentityMap(2);
  return combine(given, {identity, identity}, emptyLike(given),
                 [&](ImplicitLocOpBuilder &in, ValueRange args) -> Value {
                   Value zero = arith::ConstantIndexOp::create(in, 0);
                   Value first = arith::CmpIOp::create(
                       in, arith::CmpIPredicate::eq, position, zero);
                   Value nothing = arith::ConstantOp::create(
                       in, in.getFloatAttr(element, lowest));
                   return arith::SelectOp::create(in, first, nothing, args[0]);
                 });
}

/// q and k of equal heads; ones of size 1 for a decay, which has none.
std::pair<Value, Value> FormApplier::queriesAndKeys(const MatrixForm &form,
                                                    Value x) {
  Location loc = builder.getLoc();
  if (!form.query) {
    OpFoldResult one = builder.getIndexAttr(1);
    Value ones = filledTensor(builder, loc, {size(x, 0), size(x, 1), one, one},
                              tensorType(x).getElementType(), 1.0);
    return {ones, ones};
  }
  Value q = form.query, k = form.key;
  // M_ij e^{g_i} where M reads before g_i would come in: as a factor of q_i.
  if (form.read == mixer::Read::Pre)
    (form.reverse ? k : q) =
        withOuterDecays(form, form.reverse ? k : q, x);
  int64_t shared =
      std::max(tensorType(q).getDimSize(2), tensorType(k).getDimSize(2));
  return {repeatHeads(builder, loc, q, shared),
          repeatHeads(builder, loc, k, shared)};
}

ScannedRows FormApplier::scanRows(const MatrixForm &form, Value x,
                                  RankedTensorType type, ValueRange init) {
  if (form.system) {
    ScannedRows rows = scanRows(systemAsScan(form, x), x, type, init);
    rows.applied.y.getDefiningOp()->setAttr(kSystemAttr, builder.getUnitAttr());
    return rows;
  }
  Location loc = builder.getLoc();
  int64_t heads = type.getDimSize(2);
  Type element = type.getElementType();
  Type wide = element.isF64() ? element : Type(builder.getF32Type());
  auto [q, k] = queriesAndKeys(form, x);
  Value state = init.empty() ? Value() : init.front();
  if (!state)
    state = filledTensor(builder, loc,
                         {size(x, 0), builder.getIndexAttr(heads), size(k, 3),
                          size(x, 3)},
                         wide, 0.0);
  SmallVector<Type> results = {type, state.getType()};
  // The gain of a column is a factor of the row of the transpose.
  Value gain = form.reverse ? Value() : form.gain, logScale, max;
  if (gain) {
    max = firstMax(init.size() > 1 ? init[1] : Value(), x, heads, wide);
    logScale = outTensor(RankedTensorType::get({type.getDimSize(0),
                                                type.getDimSize(1), heads},
                                               wide),
                         x, x);
    results.append({logScale.getType(), max.getType()});
  }
  Transitions moves = transitions(form, x, heads);
  auto op = mixer::ScanOp::create(
      builder, results, q, k, x, outTensor(type, x, x), state, logScale, max,
      moves.decay, moves.rotate, moves.eraseA, moves.eraseB, gain, form.bonus,
      moves.dense, segments, APFloat(float(form.scale)), form.reverse, form.read,
      moves.eraseReads);
  ScannedRows rows{{op.getY(), {op.getFinalState()}}, {}};
  if (gain) {
    rows.logScale = op.getGauge()[0];
    rows.applied.states.push_back(op.getGauge()[1]);
  } else if (form.gain) {
    rows.logScale = repeatHeads(builder, loc, form.gain, heads);
  }
  return rows;
}

/// y e^{scale[b, t, h]}
Value FormApplier::scaledByExp(Value y, Value scale) {
  AffineMap identity = builder.getMultiDimIdentityMap(4);
  return combine({y, scale}, {identity, identity.dropResult(3), identity},
                 emptyLike(y),
                 [](ImplicitLocOpBuilder &in, ValueRange args) -> Value {
                   Value factor = math::ExpOp::create(in, args[1]);
                   factor = converted(in, factor, args[0].getType());
                   return arith::MulFOp::create(in, args[0], factor);
                 });
}

Applied FormApplier::scan(const MatrixForm &form, Value x,
                          RankedTensorType type, ValueRange init) {
  ScannedRows rows = scanRows(form, x, type, init);
  if (rows.logScale)
    rows.applied.y = scaledByExp(rows.applied.y, rows.logScale);
  return rows.applied;
}

/// x with one more column that is 1.
Value FormApplier::withOnes(Value x) {
  Location loc = builder.getLoc();
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(builder, loc, x);
  SmallVector<OpFoldResult> wider = sizes;
  wider[3] = oneMore(sizes[3]);
  SmallVector<OpFoldResult> zeros(4, builder.getIndexAttr(0)),
      ones(4, builder.getIndexAttr(1));
  Value filled = filledTensor(builder, loc, wider,
                              tensorType(x).getElementType(), 1.0);
  return tensor::InsertSliceOp::create(builder, x, filled, zeros, sizes, ones);
}

/// The first `width` columns of y, and the one behind them as [B, T, H].
std::pair<Value, Value> FormApplier::splitOnes(Value y, int64_t width) {
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(builder, builder.getLoc(), y);
  SmallVector<OpFoldResult> offsets(4, builder.getIndexAttr(0)),
      strides(4, builder.getIndexAttr(1));
  sizes[3] = builder.getIndexAttr(width);
  Value front = tensor::ExtractSliceOp::create(builder, y, offsets, sizes,
                                               strides);
  offsets[3] = builder.getIndexAttr(width);
  sizes[3] = builder.getIndexAttr(1);
  RankedTensorType type = tensorType(y);
  Value ones = tensor::ExtractSliceOp::create(
      builder, type.clone(type.getShape().drop_back()), y, offsets, sizes,
      strides);
  return {front, ones};
}

Applied FormApplier::scanWithSums(const MatrixForm &form, Value x,
                                  RankedTensorType type, ValueRange init) {
  int64_t width = type.getDimSize(3);
  SmallVector<int64_t> shape(type.getShape());
  shape[3] = width + 1;
  ScannedRows rows = scanRows(form.parts.front(), withOnes(x),
                              type.clone(shape), init);
  auto [y, sums] = splitOnes(rows.applied.y, width);
  if (y.getType() != type)
    y = tensor::CastOp::create(builder, type, y);
  rows.applied.y = divide(y, sums, form.by, rows.logScale);
  return rows.applied;
}
