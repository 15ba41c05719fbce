// Running sums: a task for each batch entry goes over time with the sums of all
// heads in f64.
#include "MixerToBlocks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace weft;
using mixer::RunningSumOp;

/// Terms below it count as it.
static constexpr double kStrongest = -1000.0;

// total += max(x, -1000); high = round(total); rest = total - high
static Values step(BlockBuilder &b, Value x, Value total, Value high,
                   Value rest) {
  Type wide = b.getF64Type(), element = elementOf(high);
  return b.generic(
      "h", {"h", "h", "h", "h"}, {x}, {total, high, rest},
      [&](ValueRange in) -> Values {
        Value term = in[0];
        if (term.getType() != wide)
          term = arith::ExtFOp::create(b, wide, term);
        term = arith::MaximumFOp::create(b, term, b.number(wide, kStrongest));
        Value sum = arith::AddFOp::create(b, in[1], term);
        if (element == wide)
          return {sum, sum, b.number(wide, 0.0)};
        Value rounded = arith::TruncFOp::create(b, element, sum);
        Value back = arith::ExtFOp::create(b, wide, rounded);
        Value left = arith::SubFOp::create(b, sum, back);
        return {sum, rounded, arith::TruncFOp::create(b, element, left)};
      });
}

FailureOr<Values> weft::runningSum(BlockBuilder &b, RunningSumOp op) {
  int64_t heads = staticDim(op.getX(), 2);
  Value batch = b.dim(op.getX(), 0), T = b.dim(op.getX(), 1);
  Extent tokens = staticDim(op.getX(), 1);
  if (ShapedType::isDynamic(tokens.number))
    tokens = T;
  Extent entries = staticDim(op.getX(), 0);
  if (ShapedType::isDynamic(entries.number))
    entries = batch;
  Type element = elementOf(op.getHigh());
  Values results{b.empty({entries, tokens, heads}, element),
                 b.empty({entries, tokens, heads}, element), op.getCarry()};
  return b.forall(
      {batch}, results,
      [&](ValueRange iv, ValueRange shared) -> std::function<void()> {
        SmallVector<Axis> sums{at(iv[0]), range(0, tokens), all(heads)};
        SmallVector<Axis> total{at(iv[0]), all(heads)};
        Value entry = iv[0];
        auto perToken = [&](Value t, ValueRange carried) -> Values {
          SmallVector<Axis> row{at(t), all(heads)};
          Value x = b.slice(op.getX(), {at(entry), at(t), all(heads)});
          Values next = step(b, x, carried[2], b.slice(carried[0], row),
                             b.slice(carried[1], row));
          return {b.insert(next[1], carried[0], row),
                  b.insert(next[2], carried[1], row), next[0]};
        };
        Values done = b.forLoop(b.index(0), T, 1,
                                {b.slice(shared[0], sums),
                                 b.slice(shared[1], sums),
                                 b.slice(shared[2], total)},
                                perToken);
        return [=, &b] {
          b.parallelInsert(done[0], shared[0], sums);
          b.parallelInsert(done[1], shared[1], sums);
          b.parallelInsert(done[2], shared[2], total);
        };
      });
}
