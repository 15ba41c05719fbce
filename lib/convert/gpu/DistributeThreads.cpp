// The work of a block, shared by its threads: every thread runs the whole
// block, the iterations of parallel loops and single stores excepted.
#include "lib/convert/cpu/PrepareBuffers.h"
#include "weft/Convert.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/Transforms.h"

namespace weft {
#define GEN_PASS_DEF_DISTRIBUTETHREADS
#include "weft/ConvertPasses.h.inc"
} // namespace weft

using namespace mlir;
using namespace weft;

/// C = A B that starts from zero, as C = 0, C += A B.
static void fillWithZero(IRRewriter &rewriter, linalg::LinalgOp op) {
  if (!op->hasAttr(zeroInitAttr))
    return;
  Value output = op.getDpsInits()[0];
  rewriter.setInsertionPoint(op);
  Value zero = arith::ConstantOp::create(
      rewriter, op.getLoc(),
      rewriter.getZeroAttr(getElementTypeOrSelf(output.getType())));
  linalg::FillOp::create(rewriter, op.getLoc(), zero, output);
  op->removeAttr(zeroInitAttr);
}

static FailureOr<linalg::GenericOp> putParallelFirst(IRRewriter &rewriter,
                                                     linalg::GenericOp op) {
  SmallVector<unsigned> order, reductions;
  op.getParallelDims(order);
  op.getReductionDims(reductions);
  order.append(reductions);
  if (llvm::is_sorted(order))
    return op;
  rewriter.setInsertionPoint(op);
  return linalg::interchangeGenericOp(rewriter, op, order);
}

/// One parallel loop over all parallel dimensions, sums inside.
static LogicalResult emitParallelLoop(IRRewriter &rewriter,
                                      linalg::LinalgOp op) {
  rewriter.setInsertionPoint(op);
  auto generic = dyn_cast<linalg::GenericOp>(op.getOperation());
  if (!generic) {
    FailureOr<linalg::GenericOp> named =
        linalg::generalizeNamedOp(rewriter, op);
    if (failed(named))
      return failure();
    generic = *named;
  }
  FailureOr<linalg::GenericOp> ordered = putParallelFirst(rewriter, generic);
  if (failed(ordered))
    return failure();
  rewriter.setInsertionPoint(*ordered);
  if (failed(linalg::linalgOpToParallelLoops(
          rewriter, cast<linalg::LinalgOp>(ordered->getOperation()))))
    return failure();
  rewriter.eraseOp(*ordered);
  return success();
}

/// Waits for all threads, unless they have just waited.
static void createBarrier(OpBuilder &builder, Location loc) {
  Block::iterator place = builder.getInsertionPoint();
  Block *block = builder.getInsertionBlock();
  while (place != block->begin()) {
    Operation &before = *--place;
    if (isa<gpu::BarrierOp>(before))
      return;
    if (!isMemoryEffectFree(&before))
      break;
  }
  gpu::BarrierOp::create(builder, loc);
}

namespace {
/// Shares the work of one kernel.
struct ThreadDistributor {
  gpu::LaunchOp launch;
  IRRewriter rewriter;
  explicit ThreadDistributor(gpu::LaunchOp launch)
      : launch(launch), rewriter(launch.getContext()) {}

  LogicalResult emitLoops();
  void distribute(scf::ParallelOp loop);
  void guard(memref::StoreOp store);
  LogicalResult run();
};
} // namespace

LogicalResult ThreadDistributor::emitLoops() {
  SmallVector<scf::ForallOp> loops;
  launch.walk([&](scf::ForallOp loop) { loops.push_back(loop); });
  for (scf::ForallOp loop : loops) {
    rewriter.setInsertionPoint(loop);
    if (failed(scf::forallToForLoop(rewriter, loop)))
      return failure();
  }
  SmallVector<memref::CopyOp> copies;
  launch.walk([&](memref::CopyOp copy) { copies.push_back(copy); });
  for (memref::CopyOp copy : copies) {
    rewriter.setInsertionPoint(copy);
    rewriter.replaceOpWithNewOp<linalg::CopyOp>(copy, copy.getSource(),
                                                copy.getTarget());
  }
  SmallVector<linalg::LinalgOp> ops;
  launch.walk([&](linalg::LinalgOp op) { fillWithZero(rewriter, op); });
  launch.walk([&](linalg::LinalgOp op) { ops.push_back(op); });
  for (linalg::LinalgOp op : ops)
    if (failed(emitParallelLoop(rewriter, op)))
      return op.emitError("expects loops of every op in a kernel, got none");
  return success();
}

