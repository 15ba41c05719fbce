// Builds the plain loops of the entry formulas as linalg.generic ops, written
// like index notation: "bihd,bjhd->bhij".
#ifndef WEFT_MIXER_ENTRYBUILDER_H
#define WEFT_MIXER_ENTRYBUILDER_H

#include "dialects/mixer/Matrix.h"

#include "mlir/IR/Block.h"

namespace weft::mixer {

/// Clones `block` here and returns the first value that it yields for these
/// arguments.
mlir::Value inlineEntry(mlir::OpBuilder &builder, mlir::Block &block,
                        mlir::ValueRange arguments);

/// Fills the empty region of a map (`entry` its type) or mask (`entry` null)
/// with a block that yields what `body` makes of its arguments, of which those
/// of the types `data` come last.
void buildEntryRegion(mlir::OpBuilder &builder, mlir::Location loc,
                      mlir::Region &region, mlir::Type entry,
                      mlir::TypeRange data,
                      llvm::function_ref<mlir::Value(mlir::ValueRange)> body);

/// Arithmetic on scalars inside a formula. `index(c)` is the loop of letter c.
class Scalars {
public:
  Scalars(mlir::OpBuilder &builder, mlir::Location loc, llvm::StringRef loops)
      : builder(builder), loc(loc), loops(loops) {}

  mlir::Value index(char letter) const;
  mlir::Value indexConstant(int64_t value) const;
  mlir::Value constant(mlir::Type type, double value) const;
  mlir::Value add(mlir::Value a, mlir::Value b) const;
  mlir::Value subtract(mlir::Value a, mlir::Value b) const;
  mlir::Value multiply(mlir::Value a, mlir::Value b) const;
  mlir::Value divide(mlir::Value a, mlir::Value b) const;
  mlir::Value maximum(mlir::Value a, mlir::Value b) const;
  mlir::Value absolute(mlir::Value a) const;
  mlir::Value exp(mlir::Value a) const;
  mlir::Value equal(mlir::Value a, mlir::Value b) const;
  mlir::Value both(mlir::Value a, mlir::Value b) const;
  mlir::Value either(mlir::Value a, mlir::Value b) const;
  mlir::Value subtractIndex(mlir::Value a, mlir::Value b) const;
  mlir::Value equalIndex(mlir::Value a, mlir::Value b) const;
  mlir::Value lessOrEqual(mlir::Value a, mlir::Value b) const;
  mlir::Value less(mlir::Value a, mlir::Value b) const;
  mlir::Value select(mlir::Value condition, mlir::Value a, mlir::Value b) const;
  mlir::Value inlined(mlir::Block &block, mlir::ValueRange arguments) const;

  mlir::OpBuilder &builder;
  mlir::Location loc;

private:
  llvm::StringRef loops;
};

/// Computes one output scalar from the operands' scalars and, in a reduction,
/// the value so far.
using EntryFn = llvm::function_ref<mlir::Value(
    const Scalars &, mlir::ValueRange operands, mlir::Value soFar)>;

/// The tensor of `spec` ("ab,bc->ac"): sizes give one size for each letter
/// right of the arrow. Letters that are missing there are reduced over,
/// starting from `init`.
mlir::Value buildEntries(mlir::OpBuilder &builder, mlir::Location loc,
                         llvm::StringRef spec, mlir::ValueRange operands,
                         llvm::ArrayRef<mlir::OpFoldResult> sizes,
                         mlir::Type elementType, EntryFn entry,
                         double init = 0.0);

/// Repeats every head (axis 2 of [B, T, H, ...] unless said) so that there are
/// `heads`.
mlir::Value repeatHeads(mlir::OpBuilder &builder, mlir::Location loc,
                        mlir::Value tensor, int64_t heads, int64_t axis = 2);

/// A matrix operand with its heads repeated for those of the result (of
/// `sizes`) that share them.
DenseMatrix shareHeads(mlir::OpBuilder &builder, mlir::Value matrix,
                       const MatrixSizes &sizes, MaterializeFn operand);

/// Restricts the present entries to those where `condition` holds.
DenseMatrix
restrictPresent(mlir::OpBuilder &builder, mlir::Location loc,
                const DenseMatrix &dense, const MatrixSizes &sizes,
                llvm::function_ref<mlir::Value(const Scalars &)> condition);
/// The same for a condition that also gets the scalars of `data`; `spec` (",bi,bjh") says how those are indexed.
DenseMatrix restrictPresent(
    mlir::OpBuilder &builder, mlir::Location loc, const DenseMatrix &dense,
    const MatrixSizes &sizes,
    llvm::function_ref<mlir::Value(const Scalars &, mlir::ValueRange)>
        condition,
    llvm::StringRef spec, mlir::ValueRange data);

} // namespace weft::mixer

#endif // WEFT_MIXER_ENTRYBUILDER_H
