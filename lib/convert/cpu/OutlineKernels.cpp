// scf.forall on buffers becomes a function over a range of iterations, called
// through the runtime's thread pool.
#include "weft/Convert.h"

#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/Transforms.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/RegionUtils.h"

namespace weft {
#define GEN_PASS_DEF_OUTLINEKERNELS
#include "weft/ConvertPasses.h.inc"
} // namespace weft

using namespace mlir;

/// One-shot bufferization gives results of scf.if dynamic layouts; addresses
/// are cheap only where the strides are known.
static void joinLayouts(scf::IfOp branch, OpResult result) {
  auto type = dyn_cast<MemRefType>(result.getType());
  if (!type)
    return;
  SmallVector<int64_t> strides;
  int64_t offset = 0;
  SmallVector<Value> yielded;
  for (scf::YieldOp yield : {branch.thenYield(), branch.elseYield()}) {
    Value value = yield.getOperand(result.getResultNumber());
    if (auto cast = value.getDefiningOp<memref::CastOp>())
      value = cast.getSource();
    SmallVector<int64_t> own;
    int64_t ownOffset;
    auto ownType = dyn_cast<MemRefType>(value.getType());
    if (!ownType || failed(ownType.getStridesAndOffset(own, ownOffset)))
      return;
    if (yielded.empty())
      strides = own, offset = ownOffset;
    for (auto [joined, stride] : llvm::zip(strides, own))
      if (joined != stride)
        joined = ShapedType::kDynamic;
    if (offset != ownOffset)
      offset = ShapedType::kDynamic;
    yielded.push_back(value);
  }
  auto joined = MemRefType::get(
      type.getShape(), type.getElementType(),
      StridedLayoutAttr::get(type.getContext(), offset, strides));
  if (joined == type)
    return;
  scf::YieldOp yields[] = {branch.thenYield(), branch.elseYield()};
  for (auto [yield, value] : llvm::zip(yields, yielded)) {
    OpBuilder builder(yield);
    if (value.getType() != joined)
      value = memref::CastOp::create(builder, branch.getLoc(), joined, value);
    yield->setOperand(result.getResultNumber(), value);
  }
  result.setType(joined);
}

/// A copy is an elementwise op like any other.
static void generalizeCopy(memref::CopyOp copy) {
  OpBuilder builder(copy);
  int64_t rank = cast<MemRefType>(copy.getTarget().getType()).getRank();
  AffineMap identity = builder.getMultiDimIdentityMap(rank);
  linalg::GenericOp::create(
      builder, copy.getLoc(), copy.getSource(), copy.getTarget(),
      ArrayRef<AffineMap>{identity, identity},
      SmallVector<utils::IteratorType>(rank, utils::IteratorType::parallel),
      [](OpBuilder &b, Location loc, ValueRange values) {
        linalg::YieldOp::create(b, loc, values[0]);
      });
  copy.erase();
}

namespace {
/// Outlines one parallel loop.
struct KernelOutliner {
  scf::ForallOp loop;
  func::FuncOp parent;
  const LLVMTypeConverter &converter;
  SmallVector<Value> captured = {}, constants = {};
  LLVM::LLVMStructType arguments = {};

  void outline(StringRef name);
  void capture(OpBuilder &builder, ArrayRef<Value> bounds);
  func::FuncOp createKernel(StringRef name, ArrayRef<Value> extents);
  void unpack(OpBuilder &builder, Value pointer, IRMapping &mapping);
  Value pack(OpBuilder &builder);
};
} // namespace

static Value toLLVM(OpBuilder &builder, Value value, Type type) {
  if (value.getType() == type)
    return value;
  return UnrealizedConversionCastOp::create(builder, value.getLoc(), type, value)
      .getResult(0);
}

/// Number of iterations along each dimension of the loop.
static SmallVector<Value> createExtents(OpBuilder &builder, scf::ForallOp loop) {
  Location loc = loop.getLoc();
  SmallVector<Value> extents;
  for (auto [lower, upper, step] :
       llvm::zip(loop.getLowerBound(builder), loop.getUpperBound(builder),
                 loop.getStep(builder))) {
    Value length = builder.createOrFold<arith::SubIOp>(loc, upper, lower);
    extents.push_back(
        isConstantIntValue(step, 1)
            ? length
            : builder.createOrFold<arith::CeilDivSIOp>(loc, length, step));
  }
  return extents;
}

