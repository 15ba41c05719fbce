// The operands of a scan as the generators read them: by task, token and plane.
#ifndef WEFT_LIB_CONVERT_MIXER_SCANOPERANDS_H
#define WEFT_LIB_CONVERT_MIXER_SCANOPERANDS_H

#include "BlockBuilder.h"
#include "dialects/mixer/Mixer.h"

namespace weft {

/// A task: one head of one batch entry, or a block of heads, which then are an
/// axis of all tiles. It may look at some of the value columns at a time.
struct HeadBlock {
  mlir::Value entry, head;
  int64_t count = 0;
  mlir::Value column; ///< the first of `columns`, or all if null
  int64_t columns = 0;
};

/// Channels come in one plane, or, where pairs of them turn, in two: the first
/// of all pairs and the second of all pairs.
class ScanOperands {
public:
  ScanOperands(BlockBuilder &b, mixer::ScanOp op);

  mixer::ScanOp op;
  int64_t H, K, V, planes;
  /// Channels of a plane.
  int64_t channels;
  mlir::Type element;
  mlir::Value T;
  /// Null where they are absent.
  mlir::Value q, k, v, decay, rotate, eraseA, eraseB, gain, bonus, dense;
  mlir::Value segments;
  double scale;
  bool reverse, readsBefore, erasesDecayed;
  /// Whether decays differ among the channels of a head.
  bool channelDecay = false;

  /// The token of a step: the steps of a reversed scan begin at the last one.
  mlir::Value token(BlockBuilder &b, mlir::Value step) const;

  /// What belongs to the heads of the task at a token, or at all times, in one
  /// plane of q, k, a, b or bonus, or in all channels of decays and angles.
  Term row(BlockBuilder &b, mlir::Value operand, const HeadBlock &task,
           mlir::Value token, int64_t plane = 0) const;
  /// The value row of the heads of the task.
  Term values(BlockBuilder &b, const HeadBlock &task, mlir::Value token) const;
  /// The dense transition, indexed by "nm", or "hnm" where heads of the task
  /// have their own.
  Term denseOf(BlockBuilder &b, const HeadBlock &task) const;
  /// The largest log decay among the channels of a head, a number or indexed by
  /// heads; null without decay.
  Term strongestDecay(BlockBuilder &b, const HeadBlock &task,
                      mlir::Value token) const;

  /// All tokens, or one, of a result [B, T, H, V] or [B, T, H].
  llvm::SmallVector<Axis> rowsOf(const HeadBlock &task) const;
  /// A plane of the state, [B, H, K, V], or all of it.
  llvm::SmallVector<Axis> stateOf(const HeadBlock &task, int64_t plane) const;
  llvm::SmallVector<Axis> wholeStateOf(const HeadBlock &task) const;
  /// Whether the scale of rows is read. A row that is divided by its sum has one
  /// that nobody reads: a private buffer as long as the sequence.
  bool readsLogScale() const;

  /// The axis of heads of an operand that has `heads` of them, of which groups
  /// share one.
  Axis headAxis(BlockBuilder &b, const HeadBlock &task, int64_t heads) const;
  Axis channelAxis(int64_t plane) const;
  /// The axis of a plane where planes lie one behind the other.
  Axis planeAxis(int64_t plane) const;
  /// The axis of value columns: none if there is one column on lanes of heads.
  Axis valueAxis(const HeadBlock &task) const;
};

} // namespace weft

#endif // WEFT_LIB_CONVERT_MIXER_SCANOPERANDS_H
