// Elementwise chains between mixers become one op. Upstream's pattern does the
// rewriting; which pairs it may touch is decided here, because left alone it
// computes a producer of several users once for each of them.
#include "lib/convert/linalg/LinalgGroups.h"
#include "weft/Convert.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace weft {
#define GEN_PASS_DEF_FUSEELEMENTWISE
#include "weft/ConvertPasses.h.inc"
} // namespace weft

using namespace mlir;
using namespace weft;

namespace {

/// The consumer reads each entry of the producer once, and nobody else does.
bool computesNothingTwice(OpOperand *use) {
  auto consumer = dyn_cast<linalg::GenericOp>(use->getOwner());
  auto producer = use->get().getDefiningOp<linalg::GenericOp>();
  return consumer && producer && isBetweenMixers(consumer) &&
         producer->getNumResults() == 1 && producer->hasOneUse() &&
         !linalg::isaContractionOpInterface(consumer) &&
         consumer.getMatchingIndexingMap(use).isPermutation();
}

/// Ops with names say nothing to later passes that their body does not say.
void generalizeNamedOps(func::FuncOp function) {
  SmallVector<linalg::LinalgOp> named;
  function.walk([&](linalg::LinalgOp op) {
    if (isBetweenMixers(op) && op.hasPureTensorSemantics() &&
        !isa<linalg::GenericOp, linalg::FillOp>(op))
      named.push_back(op);
  });
  IRRewriter rewriter(function.getContext());
  for (linalg::LinalgOp op : named) {
    rewriter.setInsertionPoint(op);
    (void)linalg::generalizeNamedOp(rewriter, op);
  }
}

/// Softmax over features is a reduction, an elementwise op, a reduction and a
/// division.
LogicalResult decomposeAggregates(func::FuncOp function) {
  SmallVector<linalg::AggregatedOpInterface> aggregates;
  function.walk([&](linalg::AggregatedOpInterface op) {
    if (isBetweenMixers(op))
      aggregates.push_back(op);
  });
  IRRewriter rewriter(function.getContext());
  for (linalg::AggregatedOpInterface op : aggregates) {
    rewriter.setInsertionPoint(op);
    FailureOr<SmallVector<Value>> parts = op.decomposeOperation(rewriter);
    if (failed(parts))
      return op.emitError("expects an op that decomposes, got ")
             << op->getName();
    rewriter.replaceOp(op, *parts);
  }
  return success();
}

struct FuseElementwise : weft::impl::FuseElementwiseBase<FuseElementwise> {
  using Base::Base;

  void runOnOperation() override {
    RewritePatternSet toLinalg(&getContext());
    linalg::populateElementwiseToLinalgConversionPatterns(toLinalg);
    if (failed(decomposeAggregates(getOperation())) ||
        failed(applyPatternsGreedily(getOperation(), std::move(toLinalg))))
      return signalPassFailure();
    generalizeNamedOps(getOperation());

    RewritePatternSet fuse(&getContext());
    linalg::populateElementwiseOpsFusionPatterns(fuse, computesNothingTwice);
    linalg::populateInlineConstantOperandsPatterns(fuse);
    if (failed(applyPatternsGreedily(getOperation(), std::move(fuse))))
      return signalPassFailure();
  }
};

} // namespace
