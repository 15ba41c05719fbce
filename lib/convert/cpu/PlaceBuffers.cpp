// Where buffers live: stack slots of kernels, the runtime's workspace else.
#include "BufferLayout.h"
#include "lib/convert/linalg/SizeBounds.h"
#include "weft/Convert.h"

#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace weft {
#define GEN_PASS_DEF_PLACEBUFFERS
#include "weft/ConvertPasses.h.inc"
} // namespace weft

using namespace mlir;
using namespace weft;

/// Private buffers of a kernel sit on a thread's stack.
static constexpr int64_t maxKernelBytes = 1 << 20;
static constexpr int64_t slotAlignment = 64;

static int64_t getBytes(MemRefType type) {
  unsigned bits =
      type.getElementType().isIndex() ? 64 : type.getElementTypeBitWidth();
  return type.getNumElements() * llvm::divideCeil(bits, 8);
}

/// A stack slot of the largest size, and a view of the size wanted.
static LogicalResult placeInKernel(memref::AllocOp alloc, func::FuncOp kernel) {
  MemRefType type = alloc.getType();
  SmallVector<int64_t> shape(type.getShape());
  SmallVector<OpFoldResult> sizes;
  OpBuilder builder(alloc);
  unsigned dynamic = 0;
  for (int64_t &size : shape) {
    if (!ShapedType::isDynamic(size)) {
      sizes.push_back(builder.getIndexAttr(size));
      continue;
    }
    Value value = alloc.getDynamicSizes()[dynamic++];
    std::optional<int64_t> bound = findUpperBound(value);
    if (!bound || (dynamic && !acceptsAnyLayout(alloc)))
      return alloc.emitError("expects private buffers of bounded size in a "
                             "parallel loop, got ")
             << type;
    size = *bound;
    sizes.push_back(value);
  }
  OpBuilder entry = OpBuilder::atBlockBegin(&kernel.getBody().front());
  Value slot = memref::AllocaOp::create(
      entry, alloc.getLoc(), MemRefType::get(shape, type.getElementType()),
      entry.getI64IntegerAttr(slotAlignment));
  if (dynamic)
    slot = memref::SubViewOp::create(
        builder, alloc.getLoc(), slot,
        SmallVector<OpFoldResult>(shape.size(), builder.getIndexAttr(0)), sizes,
        SmallVector<OpFoldResult>(shape.size(), builder.getIndexAttr(1)));
  replaceBuffer(alloc, slot);
  alloc.erase();
  return success();
}

static LogicalResult placeInKernels(func::FuncOp kernel) {
  SmallVector<memref::AllocOp> allocs;
  kernel.walk([&](memref::AllocOp alloc) { allocs.push_back(alloc); });
  for (memref::AllocOp alloc : allocs)
    if (failed(placeInKernel(alloc, kernel)))
      return failure();
  int64_t bytes = 0;
  kernel.walk(
      [&](memref::AllocaOp slot) { bytes += getBytes(slot.getType()); });
  if (bytes > maxKernelBytes)
    return kernel.emitError("expects at most ")
           << maxKernelBytes << " bytes of private buffers in a parallel loop, "
           << "got " << bytes;
  return success();
}

namespace {
/// Buffers of one function outside of kernels.
struct WorkspacePlacer {
  func::FuncOp func;
  const LLVMTypeConverter &converter;
  llvm::SetVector<Block *> scopes = {};

  void run();
  void place(memref::AllocOp alloc);
  void bracket(Block *scope);
};
} // namespace

/// size0 * size1 * ... and the strides of an identity layout.
static Value computeSizes(OpBuilder &builder, Location loc,
                          memref::AllocOp alloc, SmallVector<Value> &sizes,
                          SmallVector<Value> &strides) {
  MemRefType type = alloc.getType();
  Type i64 = builder.getI64Type();
  unsigned dynamic = 0;
  for (int64_t size : type.getShape())
    sizes.push_back(
        ShapedType::isDynamic(size)
            ? arith::IndexCastOp::create(builder, loc, i64,
                                         alloc.getDynamicSizes()[dynamic++])
                  .getResult()
            : LLVM::ConstantOp::create(builder, loc, i64, size).getResult());
  Value product = LLVM::ConstantOp::create(builder, loc, i64, 1);
  strides.resize(sizes.size());
  for (int64_t d = type.getRank() - 1; d >= 0; --d) {
    strides[d] = product;
    product = builder.createOrFold<LLVM::MulOp>(loc, product, sizes[d]);
  }
  return product;
}

