// Entrywise ops around the blocks of a mixer go into them: what a block reads
// is computed where it is read, what follows it is done to its tile, and no
// tensor of all tokens lies between.
#include "lib/convert/linalg/LinalgGroups.h"
#include "lib/convert/linalg/SizeBounds.h"
#include "weft/Convert.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/Transforms/Transforms.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/Transforms.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Dominance.h"
#include "mlir/Transforms/CSE.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace weft {
#define GEN_PASS_DEF_FUSEINTOBLOCKS
#include "weft/ConvertPasses.h.inc"
} // namespace weft

using namespace mlir;
using namespace weft;

namespace {

/// A part of a tensor, and which of its dimensions a view of it leaves out.
struct Part {
  SmallVector<OpFoldResult> offsets, sizes;
  llvm::SmallBitVector dropped;
};

} // namespace

/// One result, whose entry (i, j, ...) is a function of one entry of each
/// operand and of nothing else.
static bool isEntrywise(linalg::GenericOp op) {
  return isBetweenMixers(op) && op.hasPureTensorSemantics() &&
         op->getNumResults() == 1 &&
         op.getNumParallelLoops() == op.getNumLoops() &&
         !op.hasIndexSemantics() &&
         llvm::all_of(
             op.getIndexingMapsArray(),
             [](AffineMap map) { return map.isProjectedPermutation(); }) &&
         op.getIndexingMapMatchingResult(op->getOpResult(0)).isIdentity();
}

static bool readsInit(linalg::GenericOp op) {
  return op.payloadUsesValueFromOperand(op.getDpsInitOperand(0));
}

/// The part of an operand that the entries `part` of the result need.
static Value sliceOf(OpBuilder &builder, Location loc, Value operand,
                     AffineMap map, const Part &part) {
  auto type = dyn_cast<RankedTensorType>(operand.getType());
  if (!type || type.getRank() == 0)
    return operand;
  SmallVector<OpFoldResult> offsets, sizes;
  SmallVector<int64_t> shape;
  for (AffineExpr expr : map.getResults()) {
    unsigned dim = cast<AffineDimExpr>(expr).getPosition();
    offsets.push_back(part.offsets[dim]);
    sizes.push_back(part.sizes[dim]);
    if (!part.dropped.test(dim))
      shape.push_back(
          getConstantIntValue(part.sizes[dim]).value_or(ShapedType::kDynamic));
  }
  SmallVector<OpFoldResult> strides(offsets.size(), builder.getIndexAttr(1));
  return tensor::ExtractSliceOp::create(
      builder, loc, RankedTensorType::get(shape, type.getElementType()),
      operand, offsets, sizes, strides);
}

/// `op` on a part of its entries, into `out`; what it reads of `tiled` is
/// `tile`.
static Value tileOf(OpBuilder &builder, linalg::GenericOp op, const Part &part,
                    Value out, Value tiled = {}, Value tile = {}) {
  Location loc = op.getLoc();
  SmallVector<Value> inputs;
  for (OpOperand *input : op.getDpsInputOperands())
    inputs.push_back(input->get() == tiled
                         ? tile
                         : sliceOf(builder, loc, input->get(),
                                   op.getMatchingIndexingMap(input), part));
  SmallVector<AffineMap> maps;
  for (AffineMap map : op.getIndexingMapsArray())
    maps.push_back(getProjectedMap(map, part.dropped).dropZeroResults());
  SmallVector<utils::IteratorType> iterators(
      op.getNumLoops() - part.dropped.count(), utils::IteratorType::parallel);
  auto made = linalg::GenericOp::create(builder, loc, out.getType(), inputs,
                                        out, maps, iterators);
  IRMapping mapping;
  op.getRegion().cloneInto(&made.getRegion(), mapping);
  return made.getResult(0);
}

//===-- what a block reads -------------------------------------------------===//

