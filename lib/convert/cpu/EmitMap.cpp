// Everything that is not a contraction: fills, copies, elementwise ops,
// reductions, transposes and mixtures of them. One dimension runs along the
// lanes, reductions are carried in registers.
#include "Combiner.h"
#include "EmitBody.h"
#include "LoopEmitter.h"
#include "PrepareBuffers.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace weft;

/// What stays in the first cache, and the rows of a tile of unknown height.
static constexpr int64_t kCacheBytes = 32 * 1024, kLikelyRows = 32;

namespace {
class MapEmitter : LoopEmitter {
public:
  MapEmitter(VectorUnit unit, linalg::LinalgOp op);
  std::string emit();

private:
  /// VL vectors of each transposed input, one for each of VL rows.
  using Rows = SmallVector<Values>;

  // The plan.
  bool fitsLane(int loop);
  void chooseLane();
  void chooseTransposed();
  void orderLoops();
  bool exceedsCache();
  void chooseUnroll();
  bool isReduced(int output) const { return combiners[output].has_value(); }

  // Emission.
  const BufferAccess &output(int o) { return accesses[numInputs() + o]; }
  Value load(const BufferAccess &access, int input, int64_t vector);
  Values emitPoint(int64_t vector, ArrayRef<Value> sums);
  Values emitVectors(Values sums);
  Values emitReductions(ArrayRef<int> loops, Values sums);
  Values emitUnrolled(int loop, Values sums);
  Values coverRows(int loop, Values carry, llvm::function_ref<Values(Values)> body);
  Values loadRows(const BufferAccess &access);
  void emitParallel(ArrayRef<int> loops);
  void emitAccumulated();
  void emitAcrossLanes();
  Value initialSum(int o, int64_t vector);
  Value startAcrossLanes(int o, Value first);
  void emitLanes(llvm::function_ref<void()> inner);

  int numOutputs;
  SmallVector<std::optional<Combiner>> combiners;
  int lane = -1;          // loop along the lanes
  bool across = false;    // some output is reduced over the lanes
  int transposed = -1;    // loop at unit stride in inputs that are not along lane
  bool lanesInside = false;
  SmallVector<int> parallel, reductions;
  int64_t vectors = 1;    // vectors side by side along the lanes
  int64_t copies = 1;     // independent accumulators of a reduction
  int numReduced = 0;
  Rows rows;              // of the block being transposed, per input
  int64_t rowInBlock = 0;
};
} // namespace

MapEmitter::MapEmitter(VectorUnit unit, linalg::LinalgOp op)
    : LoopEmitter(unit, op), numOutputs(op.getNumDpsInits()) {
  for (int o = 0; o < numOutputs; ++o) {
    bool reduced = false;
    for (int d = 0; d < numLoops(); ++d)
      reduced |= !output(o).involves(d);
    combiners.push_back(std::nullopt);
    if (reduced)
      combiners.back() = Combiner::match(op, o);
    numReduced += reduced;
  }
}

/// Outputs are contiguous along a lane, or reduced over it by an associative
/// combiner (then they must not be reduced over anything else at the same
/// time as another output is not).
bool MapEmitter::fitsLane(int loop) {
  int64_t size = extent(loop);
  if (ShapedType::isDynamic(size) || size % unit.lanes != 0)
    return false;
  bool anyAcross = false, reducedAlong = false;
  for (int o = 0; o < numOutputs; ++o) {
    if (output(o).elementType().isInteger(1))
      return false;
    if (!output(o).involves(loop)) {
      anyAcross = true;
      if (!combiners[o]->isAssociative())
        return false;
    } else {
      reducedAlong |= isReduced(o);
      if (!output(o).isContiguous(loop))
        return false;
    }
  }
  return !(anyAcross && reducedAlong);
}

void MapEmitter::chooseLane() {
  int best = 0;
  for (int d = numLoops() - 1; d >= 0; --d) {
    if (!fitsLane(d))
      continue;
    int score = 1;
    for (int o = 0; o < numOutputs; ++o)
      score += output(o).involves(d) ? 100 : 0;
    for (int i = 0; i < numInputs(); ++i)
      score += accesses[i].isContiguous(d) ? 10 : 0;
    // Without a contiguous operand there is nothing to win.
    if (score > std::max(best, 1))
      best = score, lane = d;
  }
  for (int o = 0; o < numOutputs && lane >= 0; ++o)
    across |= !output(o).involves(lane);
}

