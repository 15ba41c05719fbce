// Which linalg ops between mixers go into one loop over tiles.
#ifndef WEFT_LIB_CONVERT_LINALG_LINALGGROUPS_H
#define WEFT_LIB_CONVERT_LINALG_LINALGGROUPS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallBitVector.h"

namespace weft {

/// A consumer and the producers that are computed tile by tile with it.
struct LinalgGroup {
  mlir::linalg::LinalgOp root;
  /// Each op of the group, the root first, with the loop of that op that runs
  /// along each loop of the root; -1: none.
  llvm::MapVector<mlir::Operation *, llvm::SmallVector<int64_t>> loops;
  /// Loops of the root that a tile has to cover, since some op of the group
  /// does not run along them.
  llvm::SmallBitVector whole;

  bool contains(mlir::Operation *op) const { return loops.contains(op); }
  /// A contraction of the group, or null.
  mlir::linalg::LinalgOp contraction() const;
};

bool isContraction(mlir::Operation *op);

/// Whether the op stands in the body of a function, in no block.
bool isBetweenMixers(mlir::Operation *op);

/// Every linalg op in the body of the function is in exactly one group, but
/// for fills that nothing of a group reads. Consumers come first.
llvm::SmallVector<LinalgGroup> findLinalgGroups(mlir::func::FuncOp function);

} // namespace weft

#endif // WEFT_LIB_CONVERT_LINALG_LINALGGROUPS_H
