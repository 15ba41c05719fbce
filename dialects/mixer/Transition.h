// The operands that semiseparable matrices and scans share: what a token does
// to the state besides writing k.
#ifndef WEFT_MIXER_TRANSITION_H
#define WEFT_MIXER_TRANSITION_H

#include "dialects/mixer/Shapes.h"

namespace weft::mixer {

/// Null where absent.
struct Transition {
  NamedTensor decay, rotate, eraseA, eraseB, gain, bonus;
  /// [H, K, K], the same at all times.
  NamedTensor dense;

  /// All whose rank says whether they change over time: all but `dense`.
  std::array<NamedTensor, 6> all() const {
    return {decay, rotate, eraseA, eraseB, gain, bonus};
  }
};

template <typename OpTy> Transition transitionOf(OpTy op) {
  return {{"decay", op.getDecay()},     {"rotate", op.getRotate()},
          {"erase a", op.getEraseA()},  {"erase b", op.getEraseB()},
          {"gain", op.getGain()},       {"bonus", op.getBonus()},
          {"dense", op.getDense()}};
}

/// Whether `holds` of an op among those that make `matrix`.
bool isMadeWith(mlir::Value matrix,
                llvm::function_ref<bool(mlir::Operation *)> holds);

/// Whether a transition operand other than `dense` is [B, T, H, ...]; else it
/// is [H, ...], the same at all times.
bool hasTime(mlir::Value operand);

/// The axis of a transition operand that counts heads.
int64_t headAxis(mlir::Value operand);

/// Shapes of the operands that are there, for keys `k` and `heads` of the
/// result; `readsPre` says whether the state is read before the update.
mlir::LogicalResult verifyTransition(mlir::Operation *op,
                                     const Transition &transition,
                                     const NamedTensor &k, int64_t heads,
                                     bool readsPre);

} // namespace weft::mixer

#endif // WEFT_MIXER_TRANSITION_H
