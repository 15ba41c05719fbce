#include "AttendCache.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace weft;

/// Tokens that a task copies.
static constexpr int64_t kTokens = 64;

/// [B, S, H(, D)] without its first two axes and heads: D or nothing.
static SmallVector<Axis> channels(Value x) {
  SmallVector<Axis> axes;
  if (cast<RankedTensorType>(x.getType()).getRank() == 4)
    axes.push_back(all(staticDim(x, 3)));
  return axes;
}

/// Copies tokens x [B, S, H(, D)] into caches [B, H, N(, D)] from `start` on,
/// all of them with the same heads.
static Values append(BlockBuilder &b, ValueRange tokens, ValueRange caches,
                     Value start) {
  Value batch = b.dim(tokens[0], 0), S = b.dim(tokens[0], 1);
  auto copy = [&](ValueRange iv, ValueRange shared) -> std::function<void()> {
    Value first = b.mul(iv[2], kTokens);
    Value count = b.min(b.index(kTokens), b.sub(S, first));
    Value to = b.add(start, first);
    Values parts;
    SmallVector<SmallVector<Axis>> places;
    for (Value x : tokens) {
      SmallVector<Axis> from{at(iv[0]), range(first, count), at(iv[1])},
          into{at(iv[0]), at(iv[1]), range(to, count)};
      from.append(channels(x));
      into.append(channels(x));
      parts.push_back(b.slice(x, from));
      places.push_back(into);
    }
    Values into(shared);
    return [=, &b] {
      for (auto [part, cache, place] : llvm::zip(parts, into, places))
        b.parallelInsert(part, cache, place);
    };
  };
  return b.forall({batch, staticDim(tokens[0], 2), b.ceilDiv(S, kTokens)},
                  caches, copy);
}

/// A fresh cache for no more than x.
static Value emptyCache(BlockBuilder &b, Value x) {
  SmallVector<Extent> sizes{b.dim(x, 0), staticDim(x, 2), b.dim(x, 1)};
  for (const Axis &axis : channels(x))
    sizes.push_back(axis.size);
  return b.empty(sizes, elementOf(x));
}

AttendCache weft::appendToCache(BlockBuilder &b, mixer::AttendOp op) {
  Values tokens{op.getK(), op.getV()}, caches = Values(op.getCaches());
  llvm::append_range(tokens, op.getColumns());
  Value start = caches.empty() ? b.index(0) : op.getLength();
  if (caches.empty())
    for (Value x : tokens)
      caches.push_back(emptyCache(b, x));
  ValueRange x = tokens, into = caches;
  Values pair = append(b, x.take_front(2), into.take_front(2), start);
  AttendCache cache{pair[0], pair[1], {}, b.add(start, b.dim(op.getK(), 1))};
  for (size_t n = 2; n < tokens.size(); ++n)
    cache.columns.push_back(append(b, tokens[n], caches[n], start).front());
  return cache;
}
