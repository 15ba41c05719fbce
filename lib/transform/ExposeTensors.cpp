// weft-expose-tensors: the output of every layer becomes a result.
#include "weft/Transform.h"

#include "dialects/mixer/Mixer.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;
using namespace weft;

namespace weft {
#define GEN_PASS_DEF_WEFTEXPOSETENSORS
#include "weft/TransformPasses.h.inc"
} // namespace weft

/// The name of what an op computes, if it counts as a layer.
static StringRef layerName(Operation &op) {
  if (auto call = dyn_cast<func::CallOp>(op))
    return call.getCallee();
  return isa<mixer::ApplyOp>(op) ? "apply" : "";
}

static void exposeTensors(func::FuncOp func) {
  auto returnOp = cast<func::ReturnOp>(func.getBody().back().getTerminator());
  OpBuilder builder(func.getContext());
  unsigned count = 0;
  for (Operation &op : func.getBody().back().without_terminator()) {
    StringRef name = layerName(op);
    if (name.empty() || !isa<RankedTensorType>(op.getResult(0).getType()))
      continue;
    Value tensor = op.getResult(0);
    auto attrs = builder.getDictionaryAttr(builder.getNamedAttr(
        "mixer.name", builder.getStringAttr(Twine(count++) + "." + name)));
    (void)func.insertResult(func.getNumResults(), tensor.getType(), attrs);
    returnOp->insertOperands(returnOp.getNumOperands(), tensor);
  }
}

namespace {
struct WeftExposeTensors
    : public weft::impl::WeftExposeTensorsBase<WeftExposeTensors> {
  using Base::Base;
  void runOnOperation() override {
    for (auto func : getOperation().getOps<func::FuncOp>())
      if (func.isPublic() && !func.isExternal())
        exposeTensors(func);
  }
};
} // namespace
