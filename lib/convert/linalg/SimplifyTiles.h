// What tiling leaves behind, brought into the shape that kernels want.
#ifndef WEFT_LIB_CONVERT_LINALG_SIMPLIFYTILES_H
#define WEFT_LIB_CONVERT_LINALG_SIMPLIFYTILES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace weft {

/// Drops the unit dimensions of the generics in `region`: a tile [1, T, P]
/// becomes a matrix, and a row [1, 1, K] a vector.
void dropUnitDimensions(mlir::Region &region);

/// Merges the slices that tiling and rank reduction leave, through fills too.
mlir::LogicalResult mergeSlices(mlir::func::FuncOp function);

/// An entrywise op at the end of the loop works in place: the contraction that
/// it follows accumulates in the tile of the result.
void accumulateInResult(mlir::scf::ForallOp loop);

/// Operands that no body reads are dropped.
mlir::LogicalResult dropUnusedOperands(mlir::func::FuncOp function);

/// A tensor of at most N rows becomes the first rows of one with N rows, so
/// that it gets a fixed place in the kernel's frame.
void makeEmptyTilesStatic(mlir::scf::ForallOp loop);

} // namespace weft

#endif // WEFT_LIB_CONVERT_LINALG_SIMPLIFYTILES_H
