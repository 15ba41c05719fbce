// The words in which block programs are written: slices of tensors, linalg
// on tiles with named loops, index arithmetic that folds.
#ifndef WEFT_LIB_CONVERT_MIXER_BLOCKBUILDER_H
#define WEFT_LIB_CONVERT_MIXER_BLOCKBUILDER_H

#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <optional>
#include <string>

namespace weft {

/// An offset or size: a number, or an index value.
struct Extent {
  Extent(int64_t number) : number(number) {}
  Extent(int number) : number(number) {}
  Extent(mlir::Value value) : value(value) {}
  int64_t number = 0;
  mlir::Value value;
};

/// One axis of a slice; only kept axes appear in the tile.
struct Axis {
  Extent offset;
  Extent size;
  bool kept;
  int64_t stride = 1;
};
inline Axis at(Extent offset) { return {offset, 1, false}; }
inline Axis range(Extent offset, Extent size) { return {offset, size, true}; }
inline Axis all(Extent size) { return {0, size, true}; }
inline Axis every(int64_t stride, Extent offset, Extent size) {
  return {offset, size, true, stride};
}

/// An operand of a computation over named loops: a tensor with the letters of
/// the loops that index it, or a number that is the same at all points.
struct Term {
  Term() = default;
  Term(mlir::Value value, llvm::StringRef map = "") : value(value), map(map) {}
  explicit operator bool() const { return bool(value); }
  mlir::Value value;
  std::string map;
};
using Terms = llvm::SmallVector<Term>;

using Values = llvm::SmallVector<mlir::Value>;

class BlockBuilder : public mlir::ImplicitLocOpBuilder {
public:
  using mlir::ImplicitLocOpBuilder::ImplicitLocOpBuilder;

  mlir::Value index(int64_t value);
  mlir::Value number(mlir::Type type, double value);
  mlir::Value dim(mlir::Value tensor, int64_t axis);
  mlir::Value add(mlir::Value lhs, mlir::Value rhs);
  mlir::Value sub(mlir::Value lhs, mlir::Value rhs);
  mlir::Value mul(mlir::Value lhs, int64_t rhs);
  mlir::Value min(mlir::Value lhs, mlir::Value rhs);
  mlir::Value max(mlir::Value lhs, mlir::Value rhs);
  /// Quotients of a value that is not negative.
  mlir::Value floorDiv(mlir::Value lhs, int64_t rhs);
  mlir::Value ceilDiv(mlir::Value lhs, int64_t rhs);

  mlir::Value empty(llvm::ArrayRef<Extent> sizes, mlir::Type element);
  mlir::Value fill(mlir::Value tensor, double value);
  mlir::Value slice(mlir::Value source, llvm::ArrayRef<Axis> axes);
  mlir::Value insert(mlir::Value tile, mlir::Value into,
                     llvm::ArrayRef<Axis> axes);
  /// Only inside the terminator of a forall.
  void parallelInsert(mlir::Value tile, mlir::Value into,
                      llvm::ArrayRef<Axis> axes);
  /// A private tile that starts with a copy of the slice.
  mlir::Value copy(mlir::Value source, llvm::ArrayRef<Axis> axes);
  /// A private tile of `rows` rows that starts with a copy of the slice, whose
  /// first kept axis has at most that many rows; the others are zero.
  mlir::Value copyRows(mlir::Value source, llvm::ArrayRef<Axis> axes,
                       int64_t rows);

  /// linalg.generic over loops named by letters: "ij/k" has parallel loops
  /// i, j and a reduced loop k; an operand's map is the letters it is indexed
  /// by.
  Values generic(llvm::StringRef loops, llvm::ArrayRef<llvm::StringRef> maps,
                 mlir::ValueRange ins, mlir::ValueRange outs,
                 llvm::function_ref<Values(mlir::ValueRange)> body);
  /// The same over terms, of which the body gets the elements; numbers may be
  /// missing, and then are null.
  Values generic(llvm::StringRef loops, llvm::ArrayRef<Term> ins,
                 llvm::ArrayRef<Term> outs,
                 llvm::function_ref<Values(mlir::ValueRange)> body);
  /// f of terms, a number if all are, else a new tile over all their loops.
  Term map(llvm::ArrayRef<Term> ins, mlir::Type element,
           llvm::function_ref<mlir::Value(mlir::ValueRange)> body);
  /// c + a b, summed over the loops that c lacks.
  mlir::Value contract(llvm::StringRef loops,
                       llvm::ArrayRef<llvm::StringRef> maps, mlir::Value a,
                       mlir::Value b, mlir::Value c);

  Values forLoop(mlir::Value lower, mlir::Value upper, int64_t step,
                 mlir::ValueRange carried,
                 llvm::function_ref<Values(mlir::Value, mlir::ValueRange)> body);
  /// The same with variables that the body changes; null ones are not carried.
  void forLoop(mlir::Value lower, mlir::Value upper, int64_t step,
               llvm::ArrayRef<mlir::Value *> carried,
               llvm::function_ref<void(mlir::Value)> body);
  /// Without an scf.if where the condition is known.
  Values ifElse(mlir::Value condition, llvm::function_ref<Values()> then,
                llvm::function_ref<Values()> otherwise);
  /// `body` gets the indices and the shared results and ends by inserting into
  /// the latter, in a function that it returns.
  Values forall(llvm::ArrayRef<Extent> sizes, mlir::ValueRange shared,
                llvm::function_ref<std::function<void()>(mlir::ValueRange,
                                                         mlir::ValueRange)>
                    body);

private:
  mlir::Value collapsedSlice(mlir::Value source, llvm::ArrayRef<Axis> axes);
  mlir::OpFoldResult fold(const Extent &extent);
  struct Box {
    llvm::SmallVector<mlir::OpFoldResult> offsets, sizes, strides;
    llvm::SmallVector<int64_t> keptShape;
  };
  Box box(llvm::ArrayRef<Axis> axes);
};

/// The number that an index value is known to be.
std::optional<int64_t> constantOf(mlir::Value value);

/// Extent of an axis of a ranked tensor that must be static.
int64_t staticDim(mlir::Value tensor, int64_t axis);
mlir::Type elementOf(mlir::Value tensor);

} // namespace weft

#endif // WEFT_LIB_CONVERT_MIXER_BLOCKBUILDER_H
