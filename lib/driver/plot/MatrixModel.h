// A model turned into programs that compute what a plot of its matrix shows.
#ifndef WEFT_DRIVER_PLOT_MATRIXMODEL_H
#define WEFT_DRIVER_PLOT_MATRIXMODEL_H

#include "weft/Pipeline.h"

#include "mlir/IR/OwningOpRef.h"

namespace weft::driver {

/// How the blocks of a matrix are told apart, and what is known statically.
struct MatrixModel {
  /// The model's one function, which returns the entries [B, H, T, S], 1 where
  /// they are present, and (if `masked`) the classes of its blocks in the
  /// corner of a third tensor of that shape.
  mlir::OwningOpRef<mlir::ModuleOp> entries;
  mlir::OwningOpRef<mlir::ModuleOp> blocks;
  std::string function;
  /// low ≤ i - j ≤ high for present entries.
  std::optional<int64_t> low, high;
  /// Whether all entries of that band are present.
  bool fillsBand = false;
};

/// For the first matrix that the model applies; null after an error at the
/// place.
std::optional<MatrixModel> makeMatrixModel(mlir::ModuleOp module,
                                           const PipelineOptions &options,
                                           int64_t block);

} // namespace weft::driver

#endif // WEFT_DRIVER_PLOT_MATRIXMODEL_H