void WorkspacePlacer::place(memref::AllocOp alloc) {
  OpBuilder builder(alloc);
  Location loc = alloc.getLoc();
  MemRefType type = alloc.getType();
  SmallVector<Value> sizes, strides;
  Value count = computeSizes(builder, loc, alloc, sizes, strides);
  int64_t width = getBytes(MemRefType::get({1}, type.getElementType()));
  Value bytes = LLVM::MulOp::create(
      builder, loc, count,
      LLVM::ConstantOp::create(builder, loc, builder.getI64Type(), width));
  Type pointer = func.getArgument(0).getType();
  Value data =
      LLVM::CallOp::create(builder, loc, pointer, "weft_workspace_alloc",
                           ValueRange{func.getArgument(0), bytes})
          .getResult();
  auto descriptor =
      MemRefDescriptor::poison(builder, loc, converter.convertType(type));
  descriptor.setAllocatedPtr(builder, loc, data);
  descriptor.setAlignedPtr(builder, loc, data);
  descriptor.setConstantOffset(builder, loc, 0);
  for (auto [i, size] : llvm::enumerate(sizes)) {
    descriptor.setSize(builder, loc, i, size);
    descriptor.setStride(builder, loc, i, strides[i]);
  }
  Value memref =
      UnrealizedConversionCastOp::create(builder, loc, type, Value(descriptor))
          .getResult(0);
  alloc.replaceAllUsesWith(memref);
  Operation *parent = alloc->getParentOp();
  while (!isa<func::FuncOp, scf::ForOp>(parent))
    parent = parent->getParentOp();
  scopes.insert(&parent->getRegion(0).front());
  alloc.erase();
}

/// What a function or an iteration allocates is released at its end.
void WorkspacePlacer::bracket(Block *scope) {
  OpBuilder builder = OpBuilder::atBlockBegin(scope);
  Location loc = func.getLoc();
  Value context = func.getArgument(0);
  Value mark = LLVM::CallOp::create(builder, loc, builder.getI64Type(),
                                    "weft_workspace_mark", context)
                   .getResult();
  builder.setInsertionPoint(scope->getTerminator());
  LLVM::CallOp::create(builder, loc, TypeRange{}, "weft_workspace_release",
                       ValueRange{context, mark});
}

static void declareWorkspace(ModuleOp module) {
  OpBuilder builder(module.getBodyRegion());
  auto pointer = LLVM::LLVMPointerType::get(builder.getContext());
  auto none = LLVM::LLVMVoidType::get(builder.getContext());
  Type i64 = builder.getI64Type();
  auto declare = [&](StringRef name, Type result, ArrayRef<Type> inputs) {
    if (!module.lookupSymbol(name))
      LLVM::LLVMFuncOp::create(builder, module.getLoc(), name,
                               LLVM::LLVMFunctionType::get(result, inputs));
  };
  declare("weft_workspace_alloc", pointer, {pointer, i64});
  declare("weft_workspace_mark", i64, {pointer});
  declare("weft_workspace_release", none, {pointer, i64});
}

void WorkspacePlacer::run() {
  SmallVector<memref::AllocOp> allocs;
  func.walk([&](memref::AllocOp alloc) { allocs.push_back(alloc); });
  if (allocs.empty())
    return;
  declareWorkspace(func->getParentOfType<ModuleOp>());
  for (memref::AllocOp alloc : allocs)
    place(alloc);
  for (Block *scope : scopes)
    bracket(scope);
}

namespace {
struct PlaceBuffersPass : weft::impl::PlaceBuffersBase<PlaceBuffersPass> {
  using Base::Base;
  void runOnOperation() override {
    LLVMTypeConverter converter(&getContext());
    for (auto func : llvm::to_vector(getOperation().getOps<func::FuncOp>())) {
      if (func.isExternal())
        continue;
      if (!func->hasAttr("weft.kernel"))
        WorkspacePlacer{func, converter}.run();
      else if (failed(placeInKernels(func)))
        return signalPassFailure();
    }
  }
};
} // namespace
