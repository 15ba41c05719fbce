// A small interpreter for regions over arith, math, linalg, tensor and scf on
// tensors of known sizes. Every number is a double: it knows values, not types.
#ifndef WEFT_TRANSFORM_EVALUATE_H
#define WEFT_TRANSFORM_EVALUATE_H

#include "mlir/IR/Block.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"

#include <functional>
#include <vector>

namespace weft {

/// A tensor, or a number if it has no axes; row-major.
struct Numbers {
  llvm::SmallVector<int64_t> shape;
  std::vector<double> entries;

  /// The place of an entry.
  int64_t at(llvm::ArrayRef<int64_t> indices) const;
};

/// What a scalar op of arith or math gives; null if it is not known here.
using ScalarFunction = std::function<double(llvm::ArrayRef<double>)>;
ScalarFunction scalarFunction(mlir::Operation *op);

class Evaluator {
public:
  /// `unknown` gives the value of what is defined outside and cannot be
  /// evaluated; it is asked once for each.
  using Unknown = std::function<llvm::FailureOr<Numbers>(mlir::Value)>;
  explicit Evaluator(Unknown unknown) : unknown(std::move(unknown)) {}

  /// What the block yields for these arguments. Fails at an op that it cannot
  /// evaluate.
  llvm::FailureOr<std::vector<Numbers>> run(mlir::Block &block,
                                            llvm::ArrayRef<Numbers> arguments);
  llvm::FailureOr<Numbers> valueOf(mlir::Value value);

  /// The op that could not be evaluated.
  mlir::Operation *obstacle() const { return failedAt; }

private:
  llvm::LogicalResult evaluate(mlir::Operation *op);
  llvm::LogicalResult elementwise(mlir::Operation *op,
                                  llvm::ArrayRef<Numbers> operands);
  llvm::LogicalResult linalgOp(mlir::Operation *op);
  llvm::LogicalResult runBody(mlir::Operation *op,
                              llvm::ArrayRef<int64_t> ranges,
                              llvm::MutableArrayRef<Numbers> operands);
  llvm::LogicalResult runScalars(mlir::Block &block,
                                 llvm::ArrayRef<double> scalars,
                                 llvm::ArrayRef<int64_t> indices,
                                 llvm::SmallVectorImpl<double> &yielded);
  llvm::LogicalResult controlFlow(mlir::Operation *op);
  llvm::LogicalResult tensorOp(mlir::Operation *op,
                               llvm::ArrayRef<Numbers> operands);
  llvm::LogicalResult fail(mlir::Operation *op);

  Unknown unknown;
  llvm::DenseMap<mlir::Value, Numbers> values;
  llvm::DenseMap<mlir::Operation *, ScalarFunction> functions;
  llvm::SmallVector<int64_t> loops; ///< indices of the linalg op being run
  mlir::Operation *failedAt = nullptr;
};

} // namespace weft

#endif // WEFT_TRANSFORM_EVALUATE_H
