#include "dialects/mixer/EntryBuilder.h"
#include "dialects/mixer/MaskBand.h"
#include "dialects/mixer/Mixer.h"
#include "dialects/mixer/Shapes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"

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

namespace {

/// f(g(A)) -> (f ∘ g)(A)
struct FuseMaps : OpRewritePattern<MapOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MapOp op,
                                PatternRewriter &rewriter) const override {
    auto inner = op.getMatrix().getDefiningOp<MapOp>();
    if (!inner)
      return rewriter.notifyMatchFailure(op, "not of a map");
    auto fused = MapOp::create(rewriter, op.getLoc(), inner.getMatrix());
    buildEntryRegion(
        rewriter, op.getLoc(), fused.getBody(),
        op.getBody().getArgument(0).getType(), [&](ValueRange arguments) {
          SmallVector<Value> entry(arguments);
          entry[0] = inlineEntry(rewriter, inner.getBody().front(), arguments);
          return inlineEntry(rewriter, op.getBody().front(), entry);
        });
    rewriter.replaceOp(op, fused);
    return success();
  }
};

} // namespace

void MapOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                        MLIRContext *context) {
  patterns.add<FuseMaps>(context);
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

/// An argument of a function whose axis 1 is declared to be its time.
static bool isTimeArgument(Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  if (!argument || !argument.getOwner()->isEntryBlock())
    return false;
  auto function =
      dyn_cast<FunctionOpInterface>(argument.getOwner()->getParentOp());
  if (!function)
    return false;
  auto time = function.getArgAttrOfType<IntegerAttr>(argument.getArgNumber(),
                                                     "mixer.time");
  return time && time.getInt() == 1;
}

/// Whether q and k are known to have as many rows: all time arguments of a
/// function run over the same tokens.
static bool haveOneLength(Value q, Value k) {
  int64_t rows = cast<RankedTensorType>(q.getType()).getDimSize(1);
  int64_t columns = cast<RankedTensorType>(k.getType()).getDimSize(1);
  if (!ShapedType::isDynamic(rows) && !ShapedType::isDynamic(columns))
    return rows == columns;
  if (isTimeArgument(q) && isTimeArgument(k))
    return true;
  FailureOr<bool> equal =
      ValueBoundsConstraintSet::areEqual({q, 1}, {k, 1});
  return succeeded(equal) && *equal;
}

/// A mask that keeps everything is no mask.
OpFoldResult MaskOp::fold(FoldAdaptor) {
  if (keepsAllOf(bandOfCondition(getBody().front()), structureOf(getMatrix())))
    return getMatrix();
  return {};
}

namespace {

/// mask(mask(A, p), q) -> mask(A, p and q)
struct MergeMasks : OpRewritePattern<MaskOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MaskOp op,
                                PatternRewriter &rewriter) const override {
    auto inner = op.getMatrix().getDefiningOp<MaskOp>();
    if (!inner)
      return rewriter.notifyMatchFailure(op, "not of a mask");
    auto merged = MaskOp::create(rewriter, op.getLoc(), inner.getMatrix());
    buildEntryRegion(
        rewriter, op.getLoc(), merged.getBody(), /*entry=*/{},
        [&](ValueRange arguments) -> Value {
          Value a = inlineEntry(rewriter, inner.getBody().front(), arguments);
          Value b = inlineEntry(rewriter, op.getBody().front(), arguments);
          return arith::AndIOp::create(rewriter, op.getLoc(), a, b);
        });
    rewriter.replaceOp(op, merged);
    return success();
  }
};

/// The causal mask of a gram as long as its entries are only summed up:
/// mask(gram(q, k), j <= i) -> semiseparable(q, k)
struct CausalGram : OpRewritePattern<MaskOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MaskOp op,
                                PatternRewriter &rewriter) const override {
    auto gram = op.getMatrix().getDefiningOp<GramOp>();
    if (!gram)
      return rewriter.notifyMatchFailure(op, "not of a gram");
    ConditionBand kept = bandOfCondition(op.getBody().front());
    if (!kept.exact || kept.band.low != 0 || kept.band.high)
      return rewriter.notifyMatchFailure(op, "not causal");
    if (!llvm::all_of(op->getUsers(), [](Operation *user) {
          return isa<ApplyOp, MaterializeOp, AddOp, HadamardOp>(user);
        }))
      return rewriter.notifyMatchFailure(op, "entries are not only summed up");
    if (!haveOneLength(gram.getQ(), gram.getK()))
      return rewriter.notifyMatchFailure(op, "may not be square");
    rewriter.replaceOpWithNewOp<SemiseparableOp>(
        op, gram.getQ(), gram.getK(), /*decay=*/Value(), gram.getScaleAttr());
    return success();
  }
};

} // namespace

void MaskOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                         MLIRContext *context) {
  patterns.add<MergeMasks, CausalGram>(context);
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
