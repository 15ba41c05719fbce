// Tiles of the normal forms: which slices of the operands a tile of the
// (batch, head, ...) loops reads and writes.
#ifndef WEFT_MIXER_TILES_H
#define WEFT_MIXER_TILES_H

#include "mlir/IR/Builders.h"
#include "mlir/Interfaces/TilingInterface.h"

namespace weft::mixer {

/// Part of one axis; null sizes stand for the whole axis.
struct AxisTile {
  mlir::OpFoldResult offset, size;
};

/// One tile for each axis of a tensor.
using TensorTile = llvm::SmallVector<AxisTile, 4>;

/// The heads of a tensor that `heads` of the result (out of `total`) read if
/// they share `shared` heads in groups. An error if the tile straddles groups.
mlir::FailureOr<AxisTile> sharedHeads(mlir::OpBuilder &builder,
                                      mlir::Operation *op, AxisTile heads,
                                      int64_t total, int64_t shared);

/// Offsets and sizes of `tile` in `tensor`.
void resolveTile(mlir::OpBuilder &builder, mlir::Location loc,
                 mlir::Value tensor, llvm::ArrayRef<AxisTile> tile,
                 llvm::SmallVectorImpl<mlir::OpFoldResult> &offsets,
                 llvm::SmallVectorImpl<mlir::OpFoldResult> &sizes);

mlir::Value sliceTile(mlir::OpBuilder &builder, mlir::Location loc,
                      mlir::Value tensor, llvm::ArrayRef<AxisTile> tile);

/// Loops over these axes of `tensor`.
llvm::SmallVector<mlir::Range> axisRanges(mlir::OpBuilder &builder,
                                          mlir::Location loc,
                                          mlir::Value tensor,
                                          llvm::ArrayRef<int64_t> axes);

/// What tiling has to report of a tiled op on these slices.
mlir::TilingResult tilingResult(mlir::Operation *tiled,
                                mlir::ValueRange slices);

} // namespace weft::mixer

#endif // WEFT_MIXER_TILES_H