void KernelOutliner::capture(OpBuilder &builder, ArrayRef<Value> bounds) {
  llvm::SetVector<Value> used;
  getUsedValuesDefinedAbove(loop.getRegion(), used);
  used.insert_range(bounds);
  SmallVector<Type> types;
  for (Value value : used) {
    if (value == parent.getArgument(0))
      continue;
    Operation *def = value.getDefiningOp();
    if (def && def->hasTrait<OpTrait::ConstantLike>()) {
      constants.push_back(value);
      continue;
    }
    captured.push_back(value);
    types.push_back(converter.convertType(value.getType()));
  }
  arguments = LLVM::LLVMStructType::getLiteral(builder.getContext(), types);
}

Value KernelOutliner::pack(OpBuilder &builder) {
  Location loc = loop.getLoc();
  auto pointer = LLVM::LLVMPointerType::get(builder.getContext());
  OpBuilder entry = OpBuilder::atBlockBegin(&parent.getBody().front());
  Value one = LLVM::ConstantOp::create(entry, loc, entry.getI64Type(), 1);
  Value slot = LLVM::AllocaOp::create(entry, loc, pointer, arguments, one);
  for (auto [i, value] : llvm::enumerate(captured)) {
    Value address = LLVM::GEPOp::create(builder, loc, pointer, arguments, slot,
                                        ArrayRef<LLVM::GEPArg>{0, int32_t(i)});
    LLVM::StoreOp::create(
        builder, loc, toLLVM(builder, value, arguments.getBody()[i]), address);
  }
  return slot;
}

void KernelOutliner::unpack(OpBuilder &builder, Value pointer,
                            IRMapping &mapping) {
  Location loc = loop.getLoc();
  for (auto [i, value] : llvm::enumerate(captured)) {
    Value address =
        LLVM::GEPOp::create(builder, loc, pointer.getType(), arguments, pointer,
                            ArrayRef<LLVM::GEPArg>{0, int32_t(i)});
    Value loaded = LLVM::LoadOp::create(builder, loc, arguments.getBody()[i],
                                        address);
    mapping.map(value, toLLVM(builder, loaded, value.getType()));
  }
  for (Value value : constants)
    mapping.map(value,
                builder.clone(*value.getDefiningOp())->getResult(0));
}

/// void name(context, arguments, begin, end): iterations [begin, end) of the
/// linearized loop, last dimension fastest.
func::FuncOp KernelOutliner::createKernel(StringRef name,
                                          ArrayRef<Value> extents) {
  Location loc = loop.getLoc();
  OpBuilder builder(parent);
  Type pointer = parent.getArgument(0).getType(), i64 = builder.getI64Type();
  auto kernel = func::FuncOp::create(
      builder, loc, name,
      builder.getFunctionType({pointer, pointer, i64, i64}, {}));
  kernel.setPrivate();
  kernel->setAttr("weft.kernel", builder.getUnitAttr());
  builder.setInsertionPointToStart(kernel.addEntryBlock());
  IRMapping mapping;
  mapping.map(parent.getArgument(0), kernel.getArgument(0));
  unpack(builder, kernel.getArgument(1), mapping);

  Type index = builder.getIndexType();
  auto range = scf::ForOp::create(
      builder, loc,
      arith::IndexCastOp::create(builder, loc, index, kernel.getArgument(2)),
      arith::IndexCastOp::create(builder, loc, index, kernel.getArgument(3)),
      arith::ConstantIndexOp::create(builder, loc, 1));
  func::ReturnOp::create(builder, loc);
  builder.setInsertionPoint(range.getBody()->getTerminator());
  Value rest = range.getInductionVar();
  SmallVector<Value> lower = loop.getLowerBound(builder);
  SmallVector<Value> steps = loop.getStep(builder);
  for (int64_t d = loop.getRank() - 1; d >= 0; --d) {
    Value extent = mapping.lookup(extents[d]), step = rest;
    if (d > 0) {
      step = arith::RemUIOp::create(builder, loc, rest, extent);
      rest = arith::DivUIOp::create(builder, loc, rest, extent);
    }
    step = builder.createOrFold<arith::MulIOp>(
        loc, step, mapping.lookupOrDefault(steps[d]));
    mapping.map(loop.getInductionVar(d),
                builder.createOrFold<arith::AddIOp>(
                    loc, step, mapping.lookupOrDefault(lower[d])));
  }
  for (Operation &op : loop.getBody()->without_terminator())
    builder.clone(op, mapping);
  return kernel;
}

