// weft-inline-matrices: functions that take or give matrices are inlined.
#include "lib/transform/Matrices.h"
#include "weft/Transform.h"

#include "dialects/mixer/Mixer.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Transforms/Inliner.h"
#include "mlir/Transforms/InliningUtils.h"

using namespace mlir;
using namespace weft;

namespace weft {
#define GEN_PASS_DEF_WEFTINLINEMATRICES
#include "weft/TransformPasses.h.inc"
} // namespace weft

static bool takesOrGivesMatrix(func::FuncOp func) {
  auto isMatrix = [](Type type) { return isa<mixer::MatrixType>(type); };
  return llvm::any_of(func.getArgumentTypes(), isMatrix) ||
         llvm::any_of(func.getResultTypes(), isMatrix);
}

static LogicalResult checkInlinable(func::FuncOp func) {
  if (func.isPublic())
    return func.emitError("public function '")
           << func.getName()
           << "' takes or gives a matrix; make it private, or apply the matrix "
              "and give the tensor";
  if (func.isExternal() || !func.getBody().hasOneBlock())
    return func.emitError("function '")
           << func.getName() << "' takes or gives a matrix and must have a body "
           << "of one block to be inlined";
  WalkResult recursion = func.walk([&](func::CallOp call) {
    if (call.getCallee() != func.getName())
      return WalkResult::advance();
    call.emitError("function '")
        << func.getName() << "' takes or gives a matrix and cannot call itself";
    return WalkResult::interrupt();
  });
  return failure(recursion.wasInterrupted());
}

/// Inlines every call of `func` and erases it.
static LogicalResult inlineCalls(ModuleOp module, func::FuncOp func) {
  SmallVector<func::CallOp> calls;
  module.walk([&](func::CallOp call) {
    if (call.getCallee() == func.getName())
      calls.push_back(call);
  });
  InlinerInterface interface(module.getContext());
  InlinerConfig config;
  for (func::CallOp call : calls) {
    if (failed(inlineCall(interface, config.getCloneCallback(), call, func,
                          &func.getBody())))
      return call.emitError("cannot inline '") << func.getName() << "' here";
    call.erase();
  }
  func.erase();
  return success();
}

namespace {

class InlineMatrices : public weft::impl::WeftInlineMatricesBase<InlineMatrices> {
public:
  using Base::Base;

  void runOnOperation() override {
    SmallVector<func::FuncOp> funcs;
    for (auto func : getOperation().getOps<func::FuncOp>())
      if (takesOrGivesMatrix(func))
        funcs.push_back(func);
    for (func::FuncOp func : funcs)
      if (failed(checkInlinable(func)))
        return signalPassFailure();
    for (func::FuncOp func : funcs)
      if (failed(inlineCalls(getOperation(), func)))
        return signalPassFailure();
    if (failed(checkMatricesAreLocal(getOperation())))
      signalPassFailure();
  }
};

} // namespace