/// Inputs whose unit stride is in another dimension are read in blocks of VL
/// rows and transposed in registers, if one such dimension serves them all.
void MapEmitter::chooseTransposed() {
  if (lane < 0 || across)
    return;
  int candidate = -1;
  for (int i = 0; i < numInputs(); ++i) {
    BufferAccess &access = accesses[i];
    if (!access.isBuffer() || !access.involves(lane) ||
        access.isContiguous(lane))
      continue;
    int loop = access.unitLoop();
    int64_t size = loop < 0 ? ShapedType::kDynamic : extent(loop);
    bool plain = llvm::any_of(llvm::seq<int>(access.indices.size()),
                              [&](int p) { return access.loopAt(p) == lane; });
    if (loop < 0 || !plain || !access.isContiguous(loop) ||
        ShapedType::isDynamic(size) || size % unit.lanes != 0 ||
        (candidate >= 0 && candidate != loop))
      return;
    candidate = loop;
  }
  transposed = candidate;
}

void MapEmitter::orderLoops() {
  for (int d = 0; d < numLoops(); ++d) {
    if (d == lane)
      continue;
    bool reduced = false;
    for (int o = 0; o < numOutputs; ++o)
      reduced |= !output(o).involves(d);
    (reduced ? reductions : parallel).push_back(d);
  }
  if (lane < 0 || across)
    return;
  // What depends on the lanes alone is loaded once if they run outside.
  lanesInside = reductions.empty() && transposed < 0 &&
                (exceedsCache() ||
                 llvm::none_of(accesses, [&](BufferAccess &access) {
                   return access.involves(lane) && access.indices.size() == 1;
                 }));
}

/// Whether the rows of the operands do not all stay in the first cache: walked
/// across, each would be fetched again for every vector, on a page of its own.
bool MapEmitter::exceedsCache() {
  int64_t bytes = 0;
  for (BufferAccess &access : accesses) {
    if (!access.isBuffer() || !access.elementType().isIntOrFloat())
      continue;
    int64_t elements = 1;
    for (int d = 0; d < numLoops(); ++d)
      if (access.involves(d))
        elements *= ShapedType::isDynamic(extent(d)) ? kLikelyRows : extent(d);
    bytes += elements * access.elementType().getIntOrFloatBitWidth() / 8;
  }
  return bytes > kCacheBytes;
}

void MapEmitter::chooseUnroll() {
  if (lane < 0)
    return;
  int64_t total = extent(lane) / unit.lanes, width = 32;
  for (BufferAccess &access : accesses)
    if (!access.elementType().isIndex())
      width = std::max<int64_t>(width,
                                access.elementType().getIntOrFloatBitWidth());
  for (int64_t v : {4, 2})
    if (total % v == 0 && v * width <= 4 * 32) {
      vectors = v;
      break;
    }
  if (transposed >= 0)
    vectors = 1;
  bool associative = llvm::all_of(combiners, [](auto &combiner) {
    return !combiner || combiner->isAssociative();
  });
  if (associative && reductions.size() == 1 && transposed < 0 && !across)
    copies = std::max<int64_t>(1, 8 / vectors);
}

Value MapEmitter::load(const BufferAccess &access, int input, int64_t vector) {
  if (lane < 0 || !access.involves(lane))
    return loadScalar(access);
  int64_t by = vector * unit.lanes;
  if (access.isContiguous(lane))
    return loadVector(access, lane, by);
  if (input >= 0 && transposed >= 0)
    return rows[input][rowInBlock];
  Values elements;
  for (int64_t l = 0; l < unit.lanes; ++l)
    elements.push_back(loadScalar(access, lane, by + l));
  return vector::FromElementsOp::create(b, vectorOf(access.elementType()),
                                        elements);
}

