#include "dialects/mixer/EntryBuilder.h"
#include "dialects/mixer/EntryLoops.h"
#include "dialects/mixer/Mixer.h"
#include "dialects/mixer/Transition.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace weft::mixer;

/// Entries with i - j ≥ `distance` are present.
static DenseMatrix lowerTriangle(OpBuilder &builder, Location loc,
                                 Value entries, const MatrixSizes &sizes,
                                 int64_t distance = 0) {
  return restrictPresent(
      builder, loc, {entries, {}}, sizes, [&](const Scalars &s) {
        Value age = s.subtractIndex(s.index('i'), s.index('j'));
        return s.lessOrEqual(s.indexConstant(distance), age);
      });
}

/// The sizes that operands of these shapes tell of a square matrix with
/// `heads` heads.
static SizeSources squareSources(ValueRange operands, int64_t heads) {
  SizeSources sources;
  for (Value operand : operands) {
    int64_t axis = headAxis(operand);
    if (NamedTensor{"", operand}.size(axis) == heads)
      sources[1].push_back({operand, axis});
    if (!hasTime(operand))
      continue;
    sources[0].push_back({operand, 0});
    sources[2].push_back({operand, 1});
    sources[3].push_back({operand, 1});
  }
  return sources;
}

//===-- decay --------------------------------------------------------------===//

LogicalResult DecayOp::verify() {
  return verifyStatic(*this, {"log_a", getLogA()}, headAxis(getLogA()));
}

/// exp((i - j) g[h])
static Value powers(OpBuilder &builder, Location loc, Value g,
                    const MatrixSizes &sizes) {
  Type element = getElementTypeOrSelf(g);
  return buildEntries(
      builder, loc, "h->bhij", g, sizes.asArray(), element,
      [&](const Scalars &s, ValueRange in, Value) {
        Value age = s.subtractIndex(s.index('i'), s.index('j'));
        Value whole =
            arith::IndexCastOp::create(s.builder, s.loc,
                                       s.builder.getI64Type(), age);
        Value steps =
            arith::SIToFPOp::create(s.builder, s.loc, element, whole);
        return s.exp(s.multiply(steps, in[0]));
      });
}

/// exp(Σ_{j < s ≤ i} g[b, s, h]), each sum added up term by term: differences
/// of one long running sum would cancel.
static Value segmentDecays(OpBuilder &builder, Location loc, Value g,
                           const MatrixSizes &sizes) {
  Type element = getElementTypeOrSelf(g);
  Value sums = buildEntries(
      builder, loc, "bsh->bhij", g, sizes.asArray(), element,
      [&](const Scalars &s, ValueRange in, Value sum) {
        Value inside = s.both(s.less(s.index('j'), s.index('s')),
                              s.lessOrEqual(s.index('s'), s.index('i')));
        return s.add(sum, s.select(inside, in[0], s.constant(element, 0)));
      });
  return buildEntries(builder, loc, "bhij->bhij", sums, sizes.asArray(),
                      element, [](const Scalars &s, ValueRange in, Value) {
                        return s.exp(in[0]);
                      });
}

DenseMatrix DecayOp::materialize(OpBuilder &builder, const MatrixSizes &sizes,
                                 MaterializeFn) {
  Value decays = hasTime(getLogA())
                     ? segmentDecays(builder, getLoc(), getLogA(), sizes)
                     : powers(builder, getLoc(), getLogA(), sizes);
  return lowerTriangle(builder, getLoc(), decays, sizes);
}

SizeSources DecayOp::sizeSources() {
  return squareSources(getLogA(),
                       NamedTensor{"", getLogA()}.size(headAxis(getLogA())));
}

Structure DecayOp::structure(ArrayRef<Structure>) {
  Structure result;
  result.restrictTo({0, std::nullopt});
  result.order = 1;
  result.toeplitz = !hasTime(getLogA());
  return result;
}

//===-- semiseparable ------------------------------------------------------===//

void SemiseparableOp::build(OpBuilder &builder, OperationState &state, Value q,
                            Value k, Value decay, FloatAttr scale) {
  build(builder, state, MatrixType::get(builder.getContext()), q, k, decay,
        /*rotate=*/Value(), /*erase_a=*/Value(), /*erase_b=*/Value(),
        /*gain=*/Value(), /*bonus=*/Value(), /*dense=*/Value(),
        scale.getValue());
}

LogicalResult SemiseparableOp::verify() {
  NamedTensor q{"q", getQ()}, k{"k", getK()};
  if (failed(verifyStatic(*this, q, {2, 3})) ||
      failed(verifyStatic(*this, k, {2, 3})) ||
      failed(verifyAxisAgrees(*this, "key size", 3, {q, k})) ||
      failed(verifyTransition(*this, transitionOf(*this), k, getHeads(),
                              getRead() == Read::Pre)))
    return failure();
  for (const NamedTensor &tensor : {q, k})
    if (failed(verifyHeadsDivide(*this, tensor, getHeads())))
      return failure();
  return verifyFiniteScale(*this, getScale());
}

/// The operands whose rank says whether they change over time.
static SmallVector<Value> rowsAndGates(SemiseparableOp op) {
  SmallVector<Value> operands{op.getQ(), op.getK()};
  for (const NamedTensor &tensor : transitionOf(op).all())
    if (tensor.value)
      operands.push_back(tensor.value);
  return operands;
}

int64_t SemiseparableOp::getHeads() {
  int64_t heads = getDense() ? NamedTensor{"", getDense()}.size(0) : 0;
  for (Value operand : rowsAndGates(*this))
    heads = std::max(heads, NamedTensor{"", operand}.size(headAxis(operand)));
  return heads;
}

DenseMatrix SemiseparableOp::materialize(OpBuilder &builder,
                                         const MatrixSizes &sizes,
                                         MaterializeFn) {
  bool strict = getRead() == Read::Pre && !getBonus();
  return lowerTriangle(builder, getLoc(),
                       semiseparableEntries(builder, *this, sizes), sizes,
                       /*distance=*/strict ? 1 : 0);
}

SizeSources SemiseparableOp::sizeSources() {
  SizeSources sources = squareSources(rowsAndGates(*this), getHeads());
  if (getDense() && NamedTensor{"", getDense()}.size(0) == getHeads())
    sources[1].push_back({getDense(), 0});
  return sources;
}

Structure SemiseparableOp::structure(ArrayRef<Structure>) {
  Structure result;
  bool strict = getRead() == Read::Pre && !getBonus();
  result.restrictTo({strict ? 1 : 0, std::nullopt});
  result.order = NamedTensor{"", getK()}.size(3);
  return result;
}
