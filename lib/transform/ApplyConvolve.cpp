// A Toeplitz matrix as mixer.convolve.
#include "lib/transform/FormApplier.h"
#include "weft/Forms.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace weft;

/// Taps of as many lags as there are tokens, `before` of them before x.
Value FormApplier::generatedTaps(const MatrixForm &form, Value x,
                                 Value before) {
  Value count = tensor::DimOp::create(builder, x, 1);
  if (before)
    count = arith::AddIOp::create(builder, count, before);
  if (auto op = dyn_cast<mixer::VandermondeOp>(form.system))
    return op.taps(builder, count);
  return cast<mixer::PowersOp>(form.system).taps(builder, count);
}

Applied FormApplier::convolve(const MatrixForm &form, Value x,
                              RankedTensorType type, ValueRange init) {
  Location loc = builder.getLoc();
  Value length = init.empty() ? Value() : position;
  Value taps = form.system ? generatedTaps(form, x, length) : form.taps;
  if (form.countsPresent)
    taps = filledTensor(builder, loc,
                        tensor::getMixedSizes(builder, loc, taps),
                        tensorType(taps).getElementType(), 1.0);
  else
    taps = scaled(taps, form.scale);
  taps = repeatHeads(builder, loc, taps, type.getDimSize(2), /*axis=*/0);
  x = repeatHeads(builder, loc, x, type.getDimSize(2));
  if (segments)
    return {convolvedSegments(taps, x, form), {}};
  Value window = init.empty() ? Value() : init.front();
  if (!window || !tensorType(taps).isDynamicDim(1))
    length = Value();
  else if (!length)
    length = arith::ConstantIndexOp::create(builder, 0);
  auto op = mixer::ConvolveOp::create(
      builder, type, window ? window.getType() : Type(), taps, x,
      outTensor(type, x, x), window, length,
      builder.getI64IntegerAttr(form.firstLag),
      form.reverse ? builder.getUnitAttr() : UnitAttr());
  if (form.system)
    op->setAttr(kSystemAttr, builder.getUnitAttr());
  Applied applied{op.getY(), {}};
  if (window)
    applied.states.push_back(op.getNewWindow());
  return applied;
}
