#include "dialects/mixer/EntryBuilder.h"
#include "dialects/mixer/Mixer.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"

#include <algorithm>

using namespace mlir;
using namespace weft::mixer;

/// Every size of the result is that of each operand.
static SizeSources entrywiseSources(ValueRange matrices) {
  SizeSources sources;
  for (int64_t axis = 0; axis < 4; ++axis)
    for (Value matrix : matrices)
      sources[axis].push_back({matrix, axis});
  return sources;
}

/// An operand with its heads repeated for those of the result that share them.
static DenseMatrix shareHeads(OpBuilder &builder, Value matrix,
                              const MatrixSizes &sizes,
                              MaterializeFn operand) {
  int64_t own = shapeOf(matrix)[1];
  std::optional<int64_t> heads = getConstantIntValue(sizes.heads);
  if (ShapedType::isDynamic(own) || !heads || own == *heads)
    return operand(matrix, sizes);
  MatrixSizes ownSizes = sizes;
  ownSizes.heads = builder.getIndexAttr(own);
  DenseMatrix dense = operand(matrix, ownSizes);
  for (Value *tensor : {&dense.entries, &dense.present})
    if (*tensor)
      *tensor =
          repeatHeads(builder, matrix.getLoc(), *tensor, *heads, /*axis=*/1);
  return dense;
}

//===-- add ----------------------------------------------------------------===//

DenseMatrix AddOp::materialize(OpBuilder &builder, const MatrixSizes &sizes,
                               MaterializeFn operand) {
  DenseMatrix a = shareHeads(builder, getLhs(), sizes, operand);
  DenseMatrix b = shareHeads(builder, getRhs(), sizes, operand);
  if (!a.entries || !b.entries)
    return {};
  Value entries = buildEntries(
      builder, getLoc(), "bhij,bhij->bhij",
      {zeroAbsent(builder, getLoc(), a), zeroAbsent(builder, getLoc(), b)},
      sizes.asArray(), getElementTypeOrSelf(a.entries),
      [](const Scalars &s, ValueRange in, Value) { return s.add(in[0], in[1]); });
  if (!a.present || !b.present)
    return {entries, {}};
  return {entries,
          buildEntries(builder, getLoc(), "bhij,bhij->bhij",
                       {a.present, b.present}, sizes.asArray(),
                       builder.getI1Type(),
                       [](const Scalars &s, ValueRange in, Value) {
                         return s.either(in[0], in[1]);
                       })};
}

SizeSources AddOp::sizeSources() { return entrywiseSources(getOperands()); }

Structure AddOp::structure(ArrayRef<Structure> operands) {
  const Structure &a = operands[0], &b = operands[1];
  Structure result;
  Band left = a.band(), right = b.band(), hull;
  if (left.low && right.low)
    hull.low = std::min(*left.low, *right.low);
  if (left.high && right.high)
    hull.high = std::max(*left.high, *right.high);
  result.restrictTo(hull);
  // Where one operand is absent the other's rank alone counts, so the sum
  // bounds every triangle.
  if (a.order && b.order)
    result.order = a.order + b.order;
  result.toeplitz = a.toeplitz && b.toeplitz;
  return result;
}

//===-- hadamard -----------------------------------------------------------===//

DenseMatrix HadamardOp::materialize(OpBuilder &builder,
                                    const MatrixSizes &sizes,
                                    MaterializeFn operand) {
  DenseMatrix a = shareHeads(builder, getLhs(), sizes, operand);
  DenseMatrix b = shareHeads(builder, getRhs(), sizes, operand);
  if (!a.entries || !b.entries)
    return {};
  Value entries = buildEntries(
      builder, getLoc(), "bhij,bhij->bhij", {a.entries, b.entries},
      sizes.asArray(), getElementTypeOrSelf(a.entries),
      [](const Scalars &s, ValueRange in, Value) {
        return s.multiply(in[0], in[1]);
      });
  if (!a.present || !b.present)
    return {entries, a.present ? a.present : b.present};
  return {entries,
          buildEntries(builder, getLoc(), "bhij,bhij->bhij",
                       {a.present, b.present}, sizes.asArray(),
                       builder.getI1Type(),
                       [](const Scalars &s, ValueRange in, Value) {
                         return s.both(in[0], in[1]);
                       })};
}

SizeSources HadamardOp::sizeSources() {
  return entrywiseSources(getOperands());
}

Structure HadamardOp::structure(ArrayRef<Structure> operands) {
  const Structure &a = operands[0], &b = operands[1];
  Structure result;
  result.restrictTo(a.band());
  result.restrictTo(b.band());
  result.order = a.order * b.order;
  result.toeplitz = a.toeplitz && b.toeplitz;
  return result;
}

//===-- transpose ----------------------------------------------------------===//

static Value swapRowsAndColumns(OpBuilder &builder, Location loc, Value matrix,
                                const MatrixSizes &sizes) {
  Value empty = tensor::EmptyOp::create(builder, loc, sizes.asArray(),
                                        getElementTypeOrSelf(matrix));
  return linalg::TransposeOp::create(builder, loc, matrix, empty,
                                     ArrayRef<int64_t>{0, 1, 3, 2})
      .getResult()[0];
}

DenseMatrix TransposeOp::materialize(OpBuilder &builder,
                                     const MatrixSizes &sizes,
                                     MaterializeFn operand) {
  DenseMatrix a = operand(
      getMatrix(), {sizes.batch, sizes.heads, sizes.columns, sizes.rows});
  if (!a.entries)
    return {};
  Value entries = swapRowsAndColumns(builder, getLoc(), a.entries, sizes);
  if (!a.present)
    return {entries, {}};
  return {entries, swapRowsAndColumns(builder, getLoc(), a.present, sizes)};
}

SizeSources TransposeOp::sizeSources() {
  SizeSources sources = entrywiseSources(getMatrix());
  std::swap(sources[2], sources[3]);
  return sources;
}

Structure TransposeOp::structure(ArrayRef<Structure> operands) {
  Structure result = operands[0];
  std::swap(result.lower, result.upper);
  result.bandLow = result.bandHigh = std::nullopt;
  if (operands[0].bandHigh)
    result.bandLow = -*operands[0].bandHigh;
  if (operands[0].bandLow)
    result.bandHigh = -*operands[0].bandLow;
  return result;
}
