// Functions that a GPU has no instruction for, as arithmetic: no kernel calls
// a library.
#include "weft/Convert.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/ADT/StringSwitch.h"

namespace weft {
#define GEN_PASS_DEF_EXPANDGPUMATH
#include "weft/ConvertPasses.h.inc"
} // namespace weft

using namespace mlir;

/// What becomes one instruction or a short sequence in the back end, or is for
/// weft-expand-exp.
static bool isComputable(Operation *op) {
  if (isa<math::AbsFOp, math::AbsIOp, math::CeilOp, math::CopySignOp,
          math::CountLeadingZerosOp, math::CtPopOp, math::FloorOp, math::FmaOp,
          math::RoundEvenOp, math::SqrtOp, math::TruncOp>(op))
    return true;
  return isa<math::ErfOp, math::Exp2Op, math::ExpOp, math::Log1pOp, math::LogOp,
             math::TanhOp>(op) &&
         op->getResult(0).getType().isF32();
}

namespace {
struct ExpandGpuMathPass : weft::impl::ExpandGpuMathBase<ExpandGpuMathPass> {
  using Base::Base;
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    // Powers, hyperbolic functions and the like, by exp, log, sqrt.
    math::populateExpansionPatterns(patterns, {"sinh", "cosh", "tan", "asinh",
                                               "acosh", "atanh", "fpowi",
                                               "powf", "round", "rsqrt"});
    populateMathF32ExpansionPatterns(patterns, [](StringRef) { return true; });
    populateMathPolynomialApproximationPatterns(patterns, [](StringRef name) {
      return llvm::StringSwitch<bool>(name)
          .Cases({"math.sin", "math.cos", "math.expm1", "math.log2",
                  "math.atan", "math.atan2", "math.erfc", "math.asin",
                  "math.acos", "math.cbrt"},
                 true)
          .Default(false);
    });
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();
    getOperation().walk([&](gpu::LaunchOp launch) {
      launch.walk([&](Operation *op) {
        if (!isa_and_present<math::MathDialect>(op->getDialect()) ||
            isComputable(op))
          return;
        op->emitError("expects functions that a GPU kernel can compute, got ")
            << op->getName() << " of " << op->getResult(0).getType();
        signalPassFailure();
      });
    });
  }
};
} // namespace
