// What the mask of an attend says of each block of its matrix, as numbers.
#ifndef WEFT_LIB_CONVERT_MIXER_PRESENCEMAP_H
#define WEFT_LIB_CONVERT_MIXER_PRESENCEMAP_H

#include "dialects/mixer/Mixer.h"

namespace weft {

/// A tensor [B, H, T, S] whose element [b, h, I, J] is 2 if all entries of the
/// I-th block of rows and the J-th of columns are present, 0 if none is, and 1
/// if the blocked form would ask each entry. Built after `op`.
mlir::Value emitPresenceMap(mixer::AttendOp op, int64_t block);

} // namespace weft

#endif // WEFT_LIB_CONVERT_MIXER_PRESENCEMAP_H
