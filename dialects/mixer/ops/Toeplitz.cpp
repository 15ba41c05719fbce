#include "dialects/mixer/EntryBuilder.h"
#include "dialects/mixer/Mixer.h"
#include "dialects/mixer/Shapes.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace weft::mixer;

LogicalResult ToeplitzOp::verify() {
  NamedTensor taps{"taps", getTaps()};
  if (failed(verifyStatic(*this, taps, {0})))
    return failure();
  if (taps.size(1) == 0)
    return emitOpError("expects at least one tap, got ") << taps.type();
  return success();
}

DenseMatrix ToeplitzOp::materialize(OpBuilder &builder,
                                    const MatrixSizes &sizes, MaterializeFn) {
  Type element = getElementTypeOrSelf(getTaps());
  auto tapOf = [&](const Scalars &s) {
    Value lag = s.subtractIndex(s.index('i'), s.index('j'));
    return s.subtractIndex(lag, s.indexConstant(getFirstLag()));
  };
  // Σ_l taps[h, l] over l = i - j - first_lag: at most one term.
  Value entries = buildEntries(
      builder, getLoc(), "hl->bhij", getTaps(), sizes.asArray(), element,
      [&](const Scalars &s, ValueRange in, Value sum) {
        return s.select(s.equalIndex(tapOf(s), s.index('l')), in[0], sum);
      });
  Value count = tensor::DimOp::create(builder, getLoc(), getTaps(), 1);
  return restrictPresent(
      builder, getLoc(), {entries, {}}, sizes, [&](const Scalars &s) {
        Value tap = tapOf(s);
        return s.both(s.lessOrEqual(s.indexConstant(0), tap),
                      s.less(tap, count));
      });
}

SizeSources ToeplitzOp::sizeSources() {
  SizeSources sources;
  sources[1] = {{getTaps(), 0}};
  return sources;
}

Structure ToeplitzOp::structure(ArrayRef<Structure>) {
  Structure result;
  Band band{getFirstLag(), std::nullopt};
  int64_t taps = getTaps().getType().getDimSize(1);
  if (!ShapedType::isDynamic(taps))
    band.high = *band.low + taps - 1;
  result.restrictTo(band);
  result.toeplitz = true;
  return result;
}
