// How weights flow from their globals through private functions to their uses.
#ifndef WEFT_LIB_CONVERT_LINALG_WEIGHTFLOW_H
#define WEFT_LIB_CONVERT_LINALG_WEIGHTFLOW_H

#include "mlir/Dialect/MLProgram/IR/MLProgram.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/Twine.h"

#include <string>

namespace weft {

/// Values that hold the same kind of weight: globals, and the arguments that
/// they are passed as. They can only be packed together.
struct WeightClass {
  llvm::SmallVector<mlir::ml_program::GlobalOp> globals;
  llvm::SmallVector<mlir::ml_program::GlobalLoadConstOp> loads;
  llvm::SmallVector<mlir::BlockArgument> arguments;
  /// A contraction reads it.
  bool contracted = false;
  /// Why it stays as it is; empty: it can be packed.
  std::string obstacle;

  void spoil(const llvm::Twine &reason) {
    if (obstacle.empty())
      obstacle = reason.str();
  }
};

/// All classes of the module, for panels of `panel` rows.
llvm::SmallVector<WeightClass> findWeightClasses(mlir::ModuleOp module,
                                                 int64_t panel);

} // namespace weft

#endif // WEFT_LIB_CONVERT_LINALG_WEIGHTFLOW_H
