// C[.., row, lane] += A[.., row, k] B[.., k, lane] with a tile of accumulators
// in vector registers: B by vector loads, A by scalar broadcasts in any layout.
// Every element is summed in the order of k, whatever the tile.
#include "LoopEmitter.h"
#include "PrepareBuffers.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace weft;

namespace {
class ContractionEmitter : LoopEmitter {
public:
  using LoopEmitter::LoopEmitter;
  bool matches();
  void emit();

private:
  void findLoops();
  void chooseTile();
  double cyclesPerStep(int64_t rows, int64_t vectors) const;
  double restCycles(int64_t rows, int64_t vectors) const;
  void emitRows();
  void emitTile(int64_t rows);
  void emitTile(int64_t rows, bool fromZero,
                llvm::function_ref<Values(Values)> add);
  void coverLanes(llvm::function_ref<void()> inner);
  bool isStreamed();
  void emitStreamed();
  Values emitSteps(int reduction, int64_t count, Values sums);
  Values emitSum(ArrayRef<int> loops, int64_t rows, Values sums);
  Values emitStep(int64_t rows, Values sums);
  void moveRow(Value first, int64_t by) {
    if (row >= 0)
      point[row] = offset(first, by);
  }

  BufferAccess A, B, C;
  int lane = -1, row = -1;
  SmallVector<int> outer, reductions;
  int64_t tileRows = 1, tileVectors = 1;
};
} // namespace

bool ContractionEmitter::matches() {
  if (!isSumOfProducts(op) || accesses.size() != 3)
    return false;
  for (BufferAccess &access : accesses) {
    if (!access.isBuffer() || !access.elementType().isF32())
      return false;
    for (int i = 0; i < (int)access.indices.size(); ++i)
      if (access.loopAt(i) < 0)
        return false;
  }
  C = accesses[2];
  lane = C.unitLoop();
  if (lane < 0)
    return false;
  int along = accesses[0].involves(lane) ? 0 : 1;
  A = accesses[1 - along];
  B = accesses[along];
  int64_t size = extent(lane);
  return !A.involves(lane) && B.isContiguous(lane) &&
         !ShapedType::isDynamic(size) && size % unit.lanes == 0;
}

void ContractionEmitter::findLoops() {
  for (int i = (int)C.indices.size() - 2; i >= 0; --i) {
    int loop = C.loopAt(i);
    if (row < 0 && A.involves(loop) && !B.involves(loop))
      row = loop;
    else
      outer.insert(outer.begin(), loop);
  }
  for (int d = 0; d < numLoops(); ++d)
    if (isReduction(d))
      reductions.push_back(d);
}

/// Issue slots for one k: two FMAs and two loads a cycle, and the latency of
/// the FMA that every accumulator waits for.
double ContractionEmitter::cyclesPerStep(int64_t rows, int64_t vectors) const {
  constexpr double latency = 4;
  return std::max({rows * vectors / 2.0, (rows + vectors) / 2.0, latency}) +
         0.05 * (rows + vectors);
}

/// Rows behind the last full tile, if their number is not known: in pairs.
double ContractionEmitter::restCycles(int64_t rows, int64_t vectors) const {
  return rows / 2 * cyclesPerStep(2, vectors) +
         rows % 2 * cyclesPerStep(1, vectors);
}

void ContractionEmitter::chooseTile() {
  int64_t vectors = extent(lane) / unit.lanes;
  int64_t rows = row < 0 ? 1 : extent(row);
  bool dynamic = ShapedType::isDynamic(rows);
  double best = std::numeric_limits<double>::infinity();
  for (int64_t v = 1; v <= 8; ++v)
    for (int64_t r = 1; r <= 16; ++r) {
      if (vectors % v || r * v + v + 1 > unit.registers ||
          (!dynamic && r > rows))
        continue;
      int64_t total = dynamic ? 64 : rows;
      double cycles = total / r * cyclesPerStep(r, v);
      if (int64_t rest = total % r)
        cycles += dynamic ? restCycles(rest, v) : cyclesPerStep(rest, v);
      cycles *= vectors / v;
      if (cycles < best)
        best = cycles, tileRows = r, tileVectors = v;
    }
}

Values ContractionEmitter::emitStep(int64_t rows, Values sums) {
  Values panel, result;
  for (int64_t v = 0; v < tileVectors; ++v)
    panel.push_back(loadVector(B, lane, v * unit.lanes));
  Value first = row < 0 ? Value() : point[row];
  for (int64_t r = 0; r < rows; ++r) {
    moveRow(first, r);
    Value scalar = broadcast(loadScalar(A));
    for (int64_t v = 0; v < tileVectors; ++v)
      result.push_back(vector::FMAOp::create(b, scalar, panel[v],
                                             sums[r * tileVectors + v]));
  }
  moveRow(first, 0);
  return result;
}

