// Specializes functions over T tokens: to one token, and to T tokens of which
// only the last is computed where nothing else needs the others.
#ifndef WEFT_TRANSFORM_ONETOKEN_H
#define WEFT_TRANSFORM_ONETOKEN_H

#include "lib/transform/TimeAxis.h"

#include "mlir/IR/SymbolTable.h"

namespace weft {

/// Makes the specializations of `functions` (after `makeStateful`) on demand,
/// each once.
class TokenSpecializer {
public:
  TokenSpecializer(const TimedFunctions &functions, mlir::SymbolTable &symbols)
      : functions(functions), symbols(symbols) {}

  /// T = 1: types refined, callees too. Named `name`, or after the function.
  mlir::func::FuncOp oneToken(mlir::func::FuncOp func,
                              llvm::StringRef name = "");

  /// All tokens in, results for the last only: what follows the last mixer is
  /// computed for one row.
  mlir::func::FuncOp lastToken(mlir::func::FuncOp func,
                               llvm::StringRef name = "");

  const TimedFunction *find(mlir::func::FuncOp func) const {
    auto found = functions.find(func);
    return found == functions.end() ? nullptr : &found->second;
  }

private:
  mlir::func::FuncOp declare(mlir::func::FuncOp func, llvm::StringRef name,
                             llvm::StringRef suffix, bool refineArguments);

  const TimedFunctions &functions;
  mlir::SymbolTable &symbols;
  llvm::DenseMap<mlir::Operation *, mlir::func::FuncOp> steps, lasts;
};

} // namespace weft

#endif // WEFT_TRANSFORM_ONETOKEN_H
