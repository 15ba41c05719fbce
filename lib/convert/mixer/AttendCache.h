// Where an attend finds its keys and values: head-major, tokens in rows.
#ifndef WEFT_LIB_CONVERT_MIXER_ATTENDCACHE_H
#define WEFT_LIB_CONVERT_MIXER_ATTENDCACHE_H

#include "BlockBuilder.h"
#include "dialects/mixer/Mixer.h"

namespace weft {

/// Keys and values [B, Hk, N, D] and column data [B, Hc, N] of `length` tokens,
/// the new ones included.
struct AttendCache {
  mlir::Value keys, values;
  Values columns;
  mlir::Value length;

  Values all() const {
    Values caches{keys, values};
    caches.append(columns);
    return caches;
  }
};

/// Appends k, v and the column data to the caches of the op, or packs them into fresh tensors.
AttendCache appendToCache(BlockBuilder &b, mixer::AttendOp op);

} // namespace weft

#endif // WEFT_LIB_CONVERT_MIXER_ATTENDCACHE_H
