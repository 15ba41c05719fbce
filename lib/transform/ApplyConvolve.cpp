// A Toeplitz matrix as mixer.convolve.
#include "lib/transform/FormApplier.h"

using namespace mlir;
using namespace weft;

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
  if (segments)
    return {convolvedSegments(taps, x, form.reverse), {}};
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
