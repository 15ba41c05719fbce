// How a reduction combines two values.
#ifndef WEFT_LIB_CONVERT_CPU_COMBINER_H
#define WEFT_LIB_CONVERT_CPU_COMBINER_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace weft {

/// The op that folds a new value into the running one. Without an op the
/// reduction is something else, and must run in order.
class Combiner {
public:
  /// The combiner of output `output`: an op that reads the output's block
  /// argument, and is its only reader.
  static Combiner match(mlir::linalg::LinalgOp op, int output);

  bool isAssociative() const { return op != nullptr; }
  mlir::Value combine(mlir::ImplicitLocOpBuilder &b, mlir::Value x,
                      mlir::Value y) const;
  /// A value of the type of `like` that changes nothing: 0, 1, or `like`
  /// itself where combining it twice does not matter.
  mlir::Value neutral(mlir::ImplicitLocOpBuilder &b, mlir::Value like) const;

private:
  mlir::Operation *op = nullptr;
};

} // namespace weft

#endif // WEFT_LIB_CONVERT_CPU_COMBINER_H
