// Parallel loops on buffers become kernel launches, one block a task; what
// touches memory between them becomes kernels of one block.
#include "weft/Convert.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"

namespace weft {
#define GEN_PASS_DEF_LAUNCHKERNELS
#include "weft/ConvertPasses.h.inc"
} // namespace weft

using namespace mlir;

static bool containsForall(Operation *op) {
  return op->walk([](scf::ForallOp) { return WalkResult::interrupt(); })
      .wasInterrupted();
}

/// Whether `op` reads or writes the device's memory: allocating is the host's.
static bool touchesMemory(Operation *op) {
  return !isa<memref::AllocOp, func::CallOp, func::ReturnOp>(op) &&
         !op->hasTrait<OpTrait::IsTerminator>() && !isMemoryEffectFree(op);
}

namespace {
/// Ops of one block that run one after the other in a kernel of one block.
struct Run {
  llvm::SetVector<Operation *> ops;

  bool needs(Operation *op) const {
    return touchesMemory(op) || llvm::any_of(op->getOperands(), [&](Value v) {
             return ops.contains(v.getDefiningOp());
           });
  }
  LogicalResult wrap();
};
} // namespace

/// Moves the ops into a parallel loop of one iteration.
LogicalResult Run::wrap() {
  if (ops.empty())
    return success();
  for (Operation *op : ops)
    for (Operation *user : op->getUsers())
      if (llvm::none_of(
              ops, [&](Operation *mine) { return mine->isAncestor(user); }))
        return op->emitError("expects a value of the device to be used in the "
                             "kernel that makes it, got a use in '")
               << user->getName() << "' after it";
  OpBuilder builder(ops.back());
  auto loop =
      scf::ForallOp::create(builder, ops.front()->getLoc(),
                            ArrayRef<OpFoldResult>(builder.getIndexAttr(1)),
                            ValueRange{}, std::nullopt);
  for (Operation *op : ops)
    op->moveBefore(loop.getBody()->getTerminator());
  ops.clear();
  return success();
}

/// Wraps what touches memory outside of parallel loops.
static LogicalResult wrapRuns(Block &block) {
  Run run;
  for (Operation &op : llvm::make_early_inc_range(block)) {
    bool isHost = isa<func::CallOp>(op) || containsForall(&op);
    if (!isHost) {
      if (run.needs(&op) && !op.hasTrait<OpTrait::IsTerminator>())
        run.ops.insert(&op);
      continue;
    }
    if (failed(run.wrap()))
      return failure();
    if (isa<scf::ForallOp>(op))
      continue;
    for (Region &region : op.getRegions())
      for (Block &inner : region)
        if (failed(wrapRuns(inner)))
          return failure();
  }
  return run.wrap();
}

namespace {
/// Makes a launch of one parallel loop.
struct KernelLauncher {
  scf::ForallOp loop;
  int64_t threads;
  OpBuilder b;
  Location loc;
  gpu::LaunchOp launch = nullptr;
  IRMapping inside;

  KernelLauncher(scf::ForallOp loop, int64_t threads)
      : loop(loop), threads(threads), b(loop), loc(loop.getLoc()) {}

  void run(StringRef name);
  Value index(OpFoldResult value);
  SmallVector<Value> tripCounts();
  void mapCounters(ArrayRef<Value> counts);
  void bringIn(Value value);
};
} // namespace

Value KernelLauncher::index(OpFoldResult value) {
  return getValueOrCreateConstantIndexOp(b, loc, value);
}

/// ⌈(upper - lower) / step⌉ of each dimension.
SmallVector<Value> KernelLauncher::tripCounts() {
  SmallVector<Value> counts;
  for (auto [lower, upper, step] :
       llvm::zip(loop.getMixedLowerBound(), loop.getMixedUpperBound(),
                 loop.getMixedStep())) {
    Value distance =
        b.createOrFold<arith::SubIOp>(loc, index(upper), index(lower));
    counts.push_back(
        b.createOrFold<arith::CeilDivSIOp>(loc, distance, index(step)));
  }
  return counts;
}

