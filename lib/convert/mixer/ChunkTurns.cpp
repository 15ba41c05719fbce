#include "ChunkTurns.h"

#include "ScanGauge.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace weft;

static constexpr double kTurn = 6.283185307179586476925286766559;

ChunkTurns::ChunkTurns(BlockBuilder &b, const ChunkRows &rows) : rows(rows) {
  Type wide = b.getF64Type();
  total = b.fill(b.empty({rows.scan.channels}, wide), 0.0);
  after = makeAngles(b);
  before = makeAngles(b);
  b.forLoop(
      b.index(0), b.index(rows.rows), 1,
      {&total, &after.cos, &after.sin, &before.cos, &before.sin},
      [&](Value step) {
        Value row = rows.row(b, step), there = rows.isThere(b, row);
        write(b, before, row);
        Term angle = rows.scan.row(b, rows.scan.rotate, rows.task,
                                   rows.token(b, row));
        total = b.generic("n", {angle}, {Term(total, "n")},
                          [&](ValueRange x) -> Values {
                            Value more = arith::SelectOp::create(
                                b, there, toF64(b, x[0]), b.number(wide, 0.0));
                            return {arith::AddFOp::create(b, x[1], more)};
                          })
                    .front();
        write(b, after, row);
      });
}

ChunkTurns::Angles ChunkTurns::makeAngles(BlockBuilder &b) const {
  SmallVector<Extent> sizes{rows.rows, rows.scan.channels};
  return {b.empty(sizes, rows.scan.element), b.empty(sizes, rows.scan.element)};
}

/// Cosines and sines of the angles so far, less whole turns.
void ChunkTurns::write(BlockBuilder &b, Angles &angles, Value row) const {
  Type wide = b.getF64Type(), element = rows.scan.element;
  SmallVector<Axis> place{at(row), all(rows.scan.channels)};
  Values parts = b.generic(
      "n", {Term(total, "n")},
      {Term(b.slice(angles.cos, place), "n"),
       Term(b.slice(angles.sin, place), "n")},
      [&](ValueRange x) -> Values {
        Value turns = arith::MulFOp::create(b, x[0], b.number(wide, 1 / kTurn));
        turns = math::RoundEvenOp::create(b, turns);
        turns = arith::MulFOp::create(b, turns, b.number(wide, kTurn));
        Value angle = arith::SubFOp::create(b, x[0], turns);
        if (element != wide)
          angle = arith::TruncFOp::create(b, element, angle);
        return {math::CosOp::create(b, angle), math::SinOp::create(b, angle)};
      });
  angles.cos = b.insert(parts[0], angles.cos, place);
  angles.sin = b.insert(parts[1], angles.sin, place);
}

// (x cos - z sin, x sin + z cos), or with -sin; planes lie along the axis of `n`.
Value ChunkTurns::turn(BlockBuilder &b, Value tile, StringRef map,
                       const Term &cos, const Term &sin, bool back) const {
  SmallVector<Extent> sizes;
  for (int64_t axis = 0; axis < 2; ++axis)
    sizes.push_back(b.dim(tile, axis));
  Value turned = b.empty(sizes, rows.scan.element);
  int64_t half = rows.scan.channels;
  size_t channel = map.find('n');
  auto plane = [&](int64_t n) {
    SmallVector<Axis> axes{all(sizes[0]), all(sizes[1])};
    axes[channel] = range(n * half, half);
    return axes;
  };
  for (int64_t n = 0; n < 2; ++n) {
    Value part =
        b.generic(map,
                  {Term(b.slice(tile, plane(n)), map),
                   Term(b.slice(tile, plane(1 - n)), map), cos, sin},
                  {Term(b.slice(turned, plane(n)), map)},
                  [&](ValueRange x) -> Values {
                    Value own = arith::MulFOp::create(b, x[0], x[2]);
                    Value other = arith::MulFOp::create(b, x[1], x[3]);
                    if ((n == 0) == back)
                      return {arith::AddFOp::create(b, own, other)};
                    return {arith::SubFOp::create(b, own, other)};
                  })
            .front();
    turned = b.insert(part, turned, plane(n));
  }
  return turned;
}

Value ChunkTurns::turnBack(BlockBuilder &b, Value tile, Reads reads) const {
  const Angles &angles = reads == Reads::Before ? before : after;
  return turn(b, tile, "in", {angles.cos, "in"}, {angles.sin, "in"}, true);
}

Value ChunkTurns::turned(BlockBuilder &b, Value state) const {
  SmallVector<Axis> last{at(rows.lastRow(b)), all(rows.scan.channels)};
  return turn(b, state, "np", {b.slice(after.cos, last), "n"},
              {b.slice(after.sin, last), "n"}, false);
}

Value ChunkTurns::turnState(BlockBuilder &b, Value state) const {
  return bufferization::MaterializeInDestinationOp::create(b, turned(b, state),
                                                           state)
      .getResult();
}
