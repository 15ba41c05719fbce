// The score and mask region of an attend, seen from a tile of rows and a chunk
// of cache slots.
#ifndef WEFT_LIB_CONVERT_MIXER_ATTENDREGION_H
#define WEFT_LIB_CONVERT_MIXER_ATTENDREGION_H

#include "MaskIntervals.h"
#include "dialects/mixer/Mixer.h"

namespace weft {

/// Data of the rows or columns of a tile: a tensor indexed by the letters of
/// `map` (i: rows, j: columns), or one scalar for all if that is empty.
struct TileData {
  mlir::Value value;
  llvm::StringRef map;
  /// How many elements of a tensor with one index are no padding.
  mlir::Value count;
};

/// The rows of a tile, in global indices: consecutive queries of one head, or
/// (`heads`) the heads of one group at one query.
struct TileRows {
  mlir::Value entry;
  mlir::Value head, lastHead;
  mlir::Value query, lastQuery;
  bool heads = false;
  llvm::SmallVector<TileData> data;
};

/// Cache slots of a tile: `slot` and the ones up to `lastSlot`, as global
/// indices j.
struct TileColumns {
  mlir::Value slot, lastSlot;
  llvm::SmallVector<TileData> data;
};

class AttendRegion {
public:
  explicit AttendRegion(mixer::AttendOp op) : op(op) {}

  bool mapsScores();
  bool masks();
  bool weighs() { return op.hasWeight(); }

  /// Finds out what the presence of entries can depend on in these rows, for
  /// the methods below.
  void enterRows(BlockBuilder &b, const TileRows &rows);
  /// Bounds of the present columns of these rows.
  ColumnBounds columns(BlockBuilder &b, const TileRows &rows);
  /// Whether all entries of the tile (must) or any of them (may) are present;
  /// `enterColumns` first.
  void enterColumns(BlockBuilder &b, const TileColumns &columns);
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
  mlir::Value weighScores(BlockBuilder &b, const TileRows &rows,
                          const TileColumns &columns, mlir::Value scores,
                          Write write);

private:
  mlir::Value yielded(unsigned result);
  mlir::BlockArgument rowData(unsigned n);
  mlir::BlockArgument columnData(unsigned n);
  void setData(BlockBuilder &b, mlir::BlockArgument argument,
               const TileData &data);
  mlir::Value entrywise(BlockBuilder &b, unsigned result, const TileRows &rows,
                        const TileColumns &columns, mlir::Value scores,
                        Write write);

  mixer::AttendOp op;
  /// What the integers among the data range over in the tile.
  llvm::DenseMap<mlir::Value, Interval> data;
};

} // namespace weft

#endif // WEFT_LIB_CONVERT_MIXER_ATTENDREGION_H
