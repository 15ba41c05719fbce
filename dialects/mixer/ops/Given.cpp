#include "dialects/mixer/EntryBuilder.h"
#include "dialects/mixer/Mixer.h"
#include "dialects/mixer/Shapes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace weft::mixer;

//===-- diagonal -----------------------------------------------------------===//

LogicalResult DiagonalOp::verify() {
  return verifyStatic(*this, {"entries", getEntries()}, 2);
}

DenseMatrix DiagonalOp::materialize(OpBuilder &builder,
                                    const MatrixSizes &sizes, MaterializeFn) {
  Value entries = buildEntries(
      builder, getLoc(), "bih->bhij", getEntries(), sizes.asArray(),
      getElementTypeOrSelf(getEntries()),
      [](const Scalars &, ValueRange in, Value) { return in[0]; });
  return restrictPresent(builder, getLoc(), {entries, {}}, sizes,
                         [](const Scalars &s) {
                           return s.equalIndex(s.index('i'), s.index('j'));
                         });
}

SizeSources DiagonalOp::sizeSources() {
  SizeSources sources;
  sources[0] = {{getEntries(), 0}};
  sources[1] = {{getEntries(), 2}};
  sources[2] = {{getEntries(), 1}};
  sources[3] = {{getEntries(), 1}};
  return sources;
}

Structure DiagonalOp::structure(ArrayRef<Structure>) {
  Structure result;
  result.restrictTo({0, 0});
  result.order = 1;
  return result;
}

//===-- dense --------------------------------------------------------------===//

LogicalResult DenseOp::verify() {
  return verifyStatic(*this, {"entries", getEntries()}, 1);
}

DenseMatrix DenseOp::materialize(OpBuilder &, const MatrixSizes &,
                                 MaterializeFn) {
  return {getEntries(), {}};
}

SizeSources DenseOp::sizeSources() {
  SizeSources sources;
  for (int64_t axis = 0; axis < 4; ++axis)
    sources[axis] = {{getEntries(), axis}};
  return sources;
}

Structure DenseOp::structure(ArrayRef<Structure>) { return {}; }

//===-- gather -------------------------------------------------------------===//

LogicalResult GatherOp::verify() {
  return verifyStatic(*this, {"picked", getPicked()}, 2);
}

DenseMatrix GatherOp::materialize(OpBuilder &builder, const MatrixSizes &sizes,
                                  MaterializeFn) {
  Type element = getElement();
  Value ones = buildEntries(builder, getLoc(), "->bhij", {}, sizes.asArray(),
                            element,
                            [&](const Scalars &s, ValueRange, Value) {
                              return s.constant(element, 1);
                            });
  Value picks = buildEntries(
      builder, getLoc(), "bih->bhij", getPicked(), sizes.asArray(),
      builder.getI1Type(), [](const Scalars &s, ValueRange in, Value) {
        Value column = arith::IndexCastOp::create(
            s.builder, s.loc, in[0].getType(), s.index('j'));
        return s.equalIndex(column, in[0]);
      });
  return {ones, picks};
}

SizeSources GatherOp::sizeSources() {
  SizeSources sources;
  sources[0] = {{getPicked(), 0}};
  sources[1] = {{getPicked(), 2}};
  sources[2] = {{getPicked(), 1}};
  return sources;
}

Structure GatherOp::structure(ArrayRef<Structure>) { return {}; }
