// Where the private buffers of a kernel live: in shared memory as long as there
// is room, else in a piece of a workspace that the host passes.
#include "ContiguousView.h"
#include "lib/convert/linalg/SizeBounds.h"
#include "weft/Convert.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace weft {
#define GEN_PASS_DEF_PLACEKERNELBUFFERS
#include "weft/ConvertPasses.h.inc"
} // namespace weft

using namespace mlir;
using namespace weft;

static constexpr int64_t slotAlignment = 16;

namespace {
/// A buffer of a block, with the most room that it needs.
struct Slot {
  memref::AllocOp alloc;
  MemRefType type;
  int64_t bytes;
};

/// Places the buffers of one kernel.
struct KernelPlacer {
  gpu::LaunchOp launch;
  int64_t sharedBytes;
  SmallVector<Slot> slots = {};

  LogicalResult collect();
  void placeShared(const Slot &slot);
  void placeInWorkspace(ArrayRef<Slot> slots);
  LogicalResult run();
};
} // namespace

static int64_t getBytes(MemRefType type) {
  unsigned bits =
      type.getElementType().isIndex() ? 64 : type.getElementTypeBitWidth();
  return llvm::alignTo(type.getNumElements() * llvm::divideCeil(bits, 8),
                       slotAlignment);
}

LogicalResult KernelPlacer::collect() {
  auto result = launch.walk([&](memref::AllocOp alloc) {
    SmallVector<int64_t> shape(alloc.getType().getShape());
    auto dynamic = alloc.getDynamicSizes().begin();
    for (int64_t &size : shape) {
      if (!ShapedType::isDynamic(size))
        continue;
      std::optional<int64_t> bound = findUpperBound(*dynamic++);
      if (!bound) {
        alloc.emitError("expects private buffers of bounded size in a kernel, "
                        "got ")
            << alloc.getType();
        return WalkResult::interrupt();
      }
      size = *bound;
    }
    auto type = MemRefType::get(shape, alloc.getType().getElementType());
    slots.push_back({alloc, type, getBytes(type)});
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

void KernelPlacer::placeShared(const Slot &slot) {
  memref::AllocOp alloc = slot.alloc;
  Location loc = alloc.getLoc();
  auto space = gpu::AddressSpaceAttr::get(alloc.getContext(),
                                          gpu::AddressSpace::Workgroup);
  Value shared = launch.addWorkgroupAttribution(
      MemRefType::get(slot.type.getShape(), slot.type.getElementType(),
                      AffineMap(), space),
      loc);
  OpBuilder entry = OpBuilder::atBlockBegin(&launch.getBody().front());
  Value buffer =
      memref::MemorySpaceCastOp::create(entry, loc, slot.type, shared);
  OpBuilder builder(alloc);
  if (slot.type != alloc.getType())
    buffer = createContiguousView(builder, loc, alloc.getType(),
                                  createFirstElement(entry, loc, buffer),
                                  alloc.getDynamicSizes());
  alloc.replaceAllUsesWith(buffer);
  alloc.erase();
}

/// Every block has a piece of one workspace.
void KernelPlacer::placeInWorkspace(ArrayRef<Slot> large) {
  int64_t piece = 0;
  for (const Slot &slot : large)
    piece += slot.bytes;
  OpBuilder host(launch);
  Location loc = launch.getLoc();
  Value bytes =
      arith::MulIOp::create(host, loc, launch.getGridSizeOperandValues().x,
                            arith::ConstantIndexOp::create(host, loc, piece));
  auto type = MemRefType::get({ShapedType::kDynamic}, host.getI8Type());
  Value workspace = memref::AllocOp::create(host, loc, type, bytes);
  OpBuilder entry = OpBuilder::atBlockBegin(&launch.getBody().front());
  Value shift =
      arith::MulIOp::create(entry, loc, launch.getBlockIds().x,
                            arith::ConstantIndexOp::create(entry, loc, piece));
  for (Slot slot : large) {
    OpBuilder builder(slot.alloc);
    slot.alloc.replaceAllUsesWith(
        memref::ViewOp::create(builder, slot.alloc.getLoc(),
                               slot.alloc.getType(), workspace, shift,
                               slot.alloc.getDynamicSizes())
            .getResult());
    slot.alloc.erase();
    shift = arith::AddIOp::create(
        entry, loc, shift,
        arith::ConstantIndexOp::create(entry, loc, slot.bytes));
  }
}

LogicalResult KernelPlacer::run() {
  if (failed(collect()))
    return failure();
  // The smallest first: they are the ones that every token touches.
  llvm::stable_sort(
      slots, [](const Slot &a, const Slot &b) { return a.bytes < b.bytes; });
  ArrayRef<Slot> rest = slots;
  for (int64_t used = 0; !rest.empty(); rest = rest.drop_front()) {
    used += rest.front().bytes;
    if (used > sharedBytes)
      break;
    placeShared(rest.front());
  }
  if (!rest.empty())
    placeInWorkspace(rest);
  return success();
}

namespace {
struct PlaceKernelBuffersPass
    : weft::impl::PlaceKernelBuffersBase<PlaceKernelBuffersPass> {
  using Base::Base;
  void runOnOperation() override {
    SmallVector<gpu::LaunchOp> launches;
    getOperation().walk(
        [&](gpu::LaunchOp launch) { launches.push_back(launch); });
    for (gpu::LaunchOp launch : launches)
      if (failed(KernelPlacer{launch, sharedBytes}.run()))
        return signalPassFailure();
  }
};
} // namespace
