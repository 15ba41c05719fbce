// The body of a linalg op as a list of functions on numbered places, for loops
// of many iterations.
#ifndef WEFT_TRANSFORM_SCALARBODY_H
#define WEFT_TRANSFORM_SCALARBODY_H

#include "lib/transform/Evaluate.h"

#include "mlir/IR/AffineMap.h"

#include <optional>

namespace weft {

class ScalarBody {
public:
  /// `valueOf` gives what is defined outside. Nothing if an op is no scalar
  /// function.
  static std::optional<ScalarBody>
  of(mlir::Block &block,
     llvm::function_ref<llvm::FailureOr<Numbers>(mlir::Value)> valueOf);

  /// What the body yields for its arguments and the indices of the loops.
  llvm::ArrayRef<double> run(llvm::ArrayRef<double> arguments,
                             llvm::ArrayRef<int64_t> loops);

private:
  unsigned placeOf(mlir::Value value);

  struct Step {
    ScalarFunction function; ///< null: the index of a loop
    llvm::SmallVector<unsigned, 3> operands;
    unsigned result;
    unsigned loop;
  };
  std::vector<Step> steps;
  llvm::DenseMap<mlir::Value, unsigned> places;
  std::vector<double> numbers, yielded;
  llvm::SmallVector<unsigned> yields;
  llvm::SmallVector<double, 3> scratch;
};

/// The place of an operand's entry for the indices of the loops.
class EntryPlace {
public:
  EntryPlace(mlir::AffineMap map, const Numbers &tensor);
  int64_t at(llvm::ArrayRef<int64_t> loops) const;

private:
  mlir::AffineMap map;
  llvm::SmallVector<int64_t> shape;
  /// Of each loop, where every index is a loop or a constant; else empty.
  llvm::SmallVector<int64_t> strides;
  int64_t base = 0;
  bool isLinear;
};

} // namespace weft

#endif // WEFT_TRANSFORM_SCALARBODY_H