/// The block's number, the last dimension fastest, as counters of the loop.
void KernelLauncher::mapCounters(ArrayRef<Value> counts) {
  Value rest = launch.getBlockIds().x;
  SmallVector<Value> counters(counts.size());
  for (int64_t d = counts.size() - 1; d >= 0; --d) {
    Value place = rest;
    if (d > 0) {
      place = arith::RemUIOp::create(b, loc, rest, inside.lookup(counts[d]));
      rest = arith::DivUIOp::create(b, loc, rest, inside.lookup(counts[d]));
    }
    Value step = inside.lookupOrDefault(index(loop.getMixedStep()[d]));
    Value lower = inside.lookupOrDefault(index(loop.getMixedLowerBound()[d]));
    counters[d] = b.createOrFold<arith::AddIOp>(
        loc, lower, b.createOrFold<arith::MulIOp>(loc, place, step));
  }
  for (auto [old, counter] : llvm::zip(loop.getInductionVars(), counters))
    inside.map(old, counter);
}

/// Values that the host only computes with are computed again in the kernel;
/// the others are its parameters.
void KernelLauncher::bringIn(Value value) {
  if (inside.contains(value))
    return;
  Operation *op = value.getDefiningOp();
  if (!op || op->getNumRegions() || !isMemoryEffectFree(op)) {
    inside.map(value, value);
    return;
  }
  for (Value operand : op->getOperands())
    bringIn(operand);
  b.clone(*op, inside);
}

void KernelLauncher::run(StringRef name) {
  SmallVector<Value> counts = tripCounts();
  Value blocks = arith::ConstantIndexOp::create(b, loc, 1), one = blocks;
  for (Value count : counts)
    blocks = b.createOrFold<arith::MulIOp>(loc, blocks, count);
  Value width = arith::ConstantIndexOp::create(b, loc, threads);
  auto symbol = [&](StringRef text) {
    return FlatSymbolRefAttr::get(b.getContext(), text);
  };
  launch = gpu::LaunchOp::create(
      b, loc, blocks, one, one, width, one, one, /*dynamicSharedMemorySize=*/{},
      /*asyncTokenType=*/{}, /*asyncDependencies=*/{},
      /*workgroupAttributions=*/{}, /*privateAttributions=*/{},
      /*clusterSizeX=*/{}, /*clusterSizeY=*/{}, /*clusterSizeZ=*/{},
      symbol("kernels"), symbol(name));
  b.setInsertionPointToEnd(&launch.getBody().front());
  llvm::SetVector<Value> outside;
  getUsedValuesDefinedAbove(loop.getRegion(), outside);
  outside.insert_range(counts);
  outside.insert_range(loop.getDynamicLowerBound());
  outside.insert_range(loop.getDynamicStep());
  for (Value value : outside)
    bringIn(value);
  mapCounters(counts);
  for (Operation &op : loop.getBody()->without_terminator())
    b.clone(op, inside);
  gpu::TerminatorOp::create(b, loc);
  loop.erase();
}

namespace {
struct LaunchKernelsPass : weft::impl::LaunchKernelsBase<LaunchKernelsPass> {
  using Base::Base;
  void runOnOperation() override {
    func::FuncOp func = getOperation();
    for (Block &block : func.getBody())
      if (failed(wrapRuns(block)))
        return signalPassFailure();
    SmallVector<scf::ForallOp> loops;
    func.walk<WalkOrder::PreOrder>([&](scf::ForallOp loop) {
      loops.push_back(loop);
      return WalkResult::skip();
    });
    for (auto [i, loop] : llvm::enumerate(loops))
      KernelLauncher(loop, threads)
          .run(func.getName().str() + "_kernel" + std::to_string(i));
  }
};
} // namespace
