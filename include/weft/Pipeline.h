// The way of a model through the compiler: the one list of its phases.
#ifndef WEFT_PIPELINE_H
#define WEFT_PIPELINE_H

#include "weft/Target.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>
#include <vector>

namespace weft {

enum class Phase {
  Read,     ///< mixer + linalg as the user wrote them
  Simplify, ///< normal forms on tensors; decode derived
  Blocks,   ///< block programs: scf.forall around linalg on tiles
  Tile,     ///< kernels on buffers, a dimension chosen for the vector lanes
  Vector,   ///< loops around 1-D vectors
  Llvm,     ///< LLVM dialect, entries wrapped for the runtime
};

llvm::StringRef phaseName(Phase phase);
std::optional<Phase> phaseOfName(llvm::StringRef name);
/// "read, simplify, ..."
std::string phaseNames();

struct PipelineOptions {
  TargetDescription target;
  /// Form of every mixer (recurrent, chunked, ...); empty: by cost.
  std::string form;
  /// Tokens per chunk; 0: by cost.
  int64_t chunk = 0;
  /// Slots of a key/value cache; 0: the context length of the model, or 2048.
  int64_t maxSequence = 0;
  /// Compute in f64 (the oracle).
  bool widen = false;
  /// Keep the stateless @forward only.
  bool stateless = false;
  /// Falling back to the dense form is an error.
  bool noFallback = false;
  /// A form that is asked for and not shown to be safe is a warning.
  bool allowUnsafeForm = false;
  /// Asking a model that is not causal for decode is an error.
  bool requireDecode = false;
  /// The output of every layer becomes a result.
  bool exposeTensors = false;
};

/// Runs the phases after the one that `module` has gone through, up to and
/// including `last`. `before` is called before and `after` after each of them.
mlir::LogicalResult
runPhases(mlir::ModuleOp module, Phase last, const PipelineOptions &options,
          llvm::function_ref<void(Phase)> before = {},
          llvm::function_ref<mlir::LogicalResult(Phase)> after = {});

} // namespace weft

#endif // WEFT_PIPELINE_H