/// for (p = thread; p < n1 n2 ...; p += threads), p's digits as counters.
void ThreadDistributor::distribute(scf::ParallelOp loop) {
  OpBuilder b(loop);
  Location loc = loop.getLoc();
  createBarrier(b, loc);
  SmallVector<Value> counts;
  Value total = arith::ConstantIndexOp::create(b, loc, 1);
  for (auto [lower, upper, step] :
       llvm::zip(loop.getLowerBound(), loop.getUpperBound(), loop.getStep())) {
    Value distance = b.createOrFold<arith::SubIOp>(loc, upper, lower);
    counts.push_back(b.createOrFold<arith::CeilDivSIOp>(loc, distance, step));
    total = b.createOrFold<arith::MulIOp>(loc, total, counts.back());
  }
  auto mine = scf::ForOp::create(b, loc, launch.getThreadIds().x, total,
                                 launch.getBlockSize().x);
  b.setInsertionPointToStart(mine.getBody());
  Value rest = mine.getInductionVar();
  for (int64_t d = counts.size() - 1; d >= 0; --d) {
    Value place = rest;
    if (d > 0) {
      place = arith::RemUIOp::create(b, loc, rest, counts[d]);
      rest = arith::DivUIOp::create(b, loc, rest, counts[d]);
    }
    Value counter = arith::AddIOp::create(
        b, loc, loop.getLowerBound()[d],
        arith::MulIOp::create(b, loc, place, loop.getStep()[d]));
    loop.getInductionVars()[d].replaceAllUsesWith(counter);
  }
  loop.getBody()->getTerminator()->erase();
  mine.getBody()->getOperations().splice(
      mine.getBody()->getTerminator()->getIterator(),
      loop.getBody()->getOperations());
  loop.erase();
  b.setInsertionPointAfter(mine);
  gpu::BarrierOp::create(b, loc);
}

/// Of what all threads would store, one thread stores it.
void ThreadDistributor::guard(memref::StoreOp store) {
  OpBuilder b(store);
  Location loc = store.getLoc();
  createBarrier(b, loc);
  Value isFirst = arith::CmpIOp::create(
      b, loc, arith::CmpIPredicate::eq, launch.getThreadIds().x,
      arith::ConstantIndexOp::create(b, loc, 0));
  auto branch = scf::IfOp::create(b, loc, isFirst, /*withElseRegion=*/false);
  b.setInsertionPointAfter(branch);
  gpu::BarrierOp::create(b, loc);
  store->moveBefore(branch.thenBlock()->getTerminator());
}

LogicalResult ThreadDistributor::run() {
  if (failed(emitLoops()))
    return failure();
  SmallVector<memref::StoreOp> single;
  launch.walk([&](memref::StoreOp store) {
    if (!store->getParentOfType<scf::ParallelOp>())
      single.push_back(store);
  });
  SmallVector<scf::ParallelOp> loops;
  launch.walk([&](scf::ParallelOp loop) { loops.push_back(loop); });
  for (memref::StoreOp store : single)
    guard(store);
  for (scf::ParallelOp loop : loops)
    distribute(loop);
  return success();
}

namespace {
struct DistributeThreadsPass
    : weft::impl::DistributeThreadsBase<DistributeThreadsPass> {
  using Base::Base;
  void runOnOperation() override {
    SmallVector<gpu::LaunchOp> launches;
    getOperation().walk(
        [&](gpu::LaunchOp launch) { launches.push_back(launch); });
    for (gpu::LaunchOp launch : launches)
      if (failed(ThreadDistributor(launch).run()))
        return signalPassFailure();
  }
};
} // namespace
