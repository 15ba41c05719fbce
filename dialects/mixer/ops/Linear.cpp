#include "dialects/mixer/EntryBuilder.h"
#include "dialects/mixer/Mixer.h"
#include "dialects/mixer/Shapes.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace weft::mixer;

static int64_t sizeOf(Value tensor, int64_t axis) {
  return cast<RankedTensorType>(tensor.getType()).getDimSize(axis);
}

/// scale Σ_d q[b, i, h, d] k[b, j, h ÷ g, d]
static Value innerProducts(OpBuilder &builder, Location loc, Value q, Value k,
                           double scale, int64_t heads,
                           const MatrixSizes &sizes) {
  Type element = getElementTypeOrSelf(q);
  q = repeatHeads(builder, loc, q, heads);
  k = repeatHeads(builder, loc, k, heads);
  Value sums = buildEntries(
      builder, loc, "bihd,bjhd->bhij", {q, k}, sizes.asArray(), element,
      [](const Scalars &s, ValueRange in, Value sum) {
        return s.add(sum, s.multiply(in[0], in[1]));
      });
  if (scale == 1.0)
    return sums;
  return buildEntries(builder, loc, "bhij->bhij", sums, sizes.asArray(),
                      element, [&](const Scalars &s, ValueRange in, Value) {
                        return s.multiply(in[0], s.constant(element, scale));
                      });
}

//===-- gram ---------------------------------------------------------------===//

/// q and k of one key size, with known sizes of heads and keys.
static LogicalResult verifyQueriesAndKeys(Operation *op, const NamedTensor &q,
                                          const NamedTensor &k) {
  return success(succeeded(verifyStatic(op, q, {2, 3})) &&
                 succeeded(verifyStatic(op, k, {2, 3})) &&
                 succeeded(verifyAxisAgrees(op, "key size", 3, {q, k})));
}

LogicalResult GramOp::verify() {
  NamedTensor q{"q", getQ()}, k{"k", getK()};
  if (failed(verifyQueriesAndKeys(*this, q, k)) ||
      failed(verifyHeadsDivide(*this, k, q.size(2))))
    return failure();
  return verifyFiniteScale(*this, getScale());
}

DenseMatrix GramOp::materialize(OpBuilder &builder, const MatrixSizes &sizes,
                                MaterializeFn) {
  return {innerProducts(builder, getLoc(), getQ(), getK(),
                        getScale().convertToFloat(), sizeOf(getQ(), 2), sizes),
          {}};
}

SizeSources GramOp::sizeSources() {
  SizeSources sources;
  sources[0] = {{getQ(), 0}, {getK(), 0}};
  sources[1] = {{getQ(), 2}};
  sources[2] = {{getQ(), 1}};
  sources[3] = {{getK(), 1}};
  return sources;
}

Structure GramOp::structure(ArrayRef<Structure>) {
  Structure result;
  result.order = sizeOf(getQ(), 3);
  return result;
}