/// The body at one point and one vector; the new values of what is reduced.
Values MapEmitter::emitPoint(int64_t vector, ArrayRef<Value> sums) {
  Block *block = op.getBlock();
  Values args;
  for (int i = 0; i < numInputs(); ++i)
    args.push_back(load(accesses[i], i, vector));
  const Value *sum = sums.begin();
  for (int o = 0; o < numOutputs; ++o) {
    BlockArgument arg = block->getArgument(numInputs() + o);
    if (isReduced(o))
      args.push_back(*sum++);
    else if (arg.use_empty())
      args.push_back(output(o).buffer); // never looked up
    else
      args.push_back(load(output(o), -1, vector));
  }
  Values at = point;
  if (lane >= 0)
    at[lane] = offset(at[lane], vector * unit.lanes);
  Values yielded = emitBody(b, op, unit.lanes, args, at, lane), reduced;
  for (int o = 0; o < numOutputs; ++o) {
    if (isReduced(o))
      reduced.push_back(lane < 0 ? yielded[o] : broadcast(yielded[o]));
    else if (lane < 0)
      storeScalar(yielded[o], output(o));
    else
      storeVector(broadcast(yielded[o]), output(o), lane, vector * unit.lanes);
  }
  return reduced;
}

Values MapEmitter::emitVectors(Values sums) {
  Values result;
  for (int64_t v = 0; v < vectors; ++v)
    llvm::append_range(
        result, emitPoint(v, ArrayRef(sums).slice(v * numReduced, numReduced)));
  return result;
}

/// VL rows of an input from the current point, transposed in log2(VL) stages
/// of two-source shuffles: then vector r holds row r along the lanes.
Values MapEmitter::loadRows(const BufferAccess &access) {
  Values v;
  Value first = point[lane];
  for (int64_t l = 0; l < unit.lanes; ++l) {
    point[lane] = offset(first, l);
    v.push_back(loadVector(access, transposed, 0));
  }
  point[lane] = first;
  int64_t n = unit.lanes;
  for (int64_t s = n / 2; s >= 1; s /= 2) {
    SmallVector<int64_t> low, high;
    for (int64_t l = 0; l < n; ++l) {
      low.push_back(l & s ? n + (l ^ s) : l);
      high.push_back(l & s ? n + l : l ^ s);
    }
    for (int64_t i = 0; i < n; ++i) {
      if (i & s)
        continue;
      Value a = v[i], c = v[i | s];
      v[i] = vector::ShuffleOp::create(b, a, c, low);
      v[i | s] = vector::ShuffleOp::create(b, a, c, high);
    }
  }
  return v;
}

/// Covers one loop, in blocks of VL rows if inputs are transposed along it.
Values MapEmitter::coverRows(int loop, Values carry,
                             llvm::function_ref<Values(Values)> body) {
  if (loop != transposed)
    return cover(loop, 1, carry,
                 [&](int64_t, Values values) { return body(values); });
  return cover(loop, unit.lanes, carry, [&](int64_t, Values values) {
    Value first = point[loop];
    rows.assign(numInputs(), {});
    for (int i = 0; i < numInputs(); ++i)
      if (accesses[i].isBuffer() && accesses[i].involves(lane) &&
          !accesses[i].isContiguous(lane))
        rows[i] = loadRows(accesses[i]);
    for (rowInBlock = 0; rowInBlock < unit.lanes; ++rowInBlock) {
      point[loop] = offset(first, rowInBlock);
      values = body(values);
    }
    point[loop] = first;
    return values;
  });
}

/// An associative reduction with several accumulators, combined at the end in
/// a fixed order.
Values MapEmitter::emitUnrolled(int loop, Values sums) {
  SmallVector<Combiner> combine;
  for (std::optional<Combiner> &combiner : combiners)
    if (combiner)
      combine.push_back(*combiner);
  int64_t width = sums.size();
  Values all = sums;
  for (int64_t c = 1; c < copies; ++c)
    for (int64_t x = 0; x < width; ++x)
      all.push_back(combine[x % numReduced].neutral(b, sums[x]));
  all = cover(loop, copies, all, [&](int64_t steps, Values values) {
    Value first = point[loop];
    Values result;
    for (int64_t c = 0; c < copies; ++c) {
      Values part(values.begin() + c * width, values.begin() + (c + 1) * width);
      point[loop] = offset(first, c);
      llvm::append_range(result, c < steps ? emitVectors(part) : part);
    }
    return result;
  });
  Values result(all.begin(), all.begin() + width);
  for (int64_t c = 1; c < copies; ++c)
    for (int64_t x = 0; x < width; ++x)
      result[x] =
          combine[x % numReduced].combine(b, result[x], all[c * width + x]);
  return result;
}

