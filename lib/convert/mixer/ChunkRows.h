// One chunk of one head: which rows it has, which of them belong together, and
// their tiles.
#ifndef WEFT_LIB_CONVERT_MIXER_CHUNKROWS_H
#define WEFT_LIB_CONVERT_MIXER_CHUNKROWS_H

#include "ScanOperands.h"

namespace weft {

/// What a row of scores reads: the state after the update of its token, or the
/// one before.
enum class Reads { After, Before };

/// Rows [first, first + count) of the tokens; the others of the `rows` rows are
/// identities. In reverse, the last row comes first.
class ChunkRows {
public:
  ChunkRows(BlockBuilder &b, const ScanOperands &scan, const HeadBlock &task,
            mlir::Value first, int64_t rows);

  const ScanOperands &scan;
  HeadBlock task;
  mlir::Value first, count;
  int64_t rows;

  /// With segments, [rows] in i64: how often the state was reset from the start
  /// of the chunk to a row, and whether a row is a token that is no padding.
  mlir::Value numbers, present;
  /// With segments and a dense transition, [rows + 1] in i64: how many of the
  /// first steps are tokens that are no padding.
  mlir::Value counts;

  /// Finds these; `id` is the segment of the last token that was none, and
  /// becomes that of the chunk.
  void findSegments(BlockBuilder &b, mlir::Value &id);

  /// The row of the n-th step, and the last of all.
  mlir::Value row(BlockBuilder &b, mlir::Value step) const;
  mlir::Value lastRow(BlockBuilder &b) const;
  /// The token of a row; rows that are not there repeat one.
  mlir::Value token(BlockBuilder &b, mlir::Value row) const;
  /// Whether a row is a token that is no padding.
  mlir::Value isThere(BlockBuilder &b, mlir::Value row) const;
  /// Numbers of segments for `count` rows from `at` on, indexed by `letter`;
  /// null without segments.
  Term numbersOf(BlockBuilder &b, mlir::Value at, Extent count,
                 llvm::StringRef letter) const;
  mlir::Value lastNumber(BlockBuilder &b) const;
  /// How many of the first `steps` steps are tokens that are no padding.
  mlir::Value tokensUntil(BlockBuilder &b, mlir::Value steps) const;

  /// Rows of q, k, a or b, [rows, K], or of v, [rows, V], planes side by side;
  /// zero where there is no token.
  mlir::Value tile(BlockBuilder &b, mlir::Value operand) const;

  /// Log decays, [rows] or [rows, channels], or the same in all rows; null
  /// without decay.
  Term decayLogs(BlockBuilder &b) const;

private:
  void countTokens(BlockBuilder &b);
  mlir::Value plane(BlockBuilder &b, mlir::Value operand, Axis columns) const;
};

// Σ_n q_in bonus_n k_in, for rows that are not turned.
mlir::Value bonusWeights(BlockBuilder &b, const ScanOperands &scan,
                         const HeadBlock &task, mlir::Value q, mlir::Value k);

/// x if the two numbers of segments are equal or there are none, else zero.
mlir::Value keepSegment(BlockBuilder &b, mlir::Value x, mlir::Value own,
                        mlir::Value other);

} // namespace weft

#endif // WEFT_LIB_CONVERT_MIXER_CHUNKROWS_H
