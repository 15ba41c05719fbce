// Bufferization visits functions in an order that depends on addresses, and
// makes a constant where it first meets it: without this, one model could
// become one of several objects.
#include "weft/Convert.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/SymbolTable.h"

namespace weft {
#define GEN_PASS_DEF_ORDERCONSTANTS
#include "weft/ConvertPasses.h.inc"
} // namespace weft

using namespace mlir;

namespace {
struct OrderConstantsPass : weft::impl::OrderConstantsBase<OrderConstantsPass> {
  using Base::Base;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    SymbolTable symbols(module);
    llvm::MapVector<memref::GlobalOp, SmallVector<memref::GetGlobalOp>> uses;
    module.walk([&](memref::GetGlobalOp use) {
      if (auto global = symbols.lookup<memref::GlobalOp>(use.getName()))
        if (global.isPrivate() && global.getConstant())
          uses[global].push_back(use);
    });
    for (auto &[global, _] : uses) {
      symbols.remove(global);
      global->remove();
    }
    Block::iterator first = module.getBody()->begin();
    for (auto &[global, readers] : uses) {
      global.setSymName("constant");
      StringAttr name = symbols.insert(global, first);
      for (memref::GetGlobalOp reader : readers)
        reader.setName(name);
    }
  }
};
} // namespace
