#include "dialects/mixer/EntryBuilder.h"
#include "dialects/mixer/MaskBand.h"
#include "dialects/mixer/Mixer.h"
#include "dialects/mixer/Shapes.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace weft::mixer;

static SizeSources sourcesOf(Value matrix) {
  SizeSources sources;
  for (int64_t axis = 0; axis < 4; ++axis)
    sources[axis] = {{matrix, axis}};
  return sources;
}

static void nameArguments(Region &region, ArrayRef<StringRef> names,
                          OpAsmSetValueNameFn setName) {
  for (auto [argument, name] : llvm::zip(region.getArguments(), names))
    setName(argument, name);
}

void MapOp::getAsmBlockArgumentNames(Region &region,
                                     OpAsmSetValueNameFn setName) {
  nameArguments(region, {"s", "b", "h", "i", "j"}, setName);
}

void MaskOp::getAsmBlockArgumentNames(Region &region,
                                      OpAsmSetValueNameFn setName) {
  nameArguments(region, {"b", "h", "i", "j"}, setName);
}

//===-- map ----------------------------------------------------------------===//

LogicalResult MapOp::verifyRegions() {
  Block &block = getBody().front();
  // Until it is inlined, the matrix of another function has no known type.
  Type entry = elementTypeOf(getMatrix());
  if (!entry && block.getNumArguments() > 0 &&
      isa<FloatType>(block.getArgument(0).getType()))
    entry = block.getArgument(0).getType();
  if (!entry)
    entry = Float32Type::get(getContext());
  return verifyEntryRegion(*this, block, entry, entry);
}

DenseMatrix MapOp::materialize(OpBuilder &builder, const MatrixSizes &sizes,
                               MaterializeFn operand) {
  DenseMatrix a = operand(getMatrix(), sizes);
  if (!a.entries)
    return {};
  Value entries = buildEntries(
      builder, getLoc(), "bhij->bhij", a.entries, sizes.asArray(),
      getElementTypeOrSelf(a.entries),
      [&](const Scalars &s, ValueRange in, Value) {
        return s.inlined(getBody().front(), {in[0], s.index('b'), s.index('h'),
                                             s.index('i'), s.index('j')});
      });
  return {entries, a.present};
}

SizeSources MapOp::sizeSources() { return sourcesOf(getMatrix()); }

Structure MapOp::structure(ArrayRef<Structure> operands) {
  Structure result;
  result.restrictTo(operands[0].band());
  result.toeplitz =
      operands[0].toeplitz && dependsOnDifferenceOnly(getBody().front());
  return result;
}

//===-- mask ---------------------------------------------------------------===//

LogicalResult MaskOp::verifyRegions() {
  return verifyEntryRegion(*this, getBody().front(), /*entry=*/{},
                           IntegerType::get(getContext(), 1));
}

DenseMatrix MaskOp::materialize(OpBuilder &builder, const MatrixSizes &sizes,
                                MaterializeFn operand) {
  DenseMatrix a = operand(getMatrix(), sizes);
  if (!a.entries)
    return {};
  return restrictPresent(
      builder, getLoc(), a, sizes, [&](const Scalars &s) {
        return s.inlined(getBody().front(), {s.index('b'), s.index('h'),
                                             s.index('i'), s.index('j')});
      });
}

SizeSources MaskOp::sizeSources() { return sourcesOf(getMatrix()); }

/// Whether the mask leaves the submatrices of one triangle whole: exactly
/// i - j >= 0 or 1, or <= 0 or -1.
static bool keepsTriangle(const ConditionBand &condition) {
  const Band &band = condition.band;
  if (!condition.exact || condition.empty)
    return false;
  if (!band.high)
    return band.low == 0 || band.low == 1;
  return !band.low && (band.high == 0 || band.high == -1);
}

Structure MaskOp::structure(ArrayRef<Structure> operands) {
  ConditionBand condition = bandOfCondition(getBody().front());
  Structure result = operands[0];
  result.restrictTo(condition.band);
  if (!keepsTriangle(condition))
    result.order = 0;
  result.toeplitz &= dependsOnDifferenceOnly(getBody().front());
  return result;
}
