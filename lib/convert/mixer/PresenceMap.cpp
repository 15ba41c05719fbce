#include "PresenceMap.h"

#include "AttendRegion.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace weft;

/// 2 if all entries of the block are present, 1 if any may be, else 0.
static Value classify(BlockBuilder &b, mixer::AttendOp op, ValueRange place,
                      Value lastRow, Value lastColumn) {
  auto global = [&](Value local, unsigned axis) {
    return op.getOrigin().empty() ? local : b.add(local, op.getOrigin()[axis]);
  };
  Value head = global(place[1], 1);
  TileRows rows{global(place[0], 0), head, head, global(place[2], 2),
                global(lastRow, 2)};
  TileColumns columns{global(place[3], 3), global(lastColumn, 3)};
  Interval present = AttendRegion(op).presence(b, rows, columns);
  Type f32 = b.getF32Type();
  Value may = arith::SelectOp::create(b, present.hi, b.number(f32, 1),
                                      b.number(f32, 0));
  return arith::SelectOp::create(b, present.lo, b.number(f32, 2), may);
}

Value weft::emitPresenceMap(mixer::AttendOp op, int64_t block) {
  BlockBuilder b(op.getLoc(), op.getContext());
  b.setInsertionPointAfter(op);
  // Batch, heads, rows, columns.
  Value ends[] = {b.dim(op.getQ(), 0), b.dim(op.getQ(), 2), b.dim(op.getQ(), 1),
                  b.dim(op.getK(), 1)};
  SmallVector<Extent> sizes(std::begin(ends), std::end(ends));
  int64_t steps[] = {1, 1, block, block};
  std::function<Values(Values, ValueRange)> loops =
      [&](Values place, ValueRange carried) -> Values {
    if (unsigned axis = place.size(); axis < 4)
      return b.forLoop(b.index(0), ends[axis], steps[axis], carried,
                       [&](Value start, ValueRange inner) {
                         Values next = place;
                         next.push_back(start);
                         return loops(next, inner);
                       });
    auto last = [&](unsigned axis) {
      return b.sub(b.min(b.add(place[axis], b.index(block)), ends[axis]),
                   b.index(1));
    };
    Value number = classify(b, op, place, last(2), last(3));
    Values index = {place[0], place[1], b.floorDiv(place[2], block),
                    b.floorDiv(place[3], block)};
    return {tensor::InsertOp::create(b, number, carried[0], index)};
  };
  Value zeros = b.fill(b.empty(sizes, b.getF32Type()), 0.0);
  return loops({}, zeros).front();
}
