// Before bufferization: linalg on tensors in few shapes, with as many results
// as possible in a buffer that exists already.
#include "PrepareBuffers.h"

#include "weft/Convert.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace weft {
#define GEN_PASS_DEF_PREPAREBUFFERS
#include "weft/ConvertPasses.h.inc"
} // namespace weft

using namespace mlir;
using namespace weft;

/// The tensor that a fill with zero writes over, or null.
static Value zeroFillDestination(Value value) {
  auto fill = value.getDefiningOp<linalg::FillOp>();
  if (!fill || !(matchPattern(fill.getInputs()[0], m_AnyZeroFloat()) ||
                 matchPattern(fill.getInputs()[0], m_Zero())))
    return nullptr;
  return fill.getOutputs()[0];
}

/// C = 0 + A B: neither a fill nor a load of C.
static void markZeroInit(linalg::LinalgOp op) {
  Value init = op.getDpsInits()[0];
  auto mark = [&] { op->setAttr(zeroInitAttr, UnitAttr::get(op.getContext())); };
  if (auto slice = init.getDefiningOp<tensor::ExtractSliceOp>()) {
    Value destination = zeroFillDestination(slice.getSource());
    if (!destination || !slice->hasOneUse())
      return;
    slice.getSourceMutable().assign(destination);
    mark();
  } else if (Value destination = zeroFillDestination(init)) {
    op.getDpsInitsMutable()[0].set(destination);
    mark();
  }
}

/// Whether `value` is made from `carry` by writes into it, and nobody reads
/// the carry after the first of them.
static bool isUpdatedInPlace(Value value, BlockArgument carry) {
  Operation *first = nullptr;
  while (value != carry) {
    first = value.getDefiningOp();
    if (!first)
      return false;
    unsigned number = cast<OpResult>(value).getResultNumber();
    if (auto dps = dyn_cast<DestinationStyleOpInterface>(first))
      value = dps.getDpsInits()[number];
    else if (auto loop = dyn_cast<scf::ForOp>(first))
      value = loop.getInitArgs()[number];
    else if (auto forall = dyn_cast<scf::ForallOp>(first))
      value = forall.getOutputs()[number];
    else
      return false;
  }
  return !first || llvm::all_of(carry.getUsers(), [&](Operation *user) {
    Operation *ancestor = carry.getOwner()->findAncestorOpInBlock(*user);
    return ancestor && (ancestor == first || ancestor->isBeforeInBlock(first));
  });
}

/// One-shot bufferization wants every carry back in its own buffer. Say so for
/// those that need a copy, and only for them: a copy onto itself vanishes, but
/// wrapping all of them is a conflict.
static void writeCarriesBack(scf::ForOp loop) {
  auto yield = cast<scf::YieldOp>(loop.getBody()->getTerminator());
  OpBuilder builder(yield);
  for (auto [i, carry] : llvm::enumerate(loop.getRegionIterArgs())) {
    Value yielded = yield.getOperand(i);
    if (!isa<RankedTensorType>(carry.getType()) ||
        isUpdatedInPlace(yielded, carry))
      continue;
    auto copy = bufferization::MaterializeInDestinationOp::create(
        builder, loop.getLoc(), yielded, carry);
    yield->setOperand(i, copy->getResult(0));
  }
}

static void generalizeNamedOps(func::FuncOp func) {
  SmallVector<linalg::LinalgOp> named;
  func.walk([&](linalg::LinalgOp op) {
    if (!isSumOfProducts(op) && !isa<linalg::GenericOp>(op))
      named.push_back(op);
  });
  IRRewriter rewriter(func.getContext());
  for (linalg::LinalgOp op : named) {
    rewriter.setInsertionPoint(op);
    (void)linalg::generalizeNamedOp(rewriter, op);
  }
}

/// A tensor that costs nothing to make again: empty, or filled from scalars.
static bool isFresh(Operation *op) {
  if (isa<tensor::EmptyOp, linalg::FillOp>(op))
    return true;
  auto generic = dyn_cast<linalg::GenericOp>(op);
  return generic && generic.getNumDpsInits() == 1 &&
         llvm::none_of(generic.getDpsInputs(),
                       [](Value v) { return isa<ShapedType>(v.getType()); }) &&
         generic.getDpsInits()[0].getDefiningOp<tensor::EmptyOp>();
}

/// Undoes CSE of fresh tensors, which would become copies of whole tiles, or
/// two tiles of different lanes in one buffer.
static void unshareFreshTensors(func::FuncOp func) {
  SmallVector<Operation *> shared;
  func.walk([&](Operation *op) {
    if (isFresh(op))
      shared.push_back(op);
  });
  for (Operation *op : llvm::reverse(shared))
    for (OpOperand &use : llvm::make_early_inc_range(op->getUses()))
      if (!op->hasOneUse()) {
        OpBuilder builder(op);
        use.set(builder.clone(*op)->getResult(0));
      }
}

/// Whether `value` lives in a tensor made here, not in an argument or a carry.
static bool isPrivate(Value value) {
  auto result = dyn_cast<OpResult>(value);
  if (!result)
    return false;
  Operation *op = result.getOwner();
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return isPrivate(branch.thenYield().getOperand(result.getResultNumber())) &&
           isPrivate(branch.elseYield().getOperand(result.getResultNumber()));
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
    return isPrivate(slice.getSource());
  if (auto dps = dyn_cast<DestinationStyleOpInterface>(op))
    return isPrivate(dps.getDpsInits()[result.getResultNumber()]);
  return isa<tensor::EmptyOp, bufferization::AllocTensorOp>(op);
}

