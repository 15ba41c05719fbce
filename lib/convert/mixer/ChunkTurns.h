// Rotations inside a chunk: rows are turned back by the sum of the angles up to
// their token, so that products of rows see the angles between them alone, and
// the state is turned on at the end of the chunk.
#ifndef WEFT_LIB_CONVERT_MIXER_CHUNKTURNS_H
#define WEFT_LIB_CONVERT_MIXER_CHUNKTURNS_H

#include "ChunkRows.h"

namespace weft {

class ChunkTurns {
public:
  ChunkTurns(BlockBuilder &b, const ChunkRows &rows);

  /// The rows of a tile [rows, K], planes side by side.
  mlir::Value turnBack(BlockBuilder &b, mlir::Value tile, Reads reads) const;
  /// The state [K, V] after the chunk, a new tile or in the same.
  mlir::Value turned(BlockBuilder &b, mlir::Value state) const;
  mlir::Value turnState(BlockBuilder &b, mlir::Value state) const;

private:
  struct Angles {
    mlir::Value cos, sin;
  };
  Angles makeAngles(BlockBuilder &b) const;
  void write(BlockBuilder &b, Angles &angles, mlir::Value row) const;
  mlir::Value turn(BlockBuilder &b, mlir::Value tile, llvm::StringRef map,
                   const Term &cos, const Term &sin, bool back) const;

  ChunkRows rows;
  mlir::Value total;
  Angles after, before;
};

} // namespace weft

#endif // WEFT_LIB_CONVERT_MIXER_CHUNKTURNS_H
