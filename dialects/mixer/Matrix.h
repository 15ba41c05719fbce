// What can be asked of a lazy matrix: its sizes, its structure, its entries.
#ifndef WEFT_MIXER_MATRIX_H
#define WEFT_MIXER_MATRIX_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/Value.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <array>
#include <optional>

namespace weft::mixer {

/// Logical shape [B, H, T, S]; ShapedType::kDynamic where unknown.
using MatrixShape = std::array<int64_t, 4>;
MatrixShape unknownShape();

/// Dimension `axis` of a tensor, or size `axis` (of B, H, T, S) of a matrix.
struct SizeSource {
  mlir::Value value;
  int64_t axis;
};
using SizeSources = std::array<llvm::SmallVector<SizeSource, 3>, 4>;

/// Entries with low <= i - j <= high; unbounded where nothing is given.
struct Band {
  std::optional<int64_t> low;
  std::optional<int64_t> high;
};

/// What is known about the entries of a matrix. The default knows nothing.
struct Structure {
  /// No present entry above (lower) or below (upper) the diagonal.
  bool lower = false;
  bool upper = false;
  /// Every submatrix inside a triangle that is not absent has at most this
  /// rank; 0 if not known.
  int64_t order = 0;
  /// Entries of one batch entry and head depend on i - j only.
  bool toeplitz = false;
  /// Present entries have bandLow <= i - j <= bandHigh.
  std::optional<int64_t> bandLow;
  std::optional<int64_t> bandHigh;

  /// The band that all present entries lie in, triangles included.
  Band band() const;
  /// Sets band and triangles to what lies in both the old and `band`.
  void restrictTo(Band band);
};

/// Sizes B, H, T, S that a consumer asks for; null where unknown.
struct MatrixSizes {
  mlir::OpFoldResult batch, heads, rows, columns;

  std::array<mlir::OpFoldResult, 4> asArray() const {
    return {batch, heads, rows, columns};
  }
};

/// A materialized matrix: entries [B, H, T, S] and, if not all entries are
/// present, an i1 tensor of the same shape. The value of an absent entry means
/// nothing: it reads as zero in products and as -infinity under softmax.
struct DenseMatrix {
  mlir::Value entries;
  mlir::Value present;
};
using MaterializeFn =
    llvm::function_ref<DenseMatrix(mlir::Value, const MatrixSizes &)>;

/// Shape, element type and structure of a matrix value, asked recursively of
/// its defining ops with a memo per query. Unknown (null) for block arguments.
MatrixShape shapeOf(mlir::Value matrix);
mlir::Type elementTypeOf(mlir::Value matrix);
Structure structureOf(mlir::Value matrix);

/// The run-time sizes of `matrix`, as far as its operands tell.
MatrixSizes sizesOf(mlir::OpBuilder &builder, mlir::Value matrix);

/// The dense tensor of `matrix` at the given sizes (all of them known), from
/// the entry formulas. With `segments`, ids [B, T], every matrix in it has
/// entries only where row and column are of one packed sequence. Null, with an error at the place, if the matrix is made
/// by something that is no MatrixOpInterface, such as a block argument.
DenseMatrix materialize(mlir::OpBuilder &builder, mlir::Value matrix,
                        const MatrixSizes &sizes, mlir::Value segments = {});

/// The entries with zero where they are absent.
mlir::Value zeroAbsent(mlir::OpBuilder &builder, mlir::Location loc,
                       const DenseMatrix &dense);

/// What holds for every matrix op: sources of one size agree, all operands
/// have one element type.
mlir::LogicalResult verifyMatrixOperands(mlir::Operation *op);

} // namespace weft::mixer

namespace mlir::OpTrait {

/// Refuses discardable attributes without a dialect prefix, so that a
/// misspelt attribute is an error and not a silent default.
mlir::LogicalResult verifyKnownAttributesOnly(mlir::Operation *op);

template <typename ConcreteType>
class KnownAttributesOnly
    : public TraitBase<ConcreteType, KnownAttributesOnly> {
public:
  static LogicalResult verifyTrait(Operation *op) {
    return verifyKnownAttributesOnly(op);
  }
};

} // namespace mlir::OpTrait

#endif // WEFT_MIXER_MATRIX_H
