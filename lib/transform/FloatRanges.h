// Between which bounds all elements of a tensor lie: from what arguments
// declare (`mixer.range`) and from the ops that make a value.
#ifndef WEFT_TRANSFORM_FLOATRANGES_H
#define WEFT_TRANSFORM_FLOATRANGES_H

#include "mlir/IR/Operation.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/DenseMap.h"

#include <limits>
#include <optional>
#include <string>

namespace weft {

/// Bounds of real numbers; infinite where nothing is known, which is always
/// safe.
struct FloatRange {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();

  bool isUnknown() const;
  FloatRange hull(FloatRange other) const;
};

/// What a `mixer.range` attribute declares; nothing if it is none.
std::optional<FloatRange> declaredRange(mlir::Attribute attr);

/// An error for each function with an argument whose `mixer.range` is none.
llvm::LogicalResult checkDeclaredRanges(mlir::Operation *module);

/// Answers for one state of a module: ask a new object after a change.
class FloatRanges {
public:
  /// Of all elements of a tensor or of a number.
  FloatRange of(mlir::Value value);

  /// How a value came to its range, like "-(log1p(exp(x)))"; x is what nothing
  /// is known of, and an argument goes by its name.
  std::string argumentFor(mlir::Value value);

  /// Where the bounds of `value` are lost, for one that has not the bounds that
  /// were hoped for.
  mlir::Value lostAt(mlir::Value value);

private:
  FloatRange compute(mlir::Value value);
  FloatRange ofArgument(mlir::BlockArgument argument);
  FloatRange ofCallers(mlir::BlockArgument argument);
  FloatRange ofResult(mlir::OpResult result);
  FloatRange ofBody(mlir::OpResult result);
  FloatRange ofScalar(mlir::Operation *op);

  llvm::DenseMap<mlir::Value, FloatRange> known;
};

/// An argument by its name in the model, another value by its op.
std::string describedValue(mlir::Value value);

} // namespace weft

#endif // WEFT_TRANSFORM_FLOATRANGES_H
