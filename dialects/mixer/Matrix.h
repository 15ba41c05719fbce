// What can be asked of a lazy matrix: its shape, its structure, its entries.
#ifndef WEFT_MIXER_MATRIX_H
#define WEFT_MIXER_MATRIX_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <array>
#include <optional>

namespace weft::mixer {

/// Logical shape [B, H, T, S]; ShapedType::kDynamic where unknown.
using MatrixShape = std::array<int64_t, 4>;
MatrixShape unknownShape();

/// What is known about the entries of a matrix. The default knows nothing.
struct Structure {
  /// No present entry above (lower) or below (upper) the diagonal.
  bool lower = false;
  bool upper = false;
  /// Every submatrix of a triangle has at most this rank; 0 if not known.
  int64_t order = 0;
  /// Entries depend on i - j only.
  bool toeplitz = false;
  /// Present entries have bandLow <= i - j <= bandHigh.
  std::optional<int64_t> bandLow;
  std::optional<int64_t> bandHigh;
};

/// Sizes B, H, T, S that a consumer asks for.
struct MatrixSizes {
  mlir::OpFoldResult batch, heads, rows, columns;
};

/// A materialized matrix: entries [B, H, T, S] and, if not all entries are
/// present, an i1 tensor of the same shape. Absent entries read as zero in
/// products and as -infinity under softmax.
struct DenseMatrix {
  mlir::Value entries;
  mlir::Value present;
};
using MaterializeFn =
    llvm::function_ref<DenseMatrix(mlir::Value, const MatrixSizes &)>;

/// Shape and structure of a matrix value, asked recursively of its defining
/// ops with a memo per query. Unknown for block arguments.
MatrixShape shapeOf(mlir::Value matrix);
Structure structureOf(mlir::Value matrix);

/// The dense tensor of `matrix` at the given sizes, from the entry formulas.
DenseMatrix materialize(mlir::OpBuilder &builder, mlir::Value matrix,
                        const MatrixSizes &sizes);

} // namespace weft::mixer

namespace mlir::OpTrait {

/// Refuses discardable attributes without a dialect prefix, so that a
/// misspelt attribute is an error and not a silent default.
template <typename ConcreteType>
class KnownAttributesOnly
    : public TraitBase<ConcreteType, KnownAttributesOnly> {
public:
  static LogicalResult verifyTrait(Operation *op) {
    for (NamedAttribute attr : op->getDiscardableAttrs())
      if (!attr.getName().strref().contains('.'))
        return op->emitOpError("has no attribute '")
               << attr.getName().strref() << "'";
    return success();
  }
};

} // namespace mlir::OpTrait

#endif // WEFT_MIXER_MATRIX_H
