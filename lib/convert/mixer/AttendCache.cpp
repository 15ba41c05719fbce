#include "AttendCache.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace weft;

/// Tokens that a task copies.
static constexpr int64_t kTokens = 64;

AttendCache weft::appendToCache(BlockBuilder &b, mixer::AttendOp op) {
  Value k = op.getK(), v = op.getV();
  int64_t heads = staticDim(k, 2), K = staticDim(k, 3), V = staticDim(v, 3);
  Value batch = b.dim(k, 0), S = b.dim(k, 1);
  Value start = op.getKCache() ? op.getLength() : b.index(0);
  Values caches{op.getKCache(), op.getVCache()};
  if (!op.getKCache())
    caches = {b.empty({batch, heads, S, K}, elementOf(k)),
              b.empty({batch, heads, S, V}, elementOf(v))};
  auto copy = [&](ValueRange iv, ValueRange shared) -> std::function<void()> {
    Value first = b.mul(iv[2], kTokens);
    Value count = b.min(b.index(kTokens), b.sub(S, first));
    Value to = b.add(start, first);
    auto tokens = [&](Value from, int64_t width) {
      return b.slice(from, {at(iv[0]), range(first, count), at(iv[1]), all(width)});
    };
    Value keys = tokens(k, K), values = tokens(v, V);
    Value entry = iv[0], head = iv[1];
    return [=, &b] {
      b.parallelInsert(keys, shared[0],
                       {at(entry), at(head), range(to, count), all(K)});
      b.parallelInsert(values, shared[1],
                       {at(entry), at(head), range(to, count), all(V)});
    };
  };
  caches = b.forall({batch, heads, b.ceilDiv(S, kTokens)}, caches, copy);
  return {caches[0], caches[1], b.add(start, S)};
}
