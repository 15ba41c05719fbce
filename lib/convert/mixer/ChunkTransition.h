// What the transitions of a chunk do to its rows and its state: one class for
// each kind of diagonal. Decays are running sums of logs inside the chunk; every
// exponent is the difference of a later sum and an earlier one.
#ifndef WEFT_LIB_CONVERT_MIXER_CHUNKTRANSITION_H
#define WEFT_LIB_CONVERT_MIXER_CHUNKTRANSITION_H

#include "ChunkRows.h"
#include "DensePowers.h"

#include <memory>

namespace weft {

/// Running sums in units of log 2, a tile [rows] or [rows, K]: the rounded value
/// and the rest, so that a difference is as exact as if it were summed alone.
/// There is no rest in f64.
struct LogSums {
  mlir::Value high, rest;
  explicit operator bool() const { return bool(high); }

  /// Two terms, for `count` rows from `at` on: `map` begins with the rows.
  Terms rows(BlockBuilder &b, mlir::Value at, Extent count,
             llvm::StringRef map) const;
  /// Two terms, of one row.
  Terms row(BlockBuilder &b, mlir::Value at) const;
};

/// Scores of `rows` rows x, from `at` on, and of the columns from `from` on of
/// y: those before the rows, and the block on the diagonal.
struct ScoreBlock {
  mlir::Value x, y;
  Reads reads;
  /// Whether columns are what a gain writes, or what an erase puts back.
  bool gained;
  mlir::Value at, from, count;
  int64_t rows;
  /// Whether a row does not see its own column.
  bool strict;
};

/// What adds keysᵀ values to the state.
struct Written {
  mlir::Value keys, values;
  bool gained;
};

class ChunkTransition {
public:
  explicit ChunkTransition(const ChunkRows &rows) : rows(rows) {}
  virtual ~ChunkTransition() = default;

  /// Called once, before what follows: what is needed of all queries and keys
  /// of the chunk, however its rows are asked for later.
  virtual void prepare(BlockBuilder &, mlir::Value, mlir::Value, Reads) {}
  /// (factor of row i) x_i S, for rows from `at` on.
  virtual mlir::Value readState(BlockBuilder &b, mlir::Value x,
                                mlir::Value state, Reads reads,
                                mlir::Value at) = 0;
  /// A tile [rows, chunk], of which the first `count` columns are set.
  virtual mlir::Value scores(BlockBuilder &b, const ScoreBlock &block) = 0;
  /// The state after the chunk.
  virtual mlir::Value nextState(BlockBuilder &b, mlir::Value state,
                                llvm::ArrayRef<Written> written) = 0;

  /// With a gain: log_scale of the rows, log weight of a bonus, and the max
  /// after the chunk.
  mlir::Value logScale, bonusLog, max;

protected:
  /// Whether column j counts in row i, at places of a block on the diagonal.
  mlir::Value isPresent(BlockBuilder &b, bool strict) const;
  /// The columns of a block that lie before its rows, the first of them in the
  /// chunk, and those on the diagonal, which begin at row `at` in the chunk.
  struct Columns {
    Axis before, diagonal;
    mlir::Value first, count;
  };
  Columns columnsOf(BlockBuilder &b, const ScoreBlock &block) const;

  ChunkRows rows;
};

/// A transition whose decays and gains are running sums.
class SummedTransition : public ChunkTransition {
public:
  using ChunkTransition::ChunkTransition;

protected:
  /// Fills in the sums, token by token.
  void sum(BlockBuilder &b, mlir::Value maxBefore);
  const LogSums &sumsOf(Reads reads) const {
    return reads == Reads::Before ? before : after;
  }
  const LogSums &sumsOf(bool gains) const {
    return gains && gained ? gained : after;
  }

  virtual LogSums makeSums(BlockBuilder &b) = 0;
  /// Adds the decay of a row, if it is there, to the totals, which are carried.
  virtual void advance(BlockBuilder &b, mlir::Value row, mlir::Value there) = 0;
  /// The total less a number that may be null becomes a row of the sums.
  virtual void write(BlockBuilder &b, LogSums &sums, mlir::Value less,
                     mlir::Value row) = 0;

