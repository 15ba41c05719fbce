// How values get into kernels: constants are made there, a buffer comes as the
// address of its first element with the sizes that are not static.
#include "ContiguousView.h"
#include "weft/Convert.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/RegionUtils.h"

namespace weft {
#define GEN_PASS_DEF_PASSPARAMETERS
#include "weft/ConvertPasses.h.inc"
} // namespace weft

using namespace mlir;
using namespace weft;

/// The buffer in the kernel: strides follow from sizes, as buffers that meet
/// kernels are contiguous.
static Value passBuffer(gpu::LaunchOp launch, OpBuilder &entry, Value buffer,
                        MemRefType type) {
  OpBuilder host(launch);
  Location loc = launch.getLoc();
  SmallVector<Value> sizes;
  for (auto [d, size] : llvm::enumerate(type.getShape()))
    if (ShapedType::isDynamic(size))
      sizes.push_back(memref::DimOp::create(host, loc, buffer, d));
  return createContiguousView(entry, loc, type,
                              createFirstElement(host, loc, buffer), sizes);
}

static LogicalResult passParameters(gpu::LaunchOp launch) {
  llvm::SetVector<Value> outside;
  getUsedValuesDefinedAbove(launch.getBody(), outside);
  OpBuilder entry = OpBuilder::atBlockBegin(&launch.getBody().front());
  for (Value value : outside) {
    Value inside;
    auto type = dyn_cast<MemRefType>(value.getType());
    if (matchPattern(value, m_Constant()))
      inside = entry.clone(*value.getDefiningOp())->getResult(0);
    else if (!type)
      continue;
    else if (!type.getLayout().isIdentity())
      return launch.emitError("expects contiguous buffers in a kernel, got ")
             << type;
    else
      inside = passBuffer(launch, entry, value, type);
    replaceAllUsesInRegionWith(value, inside, launch.getBody());
  }
  return success();
}

namespace {
struct PassParametersPass : weft::impl::PassParametersBase<PassParametersPass> {
  using Base::Base;
  void runOnOperation() override {
    auto result = getOperation().walk([](gpu::LaunchOp launch) {
      return failed(passParameters(launch)) ? WalkResult::interrupt()
                                            : WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};
} // namespace
