// Where an attend finds its keys and values: head-major, tokens in rows.
#ifndef WEFT_LIB_CONVERT_MIXER_ATTENDCACHE_H
#define WEFT_LIB_CONVERT_MIXER_ATTENDCACHE_H

#include "BlockBuilder.h"
#include "dialects/mixer/Mixer.h"

namespace weft {

/// Keys and values [B, Hk, N, D] of `length` tokens, the new ones included.
struct AttendCache {
  mlir::Value keys, values, length;
};

/// Appends k and v to the caches of the op, or packs them into fresh tensors.
AttendCache appendToCache(BlockBuilder &b, mixer::AttendOp op);

} // namespace weft

#endif // WEFT_LIB_CONVERT_MIXER_ATTENDCACHE_H
