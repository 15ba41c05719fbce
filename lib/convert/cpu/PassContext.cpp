// The runtime's context as the first argument of every function, and weights
// as tensors over the pointers that it holds.
#include "weft/Convert.h"

#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MLProgram/IR/MLProgram.h"

namespace weft {
#define GEN_PASS_DEF_PASSCONTEXT
#include "weft/ConvertPasses.h.inc"
} // namespace weft

using namespace mlir;

static void addContextArgument(func::FuncOp func) {
  auto pointer = LLVM::LLVMPointerType::get(func.getContext());
  if (func.isExternal())
    return;
  (void)func.insertArgument(0, pointer, {}, func.getLoc());
  func.walk([&](func::CallOp call) {
    call->insertOperands(0, func.getArgument(0));
  });
}

/// weights = *context; data = weights[index], as a read-only tensor.
static void lowerWeight(ml_program::GlobalLoadConstOp load, int64_t index,
                        const LLVMTypeConverter &converter) {
  OpBuilder builder(load);
  Location loc = load.getLoc();
  auto pointer = LLVM::LLVMPointerType::get(builder.getContext());
  auto type = cast<RankedTensorType>(load.getType());
  auto buffer = MemRefType::get(type.getShape(), type.getElementType());
  Value context = load->getParentOfType<func::FuncOp>().getArgument(0);
  Value table = LLVM::LoadOp::create(builder, loc, pointer, context);
  Value entry = LLVM::GEPOp::create(builder, loc, pointer, pointer, table,
                                    ArrayRef<LLVM::GEPArg>(int32_t(index)));
  Value data = LLVM::LoadOp::create(builder, loc, pointer, entry);
  Value descriptor = MemRefDescriptor::fromStaticShape(builder, loc, converter,
                                                       buffer, data);
  Value memref = UnrealizedConversionCastOp::create(builder, loc, buffer,
                                                    descriptor)
                     .getResult(0);
  auto tensor = bufferization::ToTensorOp::create(builder, loc, type, memref,
                                                  /*restrict=*/true);
  load.replaceAllUsesWith(tensor.getResult());
  load.erase();
}

static LogicalResult lowerWeights(ModuleOp module) {
  LLVMTypeConverter converter(module.getContext());
  llvm::StringMap<int64_t> indices;
  for (auto global : module.getOps<ml_program::GlobalOp>())
    indices.try_emplace(global.getSymName(), int64_t(indices.size()));
  SmallVector<ml_program::GlobalLoadConstOp> loads;
  module.walk([&](ml_program::GlobalLoadConstOp load) { loads.push_back(load); });
  for (ml_program::GlobalLoadConstOp load : loads) {
    auto type = dyn_cast<RankedTensorType>(load.getType());
    if (!type || !type.hasStaticShape())
      return load.emitError("expects a weight of static shape, got ")
             << load.getType();
    lowerWeight(load, indices.lookup(load.getGlobal().getLeafReference()),
                converter);
  }
  // From here on the list of weights is the model's recorded interface.
  for (auto global :
       llvm::make_early_inc_range(module.getOps<ml_program::GlobalOp>()))
    if (SymbolTable::symbolKnownUseEmpty(global, module))
      global.erase();
  return success();
}

namespace {
struct PassContextPass : weft::impl::PassContextBase<PassContextPass> {
  using Base::Base;
  void runOnOperation() override {
    ModuleOp module = getOperation();
    for (auto func : module.getOps<func::FuncOp>())
      addContextArgument(func);
    if (failed(lowerWeights(module)))
      signalPassFailure();
  }
};
} // namespace
