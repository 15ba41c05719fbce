// Public functions in the calling convention of the runtime.
#include "weft/Convert.h"

#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace weft {
#define GEN_PASS_DEF_WRAPENTRIES
#include "weft/ConvertPasses.h.inc"
} // namespace weft

using namespace mlir;

namespace {
/// Builds `weft_entry_E(context, buffers, position)` around one function.
struct EntryWrapper {
  func::FuncOp func;
  const LLVMTypeConverter &converter;
  OpBuilder b;
  Location loc;

  EntryWrapper(func::FuncOp func, const LLVMTypeConverter &converter)
      : func(func), converter(converter), b(func), loc(func.getLoc()) {}
  LogicalResult wrap();
  FailureOr<SmallVector<int>> orderBuffers();
  Value field(Value buffers, int index);
  Value load(Type type, Value address) {
    return LLVM::LoadOp::create(b, loc, type, address);
  }
  Value makeMemRef(MemRefType type, Value buffers, int index);
};
} // namespace

/// Index of each argument's buffer: inputs, then outputs, then states; -1 for
/// what is not a buffer.
FailureOr<SmallVector<int>> EntryWrapper::orderBuffers() {
  SmallVector<int> order(func.getNumArguments(), -1);
  auto kindOf = [&](unsigned i) {
    if (func.getArgAttr(i, "mixer.state"))
      return 2;
    return func.getArgAttr(i, "weft.result") ? 1 : 0;
  };
  int next = 0;
  for (int kind = 0; kind < 3; ++kind)
    for (unsigned i = 1; i < func.getNumArguments(); ++i) {
      Type type = func.getArgument(i).getType();
      if (isa<MemRefType>(type) && kindOf(i) == kind)
        order[i] = next++;
      else if (!isa<MemRefType>(type) &&
               !(type.isIndex() && func.getArgAttr(i, "mixer.position")))
        return func.emitError("expects tensors and one position as arguments "
                              "of an entry, got ")
               << type << " as argument " << i - 1;
    }
  if (func.getNumResults() != 0)
    return func.emitError("expects results of an entry in its arguments, got ")
           << func.getNumResults() << " results";
  return order;
}

/// buffers[index / 2], its data pointer (even) or its dimensions (odd).
Value EntryWrapper::field(Value buffers, int index) {
  Type pointer = buffers.getType();
  Value address = LLVM::GEPOp::create(b, loc, pointer, pointer, buffers,
                                      ArrayRef<LLVM::GEPArg>(index));
  return load(pointer, address);
}

/// A contiguous memref over a buffer; dynamic sizes from its dimensions.
Value EntryWrapper::makeMemRef(MemRefType type, Value buffers, int index) {
  Type i64 = b.getI64Type();
  Value data = field(buffers, 2 * index), dims;
  if (!type.hasStaticShape())
    dims = field(buffers, 2 * index + 1);
  auto descriptor =
      MemRefDescriptor::poison(b, loc, converter.convertType(type));
  descriptor.setAllocatedPtr(b, loc, data);
  descriptor.setAlignedPtr(b, loc, data);
  descriptor.setConstantOffset(b, loc, 0);
  Value stride = LLVM::ConstantOp::create(b, loc, i64, 1);
  for (int64_t d = type.getRank() - 1; d >= 0; --d) {
    Value size;
    if (type.isDynamicDim(d))
      size = load(i64, LLVM::GEPOp::create(b, loc, dims.getType(), i64, dims,
                                           ArrayRef<LLVM::GEPArg>(int32_t(d))));
    else
      size = LLVM::ConstantOp::create(b, loc, i64, type.getDimSize(d));
    descriptor.setSize(b, loc, d, size);
    descriptor.setStride(b, loc, d, stride);
    stride = LLVM::MulOp::create(b, loc, stride, size);
  }
  return UnrealizedConversionCastOp::create(b, loc, type, Value(descriptor))
      .getResult(0);
}

LogicalResult EntryWrapper::wrap() {
  FailureOr<SmallVector<int>> order = orderBuffers();
  if (failed(order))
    return failure();
  auto pointer = LLVM::LLVMPointerType::get(b.getContext());
  Type i64 = b.getI64Type();
  auto entry =
      func::FuncOp::create(b, loc, ("weft_entry_" + func.getName()).str(),
                           b.getFunctionType({pointer, pointer, i64}, {}));
  b.setInsertionPointToStart(entry.addEntryBlock());
  SmallVector<Value> operands = {entry.getArgument(0)};
  for (unsigned i = 1; i < func.getNumArguments(); ++i)
    if (auto type = dyn_cast<MemRefType>(func.getArgument(i).getType()))
      operands.push_back(
          makeMemRef(type, entry.getArgument(1), (*order)[i]));
    else
      operands.push_back(arith::IndexCastOp::create(b, loc, b.getIndexType(),
                                                    entry.getArgument(2)));
  func::CallOp::create(b, loc, func, operands);
  func::ReturnOp::create(b, loc);
  func.setPrivate();
  return success();
}

/// Results that are arguments again say nothing to the caller.
static void dropArgumentResults(func::FuncOp func) {
  Operation *terminator = func.getBody().back().getTerminator();
  llvm::BitVector dropped(terminator->getNumOperands());
  for (auto [i, value] : llvm::enumerate(terminator->getOperands()))
    if (isa<BlockArgument>(value))
      dropped.set(i);
  terminator->eraseOperands(dropped);
  (void)func.eraseResults(dropped);
}

/// Everything but the entries is internal to the object file; what the
/// interface says of arguments and results has been recorded.
static void makeInternal(func::FuncOp func) {
  func.removeArgAttrsAttr();
  func.removeResAttrsAttr();
  func->setAttr("llvm.linkage",
                LLVM::LinkageAttr::get(func.getContext(),
                                       LLVM::linkage::Linkage::Internal));
}

namespace {
struct WrapEntriesPass : weft::impl::WrapEntriesBase<WrapEntriesPass> {
  using Base::Base;
  void runOnOperation() override {
    LLVMTypeConverter converter(&getContext());
    for (auto func : llvm::to_vector(getOperation().getOps<func::FuncOp>())) {
      if (func.isExternal())
        continue;
      if (func.isPublic()) {
        dropArgumentResults(func);
        if (failed(EntryWrapper(func, converter).wrap()))
          return signalPassFailure();
      }
      makeInternal(func);
    }
  }
};
} // namespace