/// How far `offset` moves with a step of `iv`, or 0 if that is not plain.
static int64_t advanceOf(OpFoldResult offset, Value iv) {
  auto value = dyn_cast<Value>(offset);
  if (!value)
    return 0;
  if (value == iv)
    return 1;
  if (auto product = value.getDefiningOp<arith::MulIOp>())
    if (product.getLhs() == iv)
      return getConstantIntValue(product.getRhs()).value_or(0);
  auto apply = value.getDefiningOp<affine::AffineApplyOp>();
  if (!apply || apply.getMapOperands() != ValueRange(iv))
    return 0;
  AffineExpr expr = apply.getAffineMap().getResult(0);
  auto product = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!product || product.getKind() != AffineExprKind::Mul)
    return 0;
  auto factor = dyn_cast<AffineConstantExpr>(product.getRHS());
  return factor ? factor.getValue() : 0;
}

static int64_t boundOf(OpFoldResult size) {
  if (auto constant = getConstantIntValue(size))
    return *constant;
  return findUpperBound(cast<Value>(size)).value_or(ShapedType::kDynamic);
}

/// Whether no two iterations read the same entry.
static bool movesWith(tensor::ExtractSliceOp slice, Value iv, int64_t step) {
  return llvm::any_of(
      llvm::zip_equal(slice.getMixedOffsets(), slice.getMixedSizes()),
      [&](auto pair) {
        int64_t bound = boundOf(std::get<1>(pair));
        return bound >= 0 &&
               bound <= step * advanceOf(std::get<0>(pair), iv);
      });
}

static bool readsOnce(tensor::ExtractSliceOp slice, scf::ForallOp loop) {
  for (auto [iv, low, high, step] : llvm::zip_equal(
           loop.getInductionVars(), loop.getMixedLowerBound(),
           loop.getMixedUpperBound(), loop.getMixedStep())) {
    auto first = getConstantIntValue(low), last = getConstantIntValue(high),
         by = getConstantIntValue(step);
    bool once = first && last && by && *last - *first <= *by;
    if (!once && (!by || !movesWith(slice, iv, *by)))
      return false;
  }
  return true;
}

/// Moves a slice out of the loops that it does not depend on.
static void hoist(tensor::ExtractSliceOp slice) {
  while (auto loop = dyn_cast<scf::ForOp>(slice->getParentOp())) {
    if (llvm::any_of(slice->getOperands(), [&](Value operand) {
          return !loop.isDefinedOutsideOfLoop(operand);
        }))
      return;
    slice->moveBefore(loop);
  }
}

/// Whether the slice is read in a block, and all runs of the loops around it
/// together read no entry twice.
static bool readsOnce(tensor::ExtractSliceOp slice) {
  if (!slice.hasUnitStride())
    return false;
  for (Operation *op = slice->getParentOp();; op = op->getParentOp()) {
    if (auto loop = dyn_cast<scf::ForallOp>(op)) {
      if (!readsOnce(slice, loop))
        return false;
      if (isBetweenMixers(loop))
        return true;
    } else if (auto loop = dyn_cast<scf::ForOp>(op)) {
      auto step = getConstantIntValue(loop.getStep());
      if (!step || !movesWith(slice, loop.getInductionVar(), *step))
        return false;
    } else {
      return false;
    }
  }
}

/// A producer that is only read by one slice goes to where it is read.
static bool fuseProducer(RewriterBase &rewriter, linalg::GenericOp op) {
  if (!isEntrywise(op) || readsInit(op) || !op->hasOneUse())
    return false;
  auto slice = dyn_cast<tensor::ExtractSliceOp>(*op->user_begin());
  if (!slice || isBetweenMixers(slice))
    return false;
  hoist(slice);
  if (!readsOnce(slice))
    return false;
  rewriter.setInsertionPoint(slice);
  Part part{slice.getMixedOffsets(), slice.getMixedSizes(),
            slice.getDroppedDims()};
  SmallVector<OpFoldResult> kept;
  for (auto [dim, size] : llvm::enumerate(part.sizes))
    if (!part.dropped.test(dim))
      kept.push_back(size);
  Value out = tensor::EmptyOp::create(rewriter, op.getLoc(), kept,
                                      slice.getType().getElementType());
  rewriter.replaceOp(slice, tileOf(rewriter, op, part, out));
  rewriter.eraseOp(op);
  return true;
}

