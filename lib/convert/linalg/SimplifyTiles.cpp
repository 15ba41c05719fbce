#include "lib/convert/linalg/SimplifyTiles.h"

#include "lib/convert/linalg/LinalgGroups.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/Transforms.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;
using namespace weft;

void weft::dropUnitDimensions(Region &region) {
  linalg::ControlDropUnitDims options;
  options.rankReductionStrategy =
      linalg::ControlDropUnitDims::RankReductionStrategy::ExtractInsertSlice;
  SmallVector<linalg::GenericOp> ops;
  region.walk([&](linalg::GenericOp op) { ops.push_back(op); });
  IRRewriter rewriter(region.getContext());
  for (linalg::GenericOp op : ops) {
    rewriter.setInsertionPoint(op);
    FailureOr<linalg::DropUnitDimsResult> dropped =
        linalg::dropUnitDims(rewriter, op, options);
    if (succeeded(dropped))
      rewriter.replaceOp(op, dropped->replacements);
  }
}

namespace {

/// A tile that rank reduction put back into its unit dimensions goes into the
/// result as it is.
struct DropRankExpansion : OpRewritePattern<tensor::ParallelInsertSliceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tensor::ParallelInsertSliceOp op,
                                PatternRewriter &rewriter) const override {
    auto expand = op.getSource().getDefiningOp<tensor::InsertSliceOp>();
    if (!expand)
      return rewriter.notifyMatchFailure(op, "no rank expansion");
    if (expand.getMixedSizes() != op.getMixedSizes() ||
        !expand.hasUnitStride() || !expand.hasZeroOffset())
      return rewriter.notifyMatchFailure(op, "expects all of the tile");
    rewriter.modifyOpInPlace(
        op, [&] { op.getSourceMutable().assign(expand.getSource()); });
    return success();
  }
};

} // namespace

static void populateSlicePatterns(RewritePatternSet &patterns) {
  MLIRContext *context = patterns.getContext();
  patterns.add<DropRankExpansion>(context);
  tensor::populateMergeConsecutiveInsertExtractSlicePatterns(patterns);
  memref::populateResolveRankedShapedTypeResultDimsPatterns(patterns);
  tensor::ExtractSliceOp::getCanonicalizationPatterns(patterns, context);
  tensor::InsertSliceOp::getCanonicalizationPatterns(patterns, context);
  affine::AffineApplyOp::getCanonicalizationPatterns(patterns, context);
  affine::AffineMinOp::getCanonicalizationPatterns(patterns, context);
  scf::ForallOp::getCanonicalizationPatterns(patterns, context);
}

LogicalResult weft::mergeSlices(func::FuncOp function) {
  RewritePatternSet merge(function.getContext());
  populateSlicePatterns(merge);
  if (failed(applyPatternsGreedily(function, std::move(merge))))
    return failure();
  // Only now is the rank-reduced tile the one use of its fill.
  RewritePatternSet swap(function.getContext());
  populateSlicePatterns(swap);
  linalg::populateSwapExtractSliceWithFillPatterns(swap);
  tensor::populateFoldTensorEmptyPatterns(swap);
  return applyPatternsGreedily(function, std::move(swap));
}

LogicalResult weft::dropUnusedOperands(func::FuncOp function) {
  RewritePatternSet patterns(function.getContext());
  linalg::populateEraseUnusedOperandsAndResultsPatterns(patterns);
  return applyPatternsGreedily(function, std::move(patterns));
}

/// The fill or other op that starts the accumulation writes to a new tensor.
static OpOperand *startOfAccumulation(linalg::LinalgOp contraction) {
  OpOperand *init = &contraction.getDpsInitsMutable()[0];
  if (auto fill = init->get().getDefiningOp<linalg::FillOp>();
      fill && fill->hasOneUse())
    init = &fill.getDpsInitsMutable()[0];
  auto fresh = init->get().getDefiningOp<tensor::EmptyOp>();
  return fresh ? init : nullptr;
}

static bool accumulatesInResult(linalg::GenericOp last, OpOperand *input) {
  OpOperand *init = &last.getDpsInitsMutable()[0];
  auto contraction = input->get().getDefiningOp<linalg::LinalgOp>();
  if (!contraction || !isContraction(contraction) ||
      !contraction->hasOneUse() ||
      input->get().getType() != init->get().getType() ||
      last.getMatchingIndexingMap(input) != last.getMatchingIndexingMap(init))
    return false;
  auto tile = init->get().getDefiningOp<tensor::ExtractSliceOp>();
  OpOperand *start = startOfAccumulation(contraction);
  if (!tile || !start)
    return false;
  // The tile is cut out of the result only here.
  if (start->getOwner() != contraction)
    start->getOwner()->moveBefore(last);
  contraction->moveBefore(last);
  start->set(tile);
  init->set(input->get());
  last.getMatchingBlockArgument(input).replaceAllUsesWith(
      last.getMatchingBlockArgument(init));
  return true;
}

void weft::accumulateInResult(scf::ForallOp loop) {
  for (Operation &op : loop.getTerminator().getYieldingOps()) {
    auto insert = cast<tensor::ParallelInsertSliceOp>(op);
    auto last = insert.getSource().getDefiningOp<linalg::GenericOp>();
    if (!last || last->getNumResults() != 1 ||
        last.getNumParallelLoops() != last.getNumLoops() ||
        last.payloadUsesValueFromOperand(&last.getDpsInitsMutable()[0]))
      continue;
    for (OpOperand *input : last.getDpsInputOperands())
      if (accumulatesInResult(last, input))
        break;
  }
}

/// The sizes of the tensor with its dynamic ones replaced by bounds.
static FailureOr<SmallVector<int64_t>> boundedShape(tensor::EmptyOp empty) {
  SmallVector<int64_t> shape(empty.getType().getShape());
  for (auto [dim, size] : llvm::enumerate(shape)) {
    if (!ShapedType::isDynamic(size))
      continue;
    FailureOr<int64_t> bound = ValueBoundsConstraintSet::computeConstantBound(
        presburger::BoundType::UB,
        ValueBoundsConstraintSet::Variable(empty.getDynamicSize(dim)),
        /*stopCondition=*/nullptr, /*closedUB=*/true);
    if (failed(bound))
      return failure();
    size = *bound;
  }
  return shape;
}

void weft::makeEmptyTilesStatic(scf::ForallOp loop) {
  SmallVector<tensor::EmptyOp> empties;
  loop.walk([&](tensor::EmptyOp empty) {
    if (!empty.getType().hasStaticShape())
      empties.push_back(empty);
  });
  IRRewriter rewriter(loop.getContext());
  for (tensor::EmptyOp empty : empties) {
    FailureOr<SmallVector<int64_t>> shape = boundedShape(empty);
    if (failed(shape))
      continue;
    rewriter.setInsertionPoint(empty);
    Value whole = tensor::EmptyOp::create(rewriter, empty.getLoc(), *shape,
                                          empty.getType().getElementType());
    int64_t rank = empty.getType().getRank();
    SmallVector<OpFoldResult> zeros(rank, rewriter.getIndexAttr(0));
    SmallVector<OpFoldResult> ones(rank, rewriter.getIndexAttr(1));
    rewriter.replaceOpWithNewOp<tensor::ExtractSliceOp>(
        empty, empty.getType(), whole, zeros, empty.getMixedSizes(), ones);
  }
}
