// Elementwise fusion that never computes anything twice: the producer's result
// is kept as a second result of the fused op, and all its users take that.
#include "PrepareBuffers.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"

using namespace mlir;

bool weft::isSumOfProducts(Operation *op) {
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  return linalgOp && linalg::isaContractionOpInterface(linalgOp);
}

static bool hasTensorInput(linalg::GenericOp op) {
  return llvm::any_of(op.getDpsInputs(),
                      [](Value v) { return isa<ShapedType>(v.getType()); });
}

/// All users of `producer` are in or behind `consumer`, so that they can take
/// the value from the fused op instead.
static bool usersCome(linalg::GenericOp producer, linalg::GenericOp consumer) {
  Block *block = consumer->getBlock();
  return llvm::all_of(producer->getUsers(), [&](Operation *user) {
    Operation *ancestor = block->findAncestorOpInBlock(*user);
    return ancestor == consumer ||
           (ancestor && consumer->isBeforeInBlock(ancestor));
  });
}

static bool isFusable(OpOperand *use, linalg::GenericOp consumer) {
  auto producer = use->get().getDefiningOp<linalg::GenericOp>();
  if (!producer || producer->getBlock() != consumer->getBlock())
    return false;
  return producer.getNumLoops() == consumer.getNumLoops() &&
         producer.getNumParallelLoops() == producer.getNumLoops() &&
         producer.getNumDpsInits() == 1 && hasTensorInput(producer) &&
         consumer.getMatchingIndexingMap(use) ==
             producer.getIndexingMapsArray().back() &&
         usersCome(producer, consumer);
}

/// Fuses one producer into `consumer`; the fused op, or null if none fits.
static linalg::GenericOp fuseOne(IRRewriter &rewriter,
                                 linalg::GenericOp consumer) {
  for (OpOperand *use : consumer.getDpsInputOperands()) {
    if (!isFusable(use, consumer))
      continue;
    Operation *producer = use->get().getDefiningOp();
    rewriter.setInsertionPoint(consumer);
    FailureOr<linalg::ElementwiseOpFusionResult> fused =
        linalg::fuseElementwiseOps(rewriter, use);
    if (failed(fused))
      continue;
    for (auto [from, to] : fused->replacements)
      rewriter.replaceAllUsesWith(from, to);
    rewriter.eraseOp(consumer);
    if (producer->use_empty())
      rewriter.eraseOp(producer);
    return cast<linalg::GenericOp>(fused->fusedOp);
  }
  return nullptr;
}

void weft::fuseWithoutRecomputing(func::FuncOp func) {
  // A consumer is fused with everything before it, so a producer that the list
  // still holds is erased only by a consumer that comes later in the list.
  SmallVector<linalg::GenericOp> consumers;
  func.walk([&](linalg::GenericOp op) {
    if (!isSumOfProducts(op))
      consumers.push_back(op);
  });
  IRRewriter rewriter(func.getContext());
  for (linalg::GenericOp op : consumers)
    while (op)
      op = fuseOne(rewriter, op);
}
