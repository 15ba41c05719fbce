#include "dialects/mixer/EntryBuilder.h"
#include "dialects/mixer/MaskBand.h"
#include "dialects/mixer/Mixer.h"
#include "dialects/mixer/TokenData.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"
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

namespace {

/// decay(g) ∘ gram(q, k) -> semiseparable(q, k, g)
struct FuseDecayIntoGram : OpRewritePattern<HadamardOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(HadamardOp op,
                                PatternRewriter &rewriter) const override {
    for (auto [a, b] : {std::pair{op.getLhs(), op.getRhs()},
                        std::pair{op.getRhs(), op.getLhs()}}) {
      auto decay = a.getDefiningOp<DecayOp>();
      auto gram = b.getDefiningOp<GramOp>();
      if (!decay || !gram)
        continue;
      rewriter.replaceOpWithNewOp<SemiseparableOp>(
          op, gram.getQ(), gram.getK(), decay.getLogA(), gram.getScaleAttr());
      return success();
    }
    return rewriter.notifyMatchFailure(op, "no product of a decay and a gram");
  }
};

/// decay(g) ∘ semiseparable(q, k, f) -> semiseparable(q, k, f + g)
struct FuseDecayIntoSemiseparable : OpRewritePattern<HadamardOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(HadamardOp op,
                                PatternRewriter &rewriter) const override {
    for (auto [a, b] : {std::pair{op.getLhs(), op.getRhs()},
                        std::pair{op.getRhs(), op.getLhs()}}) {
      auto decay = a.getDefiningOp<DecayOp>();
      auto matrix = b.getDefiningOp<SemiseparableOp>();
      if (!decay || !matrix)
        continue;
      // Other transitions change by the product, too.
      if (matrix.getOperands().size() > (matrix.getDecay() ? 3 : 2) ||
          matrix.getRead() == Read::Pre)
        return rewriter.notifyMatchFailure(op, "more than a decay");
      Value sum = decay.getLogA();
      if (matrix.getDecay() && matrix.getDecay().getType() != sum.getType())
        return rewriter.notifyMatchFailure(op, "decays of different types");
      if (matrix.getDecay())
        sum = arith::AddFOp::create(rewriter, op.getLoc(), matrix.getDecay(),
                                    sum);
      rewriter.replaceOpWithNewOp<SemiseparableOp>(
          op, matrix.getQ(), matrix.getK(), sum, matrix.getScaleAttr());
      return success();
    }
    return rewriter.notifyMatchFailure(op, "no decay of a semiseparable");
  }
};

/// A ∘ mask(B) -> A ∘ B where the mask keeps all that A has.
struct DropMaskOfFactor : OpRewritePattern<HadamardOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(HadamardOp op,
                                PatternRewriter &rewriter) const override {
    for (auto [a, b] : {std::pair{op.getLhs(), op.getRhs()},
                        std::pair{op.getRhs(), op.getLhs()}}) {
      auto mask = b.getDefiningOp<MaskOp>();
      if (!mask || !keepsAllOf(bandOfCondition(mask.getBody().front()),
                               structureOf(a)))
        continue;
      rewriter.replaceOpWithNewOp<HadamardOp>(op, a, mask.getMatrix());
      return success();
    }
    return rewriter.notifyMatchFailure(op, "no mask that the other implies");
  }
};

} // namespace

void HadamardOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                             MLIRContext *context) {
  patterns.add<FuseDecayIntoGram, FuseDecayIntoSemiseparable, DropMaskOfFactor>(
      context);
}

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

OpFoldResult TransposeOp::fold(FoldAdaptor) {
  if (auto inner = getMatrix().getDefiningOp<TransposeOp>())
    return inner.getMatrix();
  return {};
}

namespace {

/// gram(q, k)ᵀ -> gram(k, q)
struct TransposeGram : OpRewritePattern<TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(TransposeOp op,
                                PatternRewriter &rewriter) const override {
    auto gram = op.getMatrix().getDefiningOp<GramOp>();
    if (!gram)
      return rewriter.notifyMatchFailure(op, "not of a gram");
    if (gram.getQ().getType().getDimSize(2) !=
        gram.getK().getType().getDimSize(2))
      return rewriter.notifyMatchFailure(op, "key heads are shared");
    rewriter.replaceOpWithNewOp<GramOp>(op, gram.getK(), gram.getQ(),
                                        gram.getScaleAttr());
    return success();
  }
};

/// (A + B)ᵀ -> Aᵀ + Bᵀ and (A ∘ B)ᵀ -> Aᵀ ∘ Bᵀ
template <typename OpTy>
struct TransposeOperands : OpRewritePattern<TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(TransposeOp op,
                                PatternRewriter &rewriter) const override {
    auto inner = op.getMatrix().getDefiningOp<OpTy>();
    if (!inner)
      return rewriter.notifyMatchFailure(op, "not of this combinator");
    Value a = TransposeOp::create(rewriter, op.getLoc(), inner.getLhs());
    Value b = TransposeOp::create(rewriter, op.getLoc(), inner.getRhs());
    rewriter.replaceOpWithNewOp<OpTy>(op, a, b);
    return success();
  }
};

/// f(A)ᵀ -> fᵀ(Aᵀ) with fᵀ(..., i, j) = f(..., j, i), f of a map or mask
template <typename OpTy>
struct TransposeRegion : OpRewritePattern<TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(TransposeOp op,
                                PatternRewriter &rewriter) const override {
    auto inner = op.getMatrix().getDefiningOp<OpTy>();
    if (!inner)
      return rewriter.notifyMatchFailure(op, "not of a region op");
    Value matrix =
        TransposeOp::create(rewriter, op.getLoc(), inner.getMatrix());
    // What was data of rows are now data of columns.
    auto moved = OpTy::create(rewriter, op.getLoc(), matrix,
                              inner.getColumns(), inner.getRows());
    Block &block = inner.getBody().front();
    bool isMap = std::is_same_v<OpTy, MapOp>;
    size_t rows = inner.getRows().size(), columns = inner.getColumns().size();
    buildEntryRegion(rewriter, op.getLoc(), moved.getBody(),
                     isMap ? block.getArgument(0).getType() : Type(),
                     dataTypes(moved.getRows(), moved.getColumns()),
                     [&](ValueRange arguments) {
                       size_t entry = isMap ? 5 : 4;
                       SmallVector<Value> swapped(arguments.take_front(entry));
                       std::swap(swapped.back(), swapped.end()[-2]);
                       llvm::append_range(swapped, arguments.take_back(rows));
                       llvm::append_range(swapped,
                                          arguments.slice(entry, columns));
                       return inlineEntry(rewriter, block, swapped);
                     });
    rewriter.replaceOp(op, moved);
    return success();
  }
};

} // namespace

void TransposeOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                              MLIRContext *context) {
  patterns.add<TransposeGram, TransposeOperands<AddOp>,
               TransposeOperands<HadamardOp>, TransposeRegion<MapOp>,
               TransposeRegion<MaskOp>>(context);
}

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
