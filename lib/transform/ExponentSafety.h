// Whether every exponent that a form of an op computes is at most 0, so that
// nothing overflows whatever the input.
#ifndef WEFT_TRANSFORM_EXPONENTSAFETY_H
#define WEFT_TRANSFORM_EXPONENTSAFETY_H

#include "lib/transform/FloatRanges.h"

namespace weft {

struct Safety {
  bool proved = true;
  /// The argument, or what it lacks; empty if there are no exponents.
  std::string argument;
  /// If not proved: the value whose bounds are lost.
  mlir::Value place;
};

/// Of `form` (with chunks of `chunk` tokens, 0 for none) of a normal-form op.
/// `factored`, a chunked scan with e^{c_i} and e^{-c_j} apart, is judged, too.
Safety safetyOf(mlir::Operation *op, llvm::StringRef form, int64_t chunk,
                FloatRanges &ranges);

} // namespace weft

#endif // WEFT_TRANSFORM_EXPONENTSAFETY_H
