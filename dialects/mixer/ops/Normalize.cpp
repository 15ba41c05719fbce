#include "dialects/mixer/EntryBuilder.h"
#include "dialects/mixer/Mixer.h"
#include "dialects/mixer/Transition.h"

#include "mlir/IR/TypeUtilities.h"

#include <limits>

using namespace mlir;
using namespace weft::mixer;

static SizeSources sourcesOf(Value matrix) {
  SizeSources sources;
  for (int64_t axis = 0; axis < 4; ++axis)
    sources[axis] = {{matrix, axis}};
  return sources;
}

/// Triangles and bands stay; a scaled row has no longer the entries of its
/// neighbours shifted by one.
static Structure scaledRows(const Structure &operand, int64_t order) {
  Structure result;
  result.restrictTo(operand.band());
  result.order = order;
  return result;
}

static Value rowSums(OpBuilder &builder, Location loc, Value matrix,
                     const MatrixSizes &sizes) {
  return buildEntries(builder, loc, "bhij->bhi", matrix,
                      {sizes.batch, sizes.heads, sizes.rows},
                      getElementTypeOrSelf(matrix),
                      [](const Scalars &s, ValueRange in, Value sum) {
                        return s.add(sum, in[0]);
                      });
}

/// a_ij / n_i, zero where n_i = 0.
static Value dividedRows(OpBuilder &builder, Location loc, Value matrix,
                         Value divisors, const MatrixSizes &sizes) {
  Type element = getElementTypeOrSelf(matrix);
  return buildEntries(builder, loc, "bhij,bhi->bhij", {matrix, divisors},
                      sizes.asArray(), element,
                      [&](const Scalars &s, ValueRange in, Value) {
                        Value zero = s.constant(element, 0);
                        return s.select(s.equal(in[1], zero), zero,
                                        s.divide(in[0], in[1]));
                      });
}

//===-- softmax ------------------------------------------------------------===//

static constexpr double infinity = std::numeric_limits<double>::infinity();

/// m_i: the maximum of row i and, if there is one, of the sink. The shift of a
/// row of nothing but -infinity is 0, so that it becomes zero and not a NaN.
static Value rowShifts(OpBuilder &builder, Location loc, Value matrix,
                       Value sink, const MatrixSizes &sizes) {
  Type element = getElementTypeOrSelf(matrix);
  SmallVector<OpFoldResult> rows = {sizes.batch, sizes.heads, sizes.rows};
  Value maxima = buildEntries(
      builder, loc, "bhij->bhi", matrix, rows, element,
      [](const Scalars &s, ValueRange in, Value soFar) {
        return s.maximum(soFar, in[0]);
      },
      -infinity);
  SmallVector<Value> operands{maxima};
  if (sink)
    operands.push_back(sink);
  return buildEntries(
      builder, loc, sink ? "bhi,h->bhi" : "bhi->bhi", operands, rows, element,
      [&](const Scalars &s, ValueRange in, Value) {
        Value shift = sink ? s.maximum(in[0], in[1]) : in[0];
        Value none = s.equal(shift, s.constant(element, -infinity));
        return s.select(none, s.constant(element, 0), shift);
      });
}

/// exp(a_ij - m_i)
static Value shiftedExp(OpBuilder &builder, Location loc, Value matrix,
                        Value shifts, const MatrixSizes &sizes) {
  return buildEntries(builder, loc, "bhij,bhi->bhij", {matrix, shifts},
                      sizes.asArray(), getElementTypeOrSelf(matrix),
                      [](const Scalars &s, ValueRange in, Value) {
                        return s.exp(s.subtract(in[0], in[1]));
                      });
}

/// Σ_j weight_ij + exp(sink_h - m_i)
static Value sumsWithSink(OpBuilder &builder, Location loc, Value sums,
                          Value sink, Value shifts, const MatrixSizes &sizes) {
  return buildEntries(builder, loc, "bhi,h,bhi->bhi", {sums, sink, shifts},
                      {sizes.batch, sizes.heads, sizes.rows},
                      getElementTypeOrSelf(sums),
                      [](const Scalars &s, ValueRange in, Value) {
                        return s.add(in[0], s.exp(s.subtract(in[1], in[2])));
                      });
}

