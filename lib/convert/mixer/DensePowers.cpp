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

static Value squareOf(BlockBuilder &b, Value squares, Value level) {
  int64_t K = staticDim(squares, 1);
  return b.slice(squares, {at(level), all(K), all(K)});
}

DensePowers::DensePowers(BlockBuilder &b, const ScanOperands &scan,
                         const HeadBlock &task, int64_t most, bool ofWritten)
    : K(scan.K) {
  int64_t levels = levelsOf(most);
  squares = b.insert(scan.denseOf(b, task).value,
                     b.empty({levels, K, K}, scan.element),
                     {at(0), all(K), all(K)});
  b.forLoop(b.index(1), b.index(levels), 1, {&squares}, [&](Value level) {
    Value last = squareOf(b, squares, b.sub(level, b.index(1)));
    Value next = b.contract("nm/l", {"nl", "lm", "nm"}, last, last,
                            zerosLike(b, last));
    squares = b.insert(next, squares, {at(level), all(K), all(K)});
  });
  if (ofWritten)
    transposed = b.generic("lnm", {Term(squares, "lmn")},
                           {Term(b.empty({levels, K, K}, scan.element), "lnm")},
                           [](ValueRange x) -> Values { return {x[0]}; })
                     .front();
}

/// A product with the square of each bit of `count`.
Value DensePowers::times(
    BlockBuilder &b, Value squares, Value tile, Value count, int64_t most,
    function_ref<Value(Value, Value)> product) const {
  auto multiplied = [&](Value level) -> Values {
    Value done = product(squareOf(b, squares, level), tile);
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
  return times(b, squares, state, count, most, [&](Value square, Value tile) {
    return b.contract("np/m", {"nm", "mp", "np"}, square, tile,
                      zerosLike(b, tile));
  });
}

static Value rowsTimes(BlockBuilder &b, Value tile, Value square) {
  return b.contract("im/n", {"in", "nm", "im"}, tile, square,
                    zerosLike(b, tile));
}

Value DensePowers::ofRows(BlockBuilder &b, Value tile, Value count,
                          int64_t most, bool written) const {
  return times(b, written ? transposed : squares, tile, count, most,
               [&](Value square, Value tile) {
                 return rowsTimes(b, tile, square);
               });
}

Value DensePowers::onceOfRows(BlockBuilder &b, Value tile) const {
  return rowsTimes(b, tile, squareOf(b, squares, b.index(0)));
}
