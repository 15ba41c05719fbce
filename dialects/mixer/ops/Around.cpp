#include "dialects/mixer/EntryBuilder.h"
#include "dialects/mixer/Mixer.h"
#include "dialects/mixer/Shapes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace weft::mixer;

static SizeSources sourcesOf(Value matrix) {
  SizeSources sources;
  for (int64_t axis = 0; axis < 4; ++axis)
    sources[axis].push_back({matrix, axis});
  return sources;
}

//===-- shift --------------------------------------------------------------===//

/// rows[b, h, i - 1, j], and `first` in row 0.
static Value movedDown(OpBuilder &builder, Location loc, Value rows,
                       const MatrixSizes &sizes,
                       function_ref<Value(const Scalars &)> first) {
  return buildEntries(
      builder, loc, "->bhij", {}, sizes.asArray(), getElementTypeOrSelf(rows),
      [&](const Scalars &s, ValueRange, Value) -> Value {
        Value one = s.indexConstant(1);
        Value isFirst = s.less(s.index('i'), one);
        Value above = s.select(isFirst, s.index('i'),
                               s.subtractIndex(s.index('i'), one));
        Value moved = tensor::ExtractOp::create(
            s.builder, s.loc, rows,
            ValueRange{s.index('b'), s.index('h'), above, s.index('j')});
        return s.select(isFirst, first(s), moved);
      });
}

DenseMatrix ShiftOp::materialize(OpBuilder &builder, const MatrixSizes &sizes,
                                 MaterializeFn operand) {
  DenseMatrix a = operand(getMatrix(), sizes);
  if (!a.entries)
    return {};
  Type element = getElementTypeOrSelf(a.entries);
  DenseMatrix moved;
  moved.entries =
      movedDown(builder, getLoc(), a.entries, sizes,
                [&](const Scalars &s) { return s.constant(element, 0); });
  if (a.present)
    moved.present = movedDown(
        builder, getLoc(), a.present, sizes, [](const Scalars &s) -> Value {
          return arith::ConstantOp::create(s.builder, s.loc,
                                           s.builder.getBoolAttr(false));
        });
  return restrictPresent(builder, getLoc(), moved, sizes,
                         [](const Scalars &s) {
                           return s.less(s.indexConstant(0), s.index('i'));
                         });
}

SizeSources ShiftOp::sizeSources() { return sourcesOf(getMatrix()); }

Structure ShiftOp::structure(ArrayRef<Structure> operands) {
  const Structure &a = operands[0];
  Band band = a.band();
  Structure result;
  result.restrictTo({band.low ? std::optional(*band.low + 1) : std::nullopt,
                     band.high ? std::optional(*band.high + 1) : std::nullopt});
  result.order = a.order;
  // Row 0 of a lower triangle would be absent anyway.
  result.toeplitz = a.toeplitz && a.lower;
  return result;
}

//===-- scale_rows, scale_cols ---------------------------------------------===//

/// The entries of `matrix` times factors read as `letters`.
static DenseMatrix scaledEntries(OpBuilder &builder, Operation *op,
                                 Value matrix, Value factors,
                                 StringRef letters, const MatrixSizes &sizes,
                                 MaterializeFn operand) {
  DenseMatrix a = shareHeads(builder, matrix, sizes, operand);
  if (!a.entries)
    return {};
  if (std::optional<int64_t> heads = getConstantIntValue(sizes.heads))
    factors = repeatHeads(builder, op->getLoc(), factors, *heads);
  Value entries = buildEntries(
      builder, op->getLoc(), "bhij," + letters.str() + "->bhij",
      {a.entries, factors}, sizes.asArray(), getElementTypeOrSelf(factors),
      [](const Scalars &s, ValueRange in, Value) {
        return s.multiply(in[0], in[1]);
      });
  return {entries, a.present};
}

/// Factors of the lines along `axis`: rows (2) or columns (3).
static SizeSources scaledSources(Value matrix, Value factors, int64_t axis) {
  SizeSources sources = sourcesOf(matrix);
  sources[0].push_back({factors, 0});
  sources[1].push_back({factors, 2});
  sources[axis].push_back({factors, 1});
  return sources;
}

static Structure scaledStructure(Structure structure) {
  structure.toeplitz = false;
  return structure;
}

LogicalResult ScaleRowsOp::verify() {
  return verifyStatic(*this, {"factors", getFactors()}, 2);
}

DenseMatrix ScaleRowsOp::materialize(OpBuilder &builder,
                                     const MatrixSizes &sizes,
                                     MaterializeFn operand) {
  return scaledEntries(builder, *this, getMatrix(), getFactors(), "bih", sizes,
                       operand);
}

SizeSources ScaleRowsOp::sizeSources() {
  return scaledSources(getMatrix(), getFactors(), 2);
}

