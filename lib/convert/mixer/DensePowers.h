// Powers of a dense transition. It is the same at all times, so that its squares
// are computed once for a head, and what lies between two tokens is a product
// of them.
#ifndef WEFT_LIB_CONVERT_MIXER_DENSEPOWERS_H
#define WEFT_LIB_CONVERT_MIXER_DENSEPOWERS_H

#include "ScanOperands.h"

namespace weft {

class DensePowers {
public:
  /// Powers up to A^most, of the transpose too if rows are moved by them.
  DensePowers(BlockBuilder &b, const ScanOperands &scan, const HeadBlock &task,
              int64_t most, bool ofWritten);

  /// A^count S for a state [K, V], in its place; `count` is an index of at most
  /// `most`.
  mlir::Value ofState(BlockBuilder &b, mlir::Value state, mlir::Value count,
                      int64_t most) const;
  /// Rows (A^count)ᵀ x, or A^count x if they are `written`, in their place.
  mlir::Value ofRows(BlockBuilder &b, mlir::Value tile, mlir::Value count,
                     int64_t most, bool written) const;
  /// Rows Aᵀ x, a new tile.
  mlir::Value onceOfRows(BlockBuilder &b, mlir::Value tile) const;

private:
  mlir::Value times(BlockBuilder &b, mlir::Value squares, mlir::Value tile,
                    mlir::Value count, int64_t most,
                    llvm::function_ref<mlir::Value(mlir::Value square,
                                                   mlir::Value tile)>
                        product) const;

  int64_t K;
  /// [levels, K, K]: A, A², A⁴, ... and their transposes, so that the columns of
  /// either are side by side.
  mlir::Value squares, transposed;
};

} // namespace weft

#endif // WEFT_LIB_CONVERT_MIXER_DENSEPOWERS_H