void KernelOutliner::outline(StringRef name) {
  Location loc = loop.getLoc();
  OpBuilder builder(loop);
  SmallVector<Value> extents = createExtents(builder, loop);
  SmallVector<Value> bounds = extents;
  for (OpFoldResult value : llvm::concat<OpFoldResult>(
           loop.getMixedLowerBound(), loop.getMixedStep()))
    if (auto dynamic = dyn_cast<Value>(value))
      bounds.push_back(dynamic);
  capture(builder, bounds);
  func::FuncOp kernel = createKernel(name, extents);

  Value count = extents[0];
  for (Value extent : ArrayRef(extents).drop_front())
    count = builder.createOrFold<arith::MulIOp>(loc, count, extent);
  count = arith::IndexCastOp::create(builder, loc, builder.getI64Type(), count);
  Value arguments = pack(builder);
  Value body = func::ConstantOp::create(builder, loc, kernel.getFunctionType(),
                                        kernel.getName());
  Type pointer = parent.getArgument(0).getType();
  LLVM::CallOp::create(builder, loc, TypeRange{}, "weft_parallel_for",
                       ValueRange{parent.getArgument(0),
                                  toLLVM(builder, body, pointer), arguments,
                                  count});
  loop.erase();
}

static void declareParallelFor(ModuleOp module) {
  OpBuilder builder(module.getBodyRegion());
  auto pointer = LLVM::LLVMPointerType::get(builder.getContext());
  auto type = LLVM::LLVMFunctionType::get(
      LLVM::LLVMVoidType::get(builder.getContext()),
      {pointer, pointer, pointer, builder.getI64Type()});
  if (!module.lookupSymbol("weft_parallel_for"))
    LLVM::LLVMFuncOp::create(builder, module.getLoc(), "weft_parallel_for",
                             type);
}

namespace {
struct OutlineKernelsPass
    : weft::impl::OutlineKernelsBase<OutlineKernelsPass> {
  using Base::Base;

  /// Only the outermost parallel loop of a nest is shared among threads.
  void serializeNestedLoops(func::FuncOp func) {
    SmallVector<scf::ForallOp> nested;
    func.walk([&](scf::ForallOp loop) {
      if (loop->getParentOfType<scf::ForallOp>())
        nested.push_back(loop);
    });
    IRRewriter rewriter(&getContext());
    for (scf::ForallOp loop : nested) {
      rewriter.setInsertionPoint(loop);
      (void)scf::forallToForLoop(rewriter, loop);
    }
  }

  void runOnOperation() override {
    ModuleOp module = getOperation();
    LLVMTypeConverter converter(&getContext());
    module.walk([](scf::IfOp branch) {
      for (OpResult result : branch.getResults())
        joinLayouts(branch, result);
    });
    SmallVector<memref::CopyOp> copies;
    module.walk([&](memref::CopyOp copy) { copies.push_back(copy); });
    for (memref::CopyOp copy : copies)
      generalizeCopy(copy);
    for (auto func : llvm::to_vector(module.getOps<func::FuncOp>())) {
      serializeNestedLoops(func);
      SmallVector<scf::ForallOp> loops;
      func.walk([&](scf::ForallOp loop) { loops.push_back(loop); });
      for (auto [i, loop] : llvm::enumerate(loops)) {
        declareParallelFor(module);
        std::string name = (func.getName() + "_body" + Twine(i)).str();
        KernelOutliner{loop, func, converter}.outline(name);
      }
    }
  }
};
} // namespace
