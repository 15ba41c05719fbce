// Every linalg op on buffers becomes loops over native vectors.
#include "LoopEmitter.h"
#include "weft/Convert.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace weft {
#define GEN_PASS_DEF_EMITVECTORS
#include "weft/ConvertPasses.h.inc"
} // namespace weft

using namespace mlir;
using namespace weft;

namespace {
struct EmitVectorsPass : weft::impl::EmitVectorsBase<EmitVectorsPass> {
  using Base::Base;
  void runOnOperation() override {
    SmallVector<linalg::LinalgOp> ops;
    getOperation().walk([&](linalg::LinalgOp op) { ops.push_back(op); });
    VectorUnit unit{vectorBits / 32, registers};
    for (linalg::LinalgOp op : ops) {
      if (!op.hasPureBufferSemantics()) {
        op.emitError("expects linalg on buffers, got tensors");
        return signalPassFailure();
      }
      if (!emitContraction(unit, op)) {
        std::string reason = emitMap(unit, op);
        if (explain && !reason.empty())
          op.emitRemark("runs as scalar loops: ") << reason;
      }
      op.erase();
    }
  }
};
} // namespace
