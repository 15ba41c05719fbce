// The score and mask region of an attend, seen from a tile of rows and a chunk
// of cache slots.
#ifndef WEFT_LIB_CONVERT_MIXER_ATTENDREGION_H
#define WEFT_LIB_CONVERT_MIXER_ATTENDREGION_H

#include "MaskIntervals.h"
#include "dialects/mixer/Mixer.h"

namespace weft {

/// The rows of a tile, in global indices: consecutive queries of one head, or
/// (`heads`) the heads of one group at one query.
struct TileRows {
  mlir::Value entry;
  mlir::Value head, lastHead;
  mlir::Value query, lastQuery;
  bool heads = false;
};

/// Cache slots of a tile: `slot` and the ones up to `lastSlot`, as global
/// indices j.
struct TileColumns {
  mlir::Value slot, lastSlot;
};

class AttendRegion {
public:
  explicit AttendRegion(mixer::AttendOp op) : op(op) {}

  bool mapsScores();
  bool masks();

  /// Bounds of the present columns of these rows.
  ColumnBounds columns(BlockBuilder &b, const TileRows &rows);
  /// Whether all entries of the tile (must) or any of them (may) are present.
  Interval presence(BlockBuilder &b, const TileRows &rows,
                    const TileColumns &columns);

  using Write = llvm::function_ref<mlir::Value(mlir::Value score,
                                               mlir::Value result)>;
  /// Replaces each score s of the tile by write(s, f(s, b, h, i, j)) with f the
  /// region's score or its presence.
  mlir::Value mapScores(BlockBuilder &b, const TileRows &rows,
                        const TileColumns &columns, mlir::Value scores,
                        Write write);
  mlir::Value maskScores(BlockBuilder &b, const TileRows &rows,
                         const TileColumns &columns, mlir::Value scores,
                         Write write);

private:
  mlir::Value yielded(unsigned result);
  mlir::Value entrywise(BlockBuilder &b, unsigned result, const TileRows &rows,
                        const TileColumns &columns, mlir::Value scores,
                        Write write);

  mixer::AttendOp op;
};

} // namespace weft

#endif // WEFT_LIB_CONVERT_MIXER_ATTENDREGION_H
