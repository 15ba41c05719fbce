// Rules that operands share: sizes that agree, heads in groups, one element
// type. Each reports what was expected and what was found.
#ifndef WEFT_MIXER_SHAPES_H
#define WEFT_MIXER_SHAPES_H

#include "dialects/mixer/Matrix.h"

#include "mlir/IR/BuiltinTypes.h"

namespace weft::mixer {

/// A tensor operand and its name in the op's assembly.
struct NamedTensor {
  llvm::StringRef name;
  mlir::Value value;

  mlir::RankedTensorType type() const {
    return mlir::cast<mlir::RankedTensorType>(value.getType());
  }
  int64_t size(int64_t axis) const { return type().getDimSize(axis); }
};

/// All of these are the same size, unless unknown.
mlir::LogicalResult verifyAgree(mlir::Operation *op, llvm::StringRef what,
                                llvm::ArrayRef<int64_t> sizes);

/// Axis `axis` of all tensors is the same size, unless unknown.
mlir::LogicalResult verifyAxisAgrees(mlir::Operation *op, llvm::StringRef what,
                                     int64_t axis,
                                     llvm::ArrayRef<NamedTensor> tensors);

/// The sizes of these axes are known at compile time.
mlir::LogicalResult verifyStatic(mlir::Operation *op, const NamedTensor &tensor,
                                 llvm::ArrayRef<int64_t> axes);

/// The heads (of axis 2 unless said) of `tensor` are shared by groups of the
/// `heads`.
mlir::LogicalResult verifyHeadsDivide(mlir::Operation *op,
                                      const NamedTensor &tensor, int64_t heads,
                                      int64_t axis = 2);

mlir::LogicalResult verifyOneElementType(mlir::Operation *op,
                                         llvm::ArrayRef<NamedTensor> tensors);

mlir::LogicalResult verifyFiniteScale(mlir::Operation *op,
                                      const llvm::APFloat &scale);

/// `tensor` has the shape and the element type of `expected`.
mlir::LogicalResult verifyType(mlir::Operation *op, llvm::StringRef what,
                               mlir::Type got, mlir::RankedTensorType expected);

/// The block takes an entry (if `entry` is given), the indices b, h, i, j and
/// values of the types `data`, and ends in a mixer.yield of values of the types
/// `yielded`.
mlir::LogicalResult verifyEntryRegion(mlir::Operation *op, mlir::Block &block,
                                      mlir::Type entry, mlir::TypeRange yielded,
                                      mlir::TypeRange data = {});

/// "(a, b, c)" for messages.
std::string listed(mlir::TypeRange types);

/// States and accumulators of operands with element type `element`: f32, or
/// f64 for f64.
mlir::Type accumulatorType(mlir::Type element);

} // namespace weft::mixer

#endif // WEFT_MIXER_SHAPES_H