Values ContractionEmitter::emitSum(ArrayRef<int> loops, int64_t rows,
                                   Values sums) {
  if (loops.empty())
    return emitStep(rows, sums);
  // Short trip counts are predicted better.
  int64_t size = extent(loops[0]);
  bool unroll =
      !ShapedType::isDynamic(size) && loops.size() == 1 && size % 4 == 0;
  int64_t step = unroll ? 4 : 1;
  return loop(index(0), extentValue(loops[0]), step, sums,
              [&](Value k, Values values) {
                for (int64_t u = 0; u < step; ++u) {
                  point[loops[0]] = offset(k, u);
                  values = emitSum(loops.drop_front(), rows, values);
                }
                return values;
              });
}

/// Sums of a tile from memory, or zeros, what `add` makes of them back to it.
void ContractionEmitter::emitTile(int64_t rows, bool fromZero,
                                  llvm::function_ref<Values(Values)> add) {
  Value first = row < 0 ? Value() : point[row];
  Values sums;
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t v = 0; v < tileVectors; ++v) {
      moveRow(first, r);
      sums.push_back(fromZero ? zero(vectorOf(C.elementType()))
                              : loadVector(C, lane, v * unit.lanes));
    }
  moveRow(first, 0);
  sums = add(std::move(sums));
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t v = 0; v < tileVectors; ++v) {
      moveRow(first, r);
      storeVector(sums[r * tileVectors + v], C, lane, v * unit.lanes);
    }
  moveRow(first, 0);
}

void ContractionEmitter::emitTile(int64_t rows) {
  emitTile(rows, op->hasAttr(zeroInitAttr),
           [&](Values sums) { return emitSum(reductions, rows, sums); });
}

void ContractionEmitter::emitRows() {
  if (row < 0)
    return emitTile(1);
  if (!ShapedType::isDynamic(extent(row))) {
    cover(row, tileRows, {}, [&](int64_t rows, Values) {
      emitTile(rows);
      return Values();
    });
    return;
  }
  // Full tiles, then pairs, then a last row.
  Value upper = extentValue(row), lower = index(0);
  SmallVector<int64_t> sizes = {tileRows};
  for (int64_t size : {2, 1})
    if (size < tileRows)
      sizes.push_back(size);
  for (int64_t size : sizes) {
    Value rest = arith::RemUIOp::create(
        b, arith::SubIOp::create(b, upper, lower), index(size));
    Value end = arith::SubIOp::create(b, upper, rest);
    loop(lower, end, size, {}, [&](Value iv, Values) {
      point[row] = iv;
      emitTile(size);
      return Values();
    });
    lower = end;
  }
}

/// Rows of B that are read together in a streamed product.
static constexpr int64_t kStreams = 8;
/// A matrix above this does not stay in the first cache between two rows of A.
static constexpr int64_t kStreamedBytes = 64 * 1024;

/// Whether one row of A goes through a matrix that comes from memory. By
/// columns of vectors, each of its rows would be touched once for each tile of
/// lanes, every time on another page.
bool ContractionEmitter::isStreamed() {
  int64_t lanes = extent(lane);
  if (reductions.size() != 1 || (row >= 0 && extent(row) != 1) ||
      lanes <= tileVectors * unit.lanes)
    return false;
  int64_t steps = extent(reductions[0]);
  return ShapedType::isDynamic(steps) ||
         steps * lanes * int64_t(sizeof(float)) > kStreamedBytes;
}

/// The next `count` products of one row of a tile.
Values ContractionEmitter::emitSteps(int reduction, int64_t count,
                                     Values sums) {
  Value first = point[reduction];
  for (int64_t k = 0; k < count; ++k) {
    point[reduction] = offset(first, k);
    sums = emitStep(1, std::move(sums));
  }
  point[reduction] = first;
  return sums;
}

/// `inner` at every tile of lanes.
void ContractionEmitter::coverLanes(llvm::function_ref<void()> inner) {
  nest(outer, [&] {
    cover(lane, tileVectors * unit.lanes, {}, [&](int64_t, Values) {
      inner();
      return Values();
    });
  });
}

void ContractionEmitter::emitStreamed() {
  if (row >= 0)
    point[row] = index(0);
  if (op->hasAttr(zeroInitAttr))
    coverLanes([&] { emitTile(1, true, [](Values sums) { return sums; }); });
  cover(reductions[0], kStreams, {}, [&](int64_t count, Values) {
    coverLanes([&] {
      emitTile(1, false, [&](Values sums) {
        return emitSteps(reductions[0], count, std::move(sums));
      });
    });
    return Values();
  });
}

void ContractionEmitter::emit() {
  findLoops();
  chooseTile();
  if (isStreamed())
    return emitStreamed();
  coverLanes([&] { emitRows(); });
}

bool weft::emitContraction(VectorUnit unit, linalg::LinalgOp op) {
  // The views that matching makes are dead if it fails.
  ContractionEmitter emitter(unit, op);
  if (!emitter.matches())
    return false;
  emitter.emit();
  return true;
}