//===-- what follows a block -----------------------------------------------===//

static tensor::ParallelInsertSliceOp insertOf(scf::ForallOp loop,
                                              OpResult result) {
  Value out = loop.getTiedBlockArgument(loop.getTiedOpOperand(result));
  for (Operation &op : loop.getTerminator().getYieldingOps())
    if (auto insert = dyn_cast<tensor::ParallelInsertSliceOp>(op))
      if (insert.getDest() == out)
        return insert;
  return {};
}

/// Whether the loop can stand right before `op`, which its result goes to.
static bool canMoveBefore(scf::ForallOp loop, Operation *op) {
  return llvm::all_of(loop->getUsers(), [&](Operation *user) {
    Operation *top = op->getBlock()->findAncestorOpInBlock(*user);
    return top && (top == op || op->isBeforeInBlock(top));
  });
}

/// The operand of `op` that is the whole of what a block gives, to nobody else.
static OpOperand *operandOfBlock(linalg::GenericOp op) {
  for (OpOperand &operand : op->getOpOperands())
    if (operand.get().getDefiningOp<scf::ForallOp>() &&
        operand.get().hasOneUse() &&
        op.getMatchingIndexingMap(&operand).isIdentity() &&
        operand.get().getType() == op->getResult(0).getType())
      return &operand;
  return nullptr;
}

static bool isKnownBefore(const Part &part, Operation *op) {
  return llvm::all_of(llvm::concat<const OpFoldResult>(part.offsets, part.sizes),
                      [&](OpFoldResult extent) {
    auto value = dyn_cast<Value>(extent);
    Operation *maker = value ? value.getDefiningOp() : nullptr;
    return !maker || maker->getBlock() != op->getBlock() ||
           maker->isBeforeInBlock(op);
  });
}

/// Puts what `change` makes of a tile in its place: where the branches end that
/// give it, next to what it can be fused with, or else before `place`.
static void changeTile(RewriterBase &rewriter, const Part &part,
                       Operation *place, OpOperand &use,
                       llvm::function_ref<Value(Value)> change) {
  auto branch = use.get().getDefiningOp<scf::IfOp>();
  if (!branch || !use.get().hasOneUse() || !isKnownBefore(part, branch)) {
    rewriter.setInsertionPoint(place);
    return use.set(change(use.get()));
  }
  unsigned number = cast<OpResult>(use.get()).getResultNumber();
  for (scf::YieldOp yield : {branch.thenYield(), branch.elseYield()})
    changeTile(rewriter, part, yield, yield->getOpOperand(number), change);
}

/// A consumer of a block is done to its tile, in place.
static bool fuseConsumer(RewriterBase &rewriter, linalg::GenericOp op) {
  OpOperand *operand = isEntrywise(op) ? operandOfBlock(op) : nullptr;
  if (!operand || (!op.isDpsInit(operand) && readsInit(op)))
    return false;
  auto loop = operand->get().getDefiningOp<scf::ForallOp>();
  auto result = cast<OpResult>(operand->get());
  // Into a new tensor the tiles write every entry; into another, perhaps not.
  if (!loop.getTiedOpOperand(result)->get().getDefiningOp<tensor::EmptyOp>())
    return false;
  auto insert = insertOf(loop, result);
  // Another result of the block is whole only behind it.
  bool readsOther = llvm::any_of(op->getOpOperands(), [&](OpOperand &other) {
    return &other != operand && other.get().getDefiningOp() == loop;
  });
  if (!insert || readsOther || !insert.hasUnitStride() ||
      !canMoveBefore(loop, op))
    return false;
  rewriter.moveOpBefore(loop, op);
  Part part{insert.getMixedOffsets(), insert.getMixedSizes(),
            insert.getDroppedDims()};
  changeTile(rewriter, part, loop.getTerminator(), insert.getSourceMutable(),
             [&](Value tile) {
               return tileOf(rewriter, op, part, tile, operand->get(), tile);
             });
  rewriter.replaceOp(op, operand->get());
  return true;
}

