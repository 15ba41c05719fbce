#include "DensePowers.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace weft;

static int64_t levelsOf(int64_t most) { return llvm::Log2_64(most) + 1; }

static Value zerosLike(BlockBuilder &b, Value tile) {
  SmallVector<Extent> sizes;
  for (int64_t size : cast<RankedTensorType>(tile.getType()).getShape())
    sizes.push_back(size);
  return b.fill(b.empty(sizes, elementOf(tile)), 0.0);
}

DensePowers::DensePowers(BlockBuilder &b, const ScanOperands &scan,
                         const HeadBlock &task, int64_t most)
    : K(scan.K) {
  int64_t levels = levelsOf(most);
  squares = b.insert(scan.denseOf(b, task).value,
                     b.empty({levels, K, K}, scan.element),
                     {at(0), all(K), all(K)});
  b.forLoop(b.index(1), b.index(levels), 1, {&squares}, [&](Value level) {
    Value last = square(b, b.sub(level, b.index(1)));
    Value next = b.contract("nm/l", {"nl", "lm", "nm"}, last, last,
                            zerosLike(b, last));
    squares = b.insert(next, squares, {at(level), all(K), all(K)});
  });
}

Value DensePowers::square(BlockBuilder &b, Value level) const {
  return b.slice(squares, {at(level), all(K), all(K)});
}

/// A product with the square of each bit of `count`.
Value DensePowers::times(
    BlockBuilder &b, Value tile, Value count, int64_t most,
    function_ref<Value(Value, Value)> product) const {
  auto multiplied = [&](Value level) -> Values {
    Value done = product(square(b, level), tile);
    return {bufferization::MaterializeInDestinationOp::create(b, done, tile)
                .getResult()};
  };
  b.forLoop(b.index(0), b.index(levelsOf(most)), 1, {&tile}, [&](Value level) {
    Value bit = arith::AndIOp::create(
        b, arith::ShRUIOp::create(b, count, level), b.index(1));
    Value isSet = arith::CmpIOp::create(b, arith::CmpIPredicate::ne, bit,
                                        b.index(0));
    tile = b.ifElse(
                isSet, [&] { return multiplied(level); },
                [&]() -> Values { return {tile}; })
               .front();
  });
  return tile;
}

Value DensePowers::ofState(BlockBuilder &b, Value state, Value count,
                           int64_t most) const {
  return times(b, state, count, most, [&](Value square, Value tile) {
    return b.contract("np/m", {"nm", "mp", "np"}, square, tile,
                      zerosLike(b, tile));
  });
}

Value DensePowers::ofRows(BlockBuilder &b, Value tile, Value count,
                          int64_t most, bool written) const {
  return times(b, tile, count, most, [&](Value square, Value tile) {
    if (written)
      return b.contract("in/m", {"im", "nm", "in"}, tile, square,
                        zerosLike(b, tile));
    return b.contract("im/n", {"in", "nm", "im"}, tile, square,
                      zerosLike(b, tile));
  });
}

Value DensePowers::onceOfRows(BlockBuilder &b, Value tile) const {
  return b.contract("im/n", {"in", "nm", "im"}, tile, square(b, b.index(0)),
                    zerosLike(b, tile));
}