/// Whether `generic` may write over `input`: made here, last read here.
static bool diesIn(OpOperand *input, linalg::GenericOp generic) {
  Value value = input->get();
  if (value.getDefiningOp<tensor::EmptyOp>() || !isPrivate(value) ||
      value.getParentBlock() != generic->getBlock() ||
      llvm::is_contained(generic.getDpsInits(), value))
    return false;
  return llvm::all_of(value.getUsers(), [&](Operation *user) {
    Operation *ancestor = generic->getBlock()->findAncestorOpInBlock(*user);
    return ancestor &&
           (ancestor == generic || ancestor->isBeforeInBlock(generic));
  });
}

/// Whether the result goes to a place in a larger tensor, where it is made.
static bool hasHome(OpResult result) {
  if (!result.hasOneUse())
    return false;
  OpOperand &use = *result.use_begin();
  return isa<tensor::InsertSliceOp, tensor::ParallelInsertSliceOp>(
             use.getOwner()) &&
         use.getOperandNumber() == 0;
}

/// Lets an output that is a new tensor take over an input that dies here. The
/// body reads it through the output's block argument: with the same tensor as
/// input and output, one-shot sees a conflict once there is a reduction.
static void reuseDyingInputs(linalg::GenericOp generic) {
  for (OpOperand &init : generic.getDpsInitsMutable()) {
    if (!init.get().getDefiningOp<tensor::EmptyOp>() ||
        hasHome(generic.getTiedOpResult(&init)))
      continue;
    for (OpOperand *input : generic.getDpsInputOperands()) {
      if (input->get().getType() != init.get().getType() ||
          generic.getMatchingIndexingMap(input) !=
              generic.getMatchingIndexingMap(&init) ||
          !diesIn(input, generic))
        continue;
      generic.getMatchingBlockArgument(input).replaceAllUsesWith(
          generic.getMatchingBlockArgument(&init));
      init.set(input->get());
      break;
    }
  }
}

/// The op that writes over an empty tensor first of those that make `value`, and
/// nothing else.
static OpOperand *emptyStartOf(Value value) {
  while (auto result = dyn_cast<OpResult>(value)) {
    auto dps = dyn_cast<DestinationStyleOpInterface>(result.getOwner());
    if (!dps || !value.hasOneUse())
      return nullptr;
    OpOperand *init = dps.getDpsInitOperand(result.getResultNumber());
    if (init->get().getDefiningOp<tensor::EmptyOp>())
      return init;
    value = init->get();
  }
  return nullptr;
}

/// Lets both branches that give a tile of a parallel loop's result write to
/// their place in it. Upstream's elimination of empty tensors does not look
/// into branches.
static void startBranchesInPlace(tensor::ParallelInsertSliceOp insert) {
  auto branch = insert.getSource().getDefiningOp<scf::IfOp>();
  if (!branch || !insert.getSource().hasOneUse())
    return;
  DominanceInfo dominance(branch->getParentOfType<func::FuncOp>());
  if (!llvm::all_of(insert->getOperands().drop_front(), [&](Value operand) {
        return dominance.properlyDominates(operand, branch);
      }))
    return;
  unsigned number =
      cast<OpResult>(insert.getSource()).getResultNumber();
  OpBuilder builder(branch);
  Value place;
  for (scf::YieldOp yield : {branch.thenYield(), branch.elseYield()}) {
    OpOperand *start = emptyStartOf(yield.getOperand(number));
    if (!start || start->get().getType() != insert.getSourceType())
      continue;
    if (!place)
      place = tensor::ExtractSliceOp::create(
          builder, insert.getLoc(), insert.getSourceType(), insert.getDest(),
          insert.getMixedOffsets(), insert.getMixedSizes(),
          insert.getMixedStrides());
    start->set(place);
  }
}

static void eraseUnusedOperands(func::FuncOp func, bool fold) {
  RewritePatternSet patterns(func.getContext());
  linalg::populateEraseUnusedOperandsAndResultsPatterns(patterns);
  GreedyRewriteConfig config;
  if (!fold)
    config.enableConstantCSE(false).enableFolding(false);
  (void)applyPatternsGreedily(func, std::move(patterns), config);
}

namespace {
struct PrepareBuffersPass
    : weft::impl::PrepareBuffersBase<PrepareBuffersPass> {
  using Base::Base;
  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (func.isExternal())
      return;
    func.walk([](linalg::LinalgOp op) {
      if (isSumOfProducts(op))
        markZeroInit(op);
    });
    func.walk([](scf::ForOp loop) { writeCarriesBack(loop); });
    generalizeNamedOps(func);
    fuseWithoutRecomputing(func);
    eraseUnusedOperands(func, /*fold=*/true);
    keepInvariantTiles(func);
    unshareFreshTensors(func);
    func.walk([](tensor::ParallelInsertSliceOp op) { startBranchesInPlace(op); });
    func.walk([](linalg::GenericOp op) { reuseDyingInputs(op); });
    eraseUnusedOperands(func, /*fold=*/false);
  }
};
} // namespace