//===-- the pass -----------------------------------------------------------===//

/// An op that changes a tensor as one that reads it and makes another: patterns
/// of reshapes look at inputs only.
static void readInitAsInput(RewriterBase &rewriter, linalg::GenericOp op) {
  OpOperand *init = op.getDpsInitOperand(0);
  rewriter.setInsertionPoint(op);
  SmallVector<Value> inputs(op.getDpsInputs());
  inputs.push_back(init->get());
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  maps.push_back(maps.back());
  auto expand = init->get().getDefiningOp<tensor::ExpandShapeOp>();
  Value out = tensor::EmptyOp::create(rewriter, op.getLoc(),
                                      expand.getMixedOutputShape(),
                                      expand.getType().getElementType());
  auto made = linalg::GenericOp::create(rewriter, op.getLoc(), out.getType(),
                                        inputs, out, maps,
                                        op.getIteratorTypesArray());
  rewriter.inlineRegionBefore(op.getRegion(), made.getRegion(),
                              made.getRegion().begin());
  made.getBody()->addArgument(getElementTypeOrSelf(out), op.getLoc());
  rewriter.replaceOp(op, made);
}

/// The other way round: the op goes to the shape that the block has.
static bool followsExpandedBlock(OpOperand *operand) {
  auto expand = operand->get().getDefiningOp<tensor::ExpandShapeOp>();
  auto consumer = dyn_cast<linalg::GenericOp>(operand->getOwner());
  return expand && consumer && isEntrywise(consumer) && expand->hasOneUse() &&
         expand.getSrc().getDefiningOp<scf::ForallOp>();
}

/// Reshapes at the border of a block go to the other side of the op there.
static bool bordersBlock(OpOperand *operand) {
  Operation *from = operand->get().getDefiningOp();
  if (auto collapse = dyn_cast_or_null<tensor::CollapseShapeOp>(from)) {
    auto consumer = dyn_cast<linalg::GenericOp>(operand->getOwner());
    return consumer && isEntrywise(consumer) && collapse->hasOneUse() &&
           collapse.getSrc().getDefiningOp<scf::ForallOp>();
  }
  auto producer = dyn_cast_or_null<linalg::GenericOp>(from);
  return producer && isEntrywise(producer) && producer->hasOneUse() &&
         llvm::all_of(operand->getOwner()->getUsers(), [](Operation *user) {
           return isa<tensor::ExtractSliceOp>(user) && !isBetweenMixers(user);
         });
}

namespace {

struct FuseIntoBlocks : weft::impl::FuseIntoBlocksBase<FuseIntoBlocks> {
  using Base::Base;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    IRRewriter rewriter(&getContext());
    for (auto op : llvm::make_early_inc_range(
             function.getBody().getOps<linalg::GenericOp>()))
      if (isEntrywise(op) && readsInit(op) &&
          followsExpandedBlock(op.getDpsInitOperand(0)))
        readInitAsInput(rewriter, op);
    // A size that is asked of a tensor would be a user of it.
    RewritePatternSet reshapes(&getContext());
    linalg::populateFoldReshapeOpsByExpansionPatterns(reshapes, bordersBlock);
    linalg::populateFoldReshapeOpsByCollapsingPatterns(reshapes,
                                                       followsExpandedBlock);
    tensor::populateFoldTensorEmptyPatterns(reshapes);
    memref::populateResolveRankedShapedTypeResultDimsPatterns(reshapes);
    scf::ForallOp::getCanonicalizationPatterns(reshapes, &getContext());
    if (failed(applyPatternsGreedily(function, std::move(reshapes))))
      return signalPassFailure();
    for (bool changed = true; changed;) {
      changed = false;
      DominanceInfo dominance(function);
      eliminateCommonSubExpressions(rewriter, dominance, function);
      SmallVector<linalg::GenericOp> ops(
          function.getBody().getOps<linalg::GenericOp>());
      for (linalg::GenericOp op : llvm::reverse(ops))
        changed |= fuseConsumer(rewriter, op) || fuseProducer(rewriter, op);
    }
  }
};

} // namespace
