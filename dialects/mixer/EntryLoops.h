// Entries of semiseparable matrices from their formula: a vector that starts
// as k_j and is moved from row to row, in plain loops.
#ifndef WEFT_MIXER_ENTRYLOOPS_H
#define WEFT_MIXER_ENTRYLOOPS_H

#include "dialects/mixer/Mixer.h"

namespace weft::mixer {

/// The lower triangle [B, H, T, T] of `op`, zero above it; O(T² K) for each
/// head.
mlir::Value semiseparableEntries(mlir::OpBuilder &builder, SemiseparableOp op,
                                 const MatrixSizes &sizes);

} // namespace weft::mixer

#endif // WEFT_MIXER_ENTRYLOOPS_H
