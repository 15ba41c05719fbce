// Data of rows and columns: tensors that the region of a map, mask or attend
// sees as one scalar for each entry.
#ifndef WEFT_MIXER_TOKENDATA_H
#define WEFT_MIXER_TOKENDATA_H

#include "dialects/mixer/Matrix.h"

namespace weft::mixer {

/// Types of the scalars that a region gets: rows first, then columns.
llvm::SmallVector<mlir::Type> dataTypes(mlir::ValueRange rows,
                                        mlir::ValueRange columns);

/// What a matrix with `heads` heads accepts as data [B, T] or [B, T, Hd]: Hd
/// divides the heads.
mlir::LogicalResult verifyDataHeads(mlir::Operation *op, int64_t heads,
                                    mlir::ValueRange rows,
                                    mlir::ValueRange columns);

/// Adds the axes of the data to what the sizes B, T and S are read from.
void addDataSources(SizeSources &sources, mlir::ValueRange rows,
                    mlir::ValueRange columns);

/// Data as operands of `buildEntries` over b, h, i, j.
struct DataOperands {
  llvm::SmallVector<mlir::Value> values;
  /// ",bi,bjh": what the spec has for them.
  std::string spec;
};
DataOperands dataOperands(mlir::OpBuilder &builder, mlir::Location loc,
                          const MatrixSizes &sizes, mlir::ValueRange rows,
                          mlir::ValueRange columns);

} // namespace weft::mixer

#endif // WEFT_MIXER_TOKENDATA_H
