// What the chunked form of scan and the tree share: a task for each batch entry
// and head, which goes over chunks of tokens.
#ifndef WEFT_LIB_CONVERT_MIXER_SCANBYCHUNKS_H
#define WEFT_LIB_CONVERT_MIXER_SCANBYCHUNKS_H

#include "ChunkRows.h"
#include "DensePowers.h"

#include <functional>

namespace weft {

/// A scan whose chunks are what a derived class makes of them.
class ScanByChunks {
public:
  ScanByChunks(BlockBuilder &b, mixer::ScanOp op, int64_t chunk)
      : b(b), scan(b, op), C(chunk) {}
  virtual ~ScanByChunks() = default;

  Values results();

protected:
  /// What goes from chunk to chunk. The planes of the state lie one below the
  /// other.
  struct Carried {
    mlir::Value y, state, logScale, max, segment;
  };

  /// The rows of y from `first` on, and what the next chunk starts from.
  virtual void step(mlir::Value first, Carried &carried) = 0;

  /// Whether rows, and not the state alone, are moved by powers.
  virtual bool movesRows() const { return false; }

  BlockBuilder &b;
  ScanOperands scan;
  HeadBlock task;
  int64_t C; ///< tokens of a chunk
  /// Of a dense transition, the same in all chunks.
  std::optional<DensePowers> powers;

private:
  std::function<void()> run(mlir::ValueRange shared);
  Carried start(mlir::ValueRange shared);
  mlir::Value firstOf(mlir::Value step);
  mlir::Value planesApart(mlir::Value shared);
  mlir::Value planesTogether(mlir::Value state, mlir::Value shared);
};

} // namespace weft

#endif // WEFT_LIB_CONVERT_MIXER_SCANBYCHUNKS_H