Structure ScaleRowsOp::structure(ArrayRef<Structure> operands) {
  return scaledStructure(operands[0]);
}

LogicalResult ScaleColsOp::verify() {
  return verifyStatic(*this, {"factors", getFactors()}, 2);
}

DenseMatrix ScaleColsOp::materialize(OpBuilder &builder,
                                     const MatrixSizes &sizes,
                                     MaterializeFn operand) {
  return scaledEntries(builder, *this, getMatrix(), getFactors(), "bjh", sizes,
                       operand);
}

SizeSources ScaleColsOp::sizeSources() {
  return scaledSources(getMatrix(), getFactors(), 3);
}

Structure ScaleColsOp::structure(ArrayRef<Structure> operands) {
  return scaledStructure(operands[0]);
}

//===-- compose ------------------------------------------------------------===//

LogicalResult ComposeOp::verify() {
  int64_t columns = shapeOf(getLhs())[3], rows = shapeOf(getRhs())[2];
  if (ShapedType::isDynamic(columns) || ShapedType::isDynamic(rows) ||
      columns == rows)
    return success();
  return emitOpError("expects as many rows of the second matrix as the first "
                     "has columns, got ")
         << rows << " and " << columns;
}

/// Σ_k a[b, h, i, k] b[b, h, k, j]
static Value product(OpBuilder &builder, Location loc, Value a, Value b,
                     const MatrixSizes &sizes) {
  return buildEntries(builder, loc, "bhik,bhkj->bhij", {a, b},
                      sizes.asArray(), getElementTypeOrSelf(a),
                      [](const Scalars &s, ValueRange in, Value sum) {
                        return s.add(sum, s.multiply(in[0], in[1]));
                      });
}

/// 1 where an entry is present, else 0.
static Value presence(OpBuilder &builder, Location loc,
                      const DenseMatrix &dense) {
  Type element = getElementTypeOrSelf(dense.entries);
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(builder, loc, dense.entries);
  SmallVector<Value> operands;
  if (dense.present)
    operands.push_back(dense.present);
  return buildEntries(builder, loc, dense.present ? "bhij->bhij" : "->bhij",
                      operands, sizes, element,
                      [&](const Scalars &s, ValueRange in, Value) {
                        Value one = s.constant(element, 1);
                        return in.empty() ? one
                                          : s.select(in[0], one,
                                                     s.constant(element, 0));
                      });
}

DenseMatrix ComposeOp::materialize(OpBuilder &builder, const MatrixSizes &sizes,
                                   MaterializeFn operand) {
  OpFoldResult between = sizesOf(builder, getLhs()).columns;
  if (!between)
    between = sizesOf(builder, getRhs()).rows;
  if (!between)
    between = sizes.rows;
  DenseMatrix a = shareHeads(
      builder, getLhs(), {sizes.batch, sizes.heads, sizes.rows, between},
      operand);
  DenseMatrix b = shareHeads(
      builder, getRhs(), {sizes.batch, sizes.heads, between, sizes.columns},
      operand);
  if (!a.entries || !b.entries)
    return {};
  Location loc = getLoc();
  DenseMatrix result;
  result.entries = product(builder, loc, zeroAbsent(builder, loc, a),
                           zeroAbsent(builder, loc, b), sizes);
  if (!a.present && !b.present)
    return result;
  Value pairs = product(builder, loc, presence(builder, loc, a),
                        presence(builder, loc, b), sizes);
  Type element = getElementTypeOrSelf(pairs);
  result.present = buildEntries(
      builder, loc, "bhij->bhij", pairs, sizes.asArray(), builder.getI1Type(),
      [&](const Scalars &s, ValueRange in, Value) -> Value {
        return arith::CmpFOp::create(s.builder, s.loc,
                                     arith::CmpFPredicate::OGT, in[0],
                                     s.constant(element, 0));
      });
  return result;
}

SizeSources ComposeOp::sizeSources() {
  SizeSources sources;
  for (int64_t axis : {0, 1})
    sources[axis] = {{getLhs(), axis}, {getRhs(), axis}};
  sources[2] = {{getLhs(), 2}};
  sources[3] = {{getRhs(), 3}};
  return sources;
}

static std::optional<int64_t> sum(std::optional<int64_t> a,
                                  std::optional<int64_t> b) {
  return a && b ? std::optional(*a + *b) : std::nullopt;
}

Structure ComposeOp::structure(ArrayRef<Structure> operands) {
  const Structure &a = operands[0], &b = operands[1];
  Band left = a.band(), right = b.band();
  Structure result;
  result.restrictTo({sum(left.low, right.low), sum(left.high, right.high)});
  bool sameTriangle = (a.lower && b.lower) || (a.upper && b.upper);
  if (sameTriangle && a.order && b.order)
    result.order = a.order + b.order;
  result.toeplitz = sameTriangle && a.toeplitz && b.toeplitz;
  return result;
}
