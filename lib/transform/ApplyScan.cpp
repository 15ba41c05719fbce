// A semiseparable matrix or a decay as mixer.scan.
#include "lib/transform/FormApplier.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace weft;

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
      outTensor(type, x, x), state, /*log_scale=*/Value(), /*max=*/Value(),
      decayTensor(form, heads), /*rotate=*/Value(), /*erase_a=*/Value(),
      /*erase_b=*/Value(), /*gain=*/Value(), /*bonus=*/Value(),
      /*segments=*/Value(), APFloat(float(form.scale)), form.reverse);
  return {op.getY(), {op.getFinalState()}};
}
