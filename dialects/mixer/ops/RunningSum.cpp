#include "dialects/mixer/EntryBuilder.h"
#include "dialects/mixer/Mixer.h"
#include "dialects/mixer/Shapes.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace weft::mixer;

/// A decay by e^-1000 is zero in all types.
static constexpr double strongest = -1000.0;

//===-- segment_sum --------------------------------------------------------===//

LogicalResult SegmentSumOp::verify() {
  return verifyStatic(*this, {"x", getX()}, {2});
}

// Each sum is added up term by term: differences of one long running sum would
// cancel.
DenseMatrix SegmentSumOp::materialize(OpBuilder &builder,
                                      const MatrixSizes &sizes, MaterializeFn) {
  Type element = getElementTypeOrSelf(getX());
  Value sums = buildEntries(
      builder, getLoc(), "bsh->bhij", getX(), sizes.asArray(), element,
      [&](const Scalars &s, ValueRange in, Value sum) {
        Value inside = s.both(s.less(s.index('j'), s.index('s')),
                              s.lessOrEqual(s.index('s'), s.index('i')));
        Value term = s.maximum(in[0], s.constant(element, strongest));
        return s.add(sum, s.select(inside, term, s.constant(element, 0)));
      });
  return restrictPresent(builder, getLoc(), {sums, {}}, sizes,
                         [](const Scalars &s) {
                           return s.lessOrEqual(s.index('j'), s.index('i'));
                         });
}

SizeSources SegmentSumOp::sizeSources() {
  SizeSources sources;
  sources[0] = {{getX(), 0}};
  sources[1] = {{getX(), 2}};
  sources[2] = {{getX(), 1}};
  sources[3] = {{getX(), 1}};
  return sources;
}

// g_i - g_j: every submatrix of the triangle is of order 2.
Structure SegmentSumOp::structure(ArrayRef<Structure>) {
  Structure result;
  result.restrictTo({0, std::nullopt});
  result.order = 2;
  return result;
}

//===-- running_sum --------------------------------------------------------===//

LogicalResult RunningSumOp::verify() {
  auto x = cast<RankedTensorType>(getX().getType());
  NamedTensor carry{"carry", getCarry()};
  if (failed(verifyStatic(*this, {"x", getX()}, {2})))
    return failure();
  if (failed(verifyType(*this, "sums", getHigh().getType(),
                        x.clone(accumulatorType(x.getElementType())))))
    return failure();
  return verifyType(*this, "a carry", carry.type(),
                    carry.type().clone({x.getDimSize(0), x.getDimSize(2)}));
}
