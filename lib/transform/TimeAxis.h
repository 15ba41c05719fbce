// Follows the time axis of a model from its arguments through every op. What
// couples tokens outside a mixer is refused at its place.
#ifndef WEFT_TRANSFORM_TIMEAXIS_H
#define WEFT_TRANSFORM_TIMEAXIS_H

#include "lib/transform/TokenReads.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/MapVector.h"

#include <optional>

namespace weft {

/// How the values of one function depend on time.
struct TimedFunction {
  mlir::func::FuncOp func;
  /// Tensors with a time axis, and which it is; matrices over time (any axis).
  llvm::DenseMap<mlir::Value, int64_t> axis;
  /// How many rows of each token a time axis has, if more than one: a token that
  /// writes R times is R rows of a scan.
  llvm::DenseMap<mlir::Value, int64_t> severalRows;
  /// Matrices whose rows are over time and whose columns are not, such as those
  /// over the tokens of an encoder.
  llvm::DenseSet<mlir::Value> fixedColumns;
  /// Indices that are the number of tokens T.
  llvm::DenseSet<mlir::Value> counts;
  /// Row indices over time in the bodies of linalg ops.
  llvm::SmallVector<mlir::linalg::IndexOp> rows;
  llvm::SmallVector<mixer::PositionsOp> positions;
  /// Ops that carry a state from token to token: `mixer.apply` and those
  /// stated by regions over one token.
  llvm::SmallVector<mlir::Operation *> mixers;
  /// What maps and masks read of captured tensors over time.
  llvm::MapVector<mlir::Operation *, llvm::SmallVector<TokenRead>> regionReads;
  llvm::SmallVector<mlir::func::CallOp> calls;
  /// The position of the first token, once it is an argument.
  mlir::Value position;
  /// Whether state goes through it, its callees included.
  bool isStateful = false;

  bool isTimed(mlir::Value value) const { return axis.contains(value); }
  std::optional<int64_t> axisOf(mlir::Value value) const {
    auto found = axis.find(value);
    return found == axis.end() ? std::nullopt : std::optional(found->second);
  }
  int64_t rowsPerToken(mlir::Value value) const {
    auto found = severalRows.find(value);
    return found == severalRows.end() ? 1 : found->second;
  }
};

/// The functions that time goes through: a callee before its callers.
using TimedFunctions = llvm::MapVector<mlir::Operation *, TimedFunction>;

/// What a function is given: for each argument its time axis, `kCount` if it is
/// the number of tokens, or `kNoTime`.
constexpr int64_t kNoTime = -1, kCount = -2;
using ArgumentTimes = llvm::SmallVector<int64_t>;

/// Follows time through `entry` from its arguments with `mixer.time`, and
/// through the functions it calls. Fails with an error at the first op that
/// couples tokens.
llvm::FailureOr<TimedFunctions> followTime(mlir::func::FuncOp entry);

/// If the body of an op reads tensors over time by `tensor.extract`: whether
/// this use of a row index over time is such a read of the own token.
bool readsOwnToken(const TimedFunction &timed, mlir::OpOperand &use);

} // namespace weft

#endif // WEFT_TRANSFORM_TIMEAXIS_H
