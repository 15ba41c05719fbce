#include "ScanByChunks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace weft;

Values ScanByChunks::results() {
  return b.forall({b.dim(scan.op.getOut(), 0), scan.H}, scan.op.getDpsInits(),
                  [&](ValueRange iv, ValueRange shared) {
                    task.entry = iv[0];
                    task.head = iv[1];
                    return run(shared);
                  });
}

/// The grid of chunks starts at the first token in both directions.
Value ScanByChunks::firstOf(Value step) {
  if (!scan.reverse)
    return step;
  return b.sub(b.mul(b.sub(b.ceilDiv(scan.T, C), b.index(1)), C), step);
}

std::function<void()> ScanByChunks::run(ValueRange shared) {
  SmallVector<Axis> rows = scan.rowsOf(task);
  SmallVector<Axis> one{at(task.entry), range(task.head, 1)};
  Carried carried = start(shared);
  if (scan.dense)
    powers.emplace(b, scan, task, C, movesRows());
  b.forLoop(b.index(0), scan.T, C,
            {&carried.y, &carried.state, &carried.logScale, &carried.max,
             &carried.segment},
            [&](Value t) { step(firstOf(t), carried); });
  Value state = planesTogether(carried.state, shared[1]);
  Value max = carried.max;
  if (max)
    max = tensor::InsertOp::create(b, max, b.slice(shared[3], one), b.index(0));
  return [=, shared = Values(shared)] {
    b.parallelInsert(carried.y, shared[0], rows);
    b.parallelInsert(state, shared[1], scan.wholeStateOf(task));
    if (carried.logScale)
      b.parallelInsert(carried.logScale, shared[2],
                       ArrayRef(rows).take_front(3));
    if (max)
      b.parallelInsert(max, shared[3], one);
  };
}

ScanByChunks::Carried ScanByChunks::start(ValueRange shared) {
  SmallVector<Axis> rows = scan.rowsOf(task);
  Carried carried{b.slice(shared[0], rows), planesApart(shared[1]), {}, {}, {}};
  if (scan.readsLogScale())
    carried.logScale = b.slice(shared[2], ArrayRef(rows).take_front(3));
  if (scan.gain)
    carried.max = tensor::ExtractOp::create(
        b, shared[3], ValueRange{task.entry, task.head});
  if (scan.segments)
    carried.segment = arith::ConstantOp::create(b, b.getI64IntegerAttr(-1));
  return carried;
}

/// A private tile, unless there is one plane.
Value ScanByChunks::planesApart(Value shared) {
  if (scan.planes == 1)
    return b.slice(shared, scan.stateOf(task, 0));
  Value apart = b.empty({scan.K, scan.V}, scan.element);
  for (int64_t n = 0; n < scan.planes; ++n)
    apart = b.insert(b.slice(shared, scan.stateOf(task, n)), apart,
                     {scan.planeAxis(n), all(scan.V)});
  return apart;
}

/// The channels in their own order, in the slice of the result.
Value ScanByChunks::planesTogether(Value state, Value shared) {
  if (scan.planes == 1)
    return state;
  Value into = b.slice(shared, scan.wholeStateOf(task));
  for (int64_t n = 0; n < scan.planes; ++n)
    into = b.insert(b.slice(state, {scan.planeAxis(n), all(scan.V)}), into,
                    {scan.channelAxis(n), all(scan.V)});
  return into;
}
