// The gauge of scans with a gain: state and rows are stored with a scale e^-max
// under which no exponential overflows.
#ifndef WEFT_LIB_CONVERT_MIXER_SCANGAUGE_H
#define WEFT_LIB_CONVERT_MIXER_SCANGAUGE_H

#include "BlockBuilder.h"

namespace weft {

/// log2 e: exponentials inside chunks are powers of two.
inline constexpr double kLog2e = 1.4426950408889634;
/// A decay by e^-1000 is zero in all types. Stronger ones, down to -∞, are cut
/// to it: differences of infinite sums are no numbers.
inline constexpr double kStrongestDecay = -1000.0;

/// The max of an empty state.
mlir::Value lowestMax(BlockBuilder &b, mlir::Type element);
mlir::Value toF64(BlockBuilder &b, mlir::Value number);
/// max(before + decay, gain), in f64 and rounded once, so that all forms agree
/// on it; `decay` may be null.
mlir::Value maxAfter(BlockBuilder &b, mlir::Value before, mlir::Value decay,
                     mlir::Value gain);
/// A max or gain in f64 and units of log 2, -∞ cut to what can be subtracted.
mlir::Value logOfMax(BlockBuilder &b, mlir::Value max);

} // namespace weft

#endif // WEFT_LIB_CONVERT_MIXER_SCANGAUGE_H