Values MapEmitter::emitReductions(ArrayRef<int> loops, Values sums) {
  if (loops.empty())
    return emitVectors(sums);
  if (copies > 1)
    return emitUnrolled(loops[0], sums);
  return coverRows(loops[0], sums, [&](Values values) {
    return emitReductions(loops.drop_front(), values);
  });
}

Value MapEmitter::initialSum(int o, int64_t vector) {
  if (op->hasAttr(zeroInitAttr)) {
    Type element = output(o).elementType();
    return zero(lane < 0 ? element : vectorOf(element));
  }
  return lane < 0 ? loadScalar(output(o)) : load(output(o), -1, vector);
}

/// Reductions inside, one point outside: carry the sums in registers.
void MapEmitter::emitAccumulated() {
  Values sums;
  for (int64_t v = 0; v < vectors; ++v)
    for (int o = 0; o < numOutputs; ++o)
      if (isReduced(o))
        sums.push_back(initialSum(o, v));
  sums = emitReductions(reductions, sums);
  const Value *sum = sums.begin();
  for (int64_t v = 0; v < vectors; ++v)
    for (int o = 0; o < numOutputs; ++o) {
      if (!isReduced(o))
        continue;
      if (lane < 0)
        storeScalar(*sum++, output(o));
      else
        storeVector(*sum++, output(o), lane, v * unit.lanes);
    }
}

/// Lanes are part of a reduction: vectors of partial results, then one
/// horizontal step.
void MapEmitter::emitAcrossLanes() {
  Values first, sums;
  SmallVector<int> reduced;
  for (int o = 0; o < numOutputs; ++o)
    if (isReduced(o)) {
      reduced.push_back(o);
      first.push_back(op->hasAttr(zeroInitAttr)
                          ? zero(output(o).elementType())
                          : loadScalar(output(o)));
    }
  for (int64_t v = 0; v < vectors; ++v)
    for (auto [o, value] : llvm::zip(reduced, first))
      sums.push_back(combiners[o]->neutral(b, broadcast(value)));
  sums = cover(lane, vectors * unit.lanes, sums, [&](int64_t, Values values) {
    return emitReductions(reductions, values);
  });
  for (auto [i, o] : llvm::enumerate(reduced)) {
    Combiner &combiner = *combiners[o];
    Value sum = sums[i];
    for (int64_t v = 1; v < vectors; ++v)
      sum = combiner.combine(b, sum, sums[v * numReduced + i]);
    for (int64_t half = unit.lanes / 2; half >= 1; half /= 2) {
      SmallVector<int64_t> swapped;
      for (int64_t l = 0; l < unit.lanes; ++l)
        swapped.push_back(l ^ half);
      sum = combiner.combine(b, sum,
                             vector::ShuffleOp::create(b, sum, sum, swapped));
    }
    Value total = vector::ExtractOp::create(b, sum, 0);
    storeScalar(combiner.combine(b, first[i], total), output(o));
  }
}

void MapEmitter::emitLanes(llvm::function_ref<void()> inner) {
  cover(lane, vectors * unit.lanes, {}, [&](int64_t, Values) {
    inner();
    return Values();
  });
}

void MapEmitter::emitParallel(ArrayRef<int> loops) {
  if (!loops.empty()) {
    coverRows(loops[0], {}, [&](Values) {
      emitParallel(loops.drop_front());
      return Values();
    });
  } else if (across) {
    emitAcrossLanes();
  } else if (lanesInside) {
    emitLanes([&] { emitAccumulated(); });
  } else {
    emitAccumulated();
  }
}

std::string MapEmitter::emit() {
  chooseLane();
  chooseTransposed();
  orderLoops();
  chooseUnroll();
  if (lane >= 0 && !across && !lanesInside)
    emitLanes([&] { emitParallel(parallel); });
  else
    emitParallel(parallel);
  if (lane >= 0 || numLoops() == 0)
    return "";
  return "no dimension is contiguous in the outputs and a multiple of " +
         std::to_string(unit.lanes);
}

std::string weft::emitMap(VectorUnit unit, linalg::LinalgOp op) {
  return MapEmitter(unit, op).emit();
}
