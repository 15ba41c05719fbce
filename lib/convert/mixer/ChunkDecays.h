// Running sums of log decays inside a chunk, and the factors made of them.
// They restart at each chunk; a sum is kept as two numbers, its rounded value
// and the rest, so that a difference is as exact as if it were summed alone.
#ifndef WEFT_LIB_CONVERT_MIXER_CHUNKDECAYS_H
#define WEFT_LIB_CONVERT_MIXER_CHUNKDECAYS_H

#include "BlockBuilder.h"

namespace weft {

/// Rows [first, first + count) of log_a [B, T, H]; the others of the `rows`
/// rows of the chunk do not decay. In reverse, sums run from the last row.
struct DecayRows {
  mlir::Value logs, entry, head, first, count;
  int64_t rows;
  bool reverse;
};

class ChunkDecays {
public:
  ChunkDecays() = default;
  ChunkDecays(BlockBuilder &b, const DecayRows &rows);
  explicit operator bool() const { return bool(high); }

  /// x_i e^(c_i) for `count` rows from row `at` of the chunk on.
  mlir::Value scaleRows(BlockBuilder &b, mlir::Value x, mlir::Value at,
                        int64_t count) const;
  /// s_ij e^(c_i - c_j), zero where not `present`, if that is given: it is
  /// called where linalg.index is the place in s.
  mlir::Value
  scaleScores(BlockBuilder &b, mlir::Value s, mlir::Value row, int64_t rows,
              mlir::Value column, mlir::Value columns,
              llvm::function_ref<mlir::Value()> present = {}) const;
  /// x_j e^(c_last - c_j) for all rows.
  mlir::Value scaleToEnd(BlockBuilder &b, mlir::Value x) const;
  /// x e^(c_last)
  mlir::Value scaleState(BlockBuilder &b, mlir::Value x) const;

private:
  void sum(BlockBuilder &b, const DecayRows &rows);
  llvm::SmallVector<mlir::Value, 2> parts(BlockBuilder &b, mlir::Value at,
                                          Extent count) const;
  mlir::Value difference(BlockBuilder &b, mlir::ValueRange x,
                         mlir::ValueRange y) const;

  /// Sums in units of log 2, tiles [rows]; there is no rest in f64.
  mlir::Value high, rest;
  /// The sum over the whole chunk.
  llvm::SmallVector<mlir::Value, 2> last;
};

} // namespace weft

#endif // WEFT_LIB_CONVERT_MIXER_CHUNKDECAYS_H