LogicalResult SoftmaxOp::verify() {
  int64_t heads = shapeOf(getMatrix())[1];
  if (!getSink())
    return success();
  int64_t got = getSink().getType().getDimSize(0);
  if (ShapedType::isDynamic(got) ||
      (ShapedType::isStatic(heads) && heads != got))
    return emitOpError("expects a sink for each head of the matrix, got ")
           << getSink().getType();
  return success();
}

DenseMatrix SoftmaxOp::materialize(OpBuilder &builder,
                                   const MatrixSizes &sizes,
                                   MaterializeFn operand) {
  DenseMatrix a = operand(getMatrix(), sizes);
  if (!a.entries)
    return {};
  Type element = getElementTypeOrSelf(a.entries);
  Value scores = a.entries;
  if (a.present)
    scores = buildEntries(
        builder, getLoc(), "bhij,bhij->bhij", {a.entries, a.present},
        sizes.asArray(), element, [&](const Scalars &s, ValueRange in, Value) {
          return s.select(
              in[1], in[0],
              s.constant(element, -std::numeric_limits<double>::infinity()));
        });
  Value shifts = rowShifts(builder, getLoc(), scores, getSink(), sizes);
  Value weights = shiftedExp(builder, getLoc(), scores, shifts, sizes);
  Value sums = rowSums(builder, getLoc(), weights, sizes);
  if (getSink())
    sums = sumsWithSink(builder, getLoc(), sums, getSink(), shifts, sizes);
  return {dividedRows(builder, getLoc(), weights, sums, sizes), a.present};
}

SizeSources SoftmaxOp::sizeSources() { return sourcesOf(getMatrix()); }

Structure SoftmaxOp::structure(ArrayRef<Structure> operands) {
  return scaledRows(operands[0], /*order=*/0);
}

//===-- normalize ----------------------------------------------------------===//

/// What each row is divided by.
static Value rowDivisors(OpBuilder &builder, Location loc, Normalizer by,
                         Value entries, Value present,
                         const MatrixSizes &sizes) {
  Type element = getElementTypeOrSelf(entries);
  SmallVector<OpFoldResult> rows = {sizes.batch, sizes.heads, sizes.rows};
  if (by == Normalizer::Count) {
    Value counted = present ? present : entries;
    Value ones = buildEntries(
        builder, loc, "bhij->bhij", counted, sizes.asArray(), element,
        [&](const Scalars &s, ValueRange in, Value) {
          Value one = s.constant(element, 1);
          return present ? s.select(in[0], one, s.constant(element, 0)) : one;
        });
    return rowSums(builder, loc, ones, sizes);
  }
  Value sums = rowSums(builder, loc, entries, sizes);
  if (by == Normalizer::Sum)
    return sums;
  return buildEntries(builder, loc, "bhi->bhi", sums, rows, element,
                      [&](const Scalars &s, ValueRange in, Value) {
                        return s.maximum(s.absolute(in[0]),
                                         s.constant(element, 1));
                      });
}

LogicalResult NormalizeOp::verify() {
  auto erases = [](Operation *op) {
    auto semiseparable = dyn_cast<SemiseparableOp>(op);
    return semiseparable && semiseparable.getEraseA();
  };
  if (getBy() == Normalizer::Count || !isMadeWith(getMatrix(), erases))
    return success();
  return emitOpError("expects a matrix without erase to divide by its row "
                     "sums, which an erase may make zero");
}

DenseMatrix NormalizeOp::materialize(OpBuilder &builder,
                                     const MatrixSizes &sizes,
                                     MaterializeFn operand) {
  DenseMatrix a = operand(getMatrix(), sizes);
  if (!a.entries)
    return {};
  Value entries = zeroAbsent(builder, getLoc(), a);
  Value divisors =
      rowDivisors(builder, getLoc(), getBy(), entries, a.present, sizes);
  return {dividedRows(builder, getLoc(), entries, divisors, sizes), a.present};
}

SizeSources NormalizeOp::sizeSources() { return sourcesOf(getMatrix()); }

Structure NormalizeOp::structure(ArrayRef<Structure> operands) {
  return scaledRows(operands[0], operands[0].order);
}