  mlir::Value total;
  LogSums after, before, gained;
  /// What the state before the chunk is scaled with; null without gain.
  Terms entry = Terms(2);

private:
  struct Gauge;
  Gauge stepGauge(BlockBuilder &b, mlir::Value row, mlir::Value there,
                  mlir::Value &number);
};

// One decay for each head, or none.
class HeadTransition : public SummedTransition {
public:
  HeadTransition(BlockBuilder &b, const ChunkRows &rows, mlir::Value max);
  mlir::Value readState(BlockBuilder &b, mlir::Value x, mlir::Value state,
                        Reads reads, mlir::Value at) override;
  mlir::Value scores(BlockBuilder &b, const ScoreBlock &block) override;
  mlir::Value nextState(BlockBuilder &b, mlir::Value state,
                        llvm::ArrayRef<Written> written) override;

private:
  LogSums makeSums(BlockBuilder &b) override;
  void advance(BlockBuilder &b, mlir::Value row, mlir::Value there) override;
  void write(BlockBuilder &b, LogSums &sums, mlir::Value less,
             mlir::Value row) override;
  mlir::Value scale(BlockBuilder &b, mlir::Value part, const ScoreBlock &block,
                    mlir::Value column, Extent columns, bool diagonal);
};

// One decay for each channel of a head.
class ChannelTransition : public SummedTransition {
public:
  ChannelTransition(BlockBuilder &b, const ChunkRows &rows, mlir::Value max);
  mlir::Value readState(BlockBuilder &b, mlir::Value x, mlir::Value state,
                        Reads reads, mlir::Value at) override;
  mlir::Value scores(BlockBuilder &b, const ScoreBlock &block) override;
  mlir::Value nextState(BlockBuilder &b, mlir::Value state,
                        llvm::ArrayRef<Written> written) override;

private:
  LogSums makeSums(BlockBuilder &b) override;
  void advance(BlockBuilder &b, mlir::Value row, mlir::Value there) override;
  void write(BlockBuilder &b, LogSums &sums, mlir::Value less,
             mlir::Value row) override;
  mlir::Value beside(BlockBuilder &b, mlir::Value part, const ScoreBlock &block,
                     const Columns &columns);
  mlir::Value onDiagonal(BlockBuilder &b, mlir::Value part,
                         const ScoreBlock &block);
};

// One matrix for each head, the same at all times. Any two tokens have a power
// of it between them, so there is no factor of a row: halves of the chunk are
// joined, with powers from queries of the later and keys of the earlier half to
// the border between them.
class DenseTransition : public ChunkTransition {
public:
  DenseTransition(const ChunkRows &rows, const DensePowers &powers)
      : ChunkTransition(rows), powers(powers) {}
  void prepare(BlockBuilder &b, mlir::Value q, mlir::Value k,
               Reads reads) override;
  mlir::Value readState(BlockBuilder &b, mlir::Value x, mlir::Value state,
                        Reads reads, mlir::Value at) override;
  mlir::Value scores(BlockBuilder &b, const ScoreBlock &block) override;
  mlir::Value nextState(BlockBuilder &b, mlir::Value state,
                        llvm::ArrayRef<Written> written) override;

private:
  void joinHalves(BlockBuilder &b, int64_t half);
  void join(BlockBuilder &b, mlir::Value step, int64_t earlier, int64_t later);
  Axis rowsOf(BlockBuilder &b, mlir::Value step, int64_t count) const;
  mlir::Value tokensIn(BlockBuilder &b, mlir::Value step, int64_t count) const;
  void finishScores(BlockBuilder &b, mlir::Value q, mlir::Value k, Reads reads);

  const DensePowers &powers;
  /// Queries, moved to the state before their part of the chunk, and keys, moved
  /// to the one after it; at last the part is the whole chunk.
  mlir::Value queries, keys, weights;
};

/// A sum in f64 as a rounded value and the rest, null in f64.
Terms splitLog(BlockBuilder &b, mlir::Value log, mlir::Type element);
// Σ of logs in a body: (x + x') - (y + y'), the large parts first, as they may
// be equal; y may be missing, and x' and y' in f64.
mlir::Value logDifference(BlockBuilder &b, mlir::ValueRange x,
                          mlir::ValueRange y);
/// 2^log in a body, zero where the numbers of segments differ.
mlir::Value weightOf(BlockBuilder &b, mlir::Value log, mlir::Value own,
                     mlir::Value other);

/// Rows of scores in one block: the lanes of its contractions.
int64_t scoreRows(const ScanOperands &scan, int64_t chunk);

/// `max` is the max before the chunk, if there is a gain; `powers` are those of
/// a dense transition.
std::unique_ptr<ChunkTransition>
makeTransition(BlockBuilder &b, const ChunkRows &rows, mlir::Value max,
               const std::optional<DensePowers> &powers);

} // namespace weft

#endif // WEFT_LIB_CONVERT_MIXER_CHUNKTRANSITION_H
