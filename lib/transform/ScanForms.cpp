#include "lib/transform/ScanForms.h"

#include "weft/Forms.h"

#include "dialects/mixer/Transition.h"

#include <algorithm>

using namespace mlir;
using namespace weft;
using mixer::ScanOp;

/// What the private tiles of a task may take: they lie on a thread's stack.
static constexpr int64_t kStateBytes = 128 * 1024;
static constexpr int64_t kTreeBytes = 512 * 1024;
static constexpr int64_t kFewestTokens = 8;

static RankedTensorType typeOf(Value tensor) {
  return cast<RankedTensorType>(tensor.getType());
}

/// K, V or H of the state [B, H, K, V].
static int64_t stateSize(ScanOp op, int64_t axis) {
  return typeOf(op.getState()).getDimSize(axis);
}

static int64_t elementBytes(ScanOp op) {
  return typeOf(op.getState()).getElementTypeBitWidth() / 8;
}

int64_t weft::headsOnLanes(Operation *operation) {
  auto op = cast<ScanOp>(operation);
  int64_t heads = stateSize(op, 1);
  int64_t bytes = stateSize(op, 2) * stateSize(op, 3) * elementBytes(op);
  auto fits = [&](Value operand, int64_t block) {
    if (!operand)
      return true;
    int64_t group = heads / typeOf(operand).getDimSize(mixer::headAxis(operand));
    return group == 1 || group % block == 0;
  };
  for (int64_t block : {64, 32, 16, 8})
    if (heads % block == 0 && block * bytes <= kStateBytes &&
        llvm::all_of(SmallVector<Value>{op.getQ(), op.getK(), op.getV(), op.getDecay(),
                            op.getRotate(), op.getEraseA(), op.getEraseB(),
                            op.getGain(), op.getBonus()},
                     [&](Value operand) { return fits(operand, block); }))
      return block;
  return 0;
}

int64_t weft::tokensOfTree(Operation *operation) {
  auto op = cast<ScanOp>(operation);
  int64_t K = stateSize(op, 2), V = stateSize(op, 3);
  int64_t element = K * V + (op.getEraseA() ? K * K : K) + 4 * K + 2 * V;
  int64_t tokens = kTreeBytes / (element * elementBytes(op));
  return tokens < kFewestTokens ? 0 : tokens;
}

/// The max of a state that erases read before it decays may fall faster than
/// what they put back: no gauge is safe.
static bool isUnsafe(ScanOp op) {
  return op.getGain() && op.getEraseA() &&
         op.getEraseReads() == mixer::EraseReads::Stored;
}

ArrayRef<StringLiteral> weft::scanForms(ScanOp op) {
  static constexpr StringLiteral all[] = {"recurrent", "chunked", "scan",
                                          "lanes"};
  static constexpr StringLiteral withLanes[] = {"recurrent", "chunked",
                                                "lanes"};
  if (isUnsafe(op))
    return {};
  bool tree = tokensOfTree(op), lanes = headsOnLanes(op);
  if (lanes && !tree)
    return withLanes;
  return ArrayRef(all).take_front(lanes ? 4 : tree ? 3 : 2);
}

//===-- costs --------------------------------------------------------------===//

// Costs are in multiply-adds at the peak rate, as bench/sweep.py measures them.

/// A pass over the state loads and stores each element; more so where the state
/// and what a token brings do not share the first cache.
static constexpr double kStatePass = 2, kLargeStatePass = 3;
static constexpr double kLargeState = 24 * 1024;
/// Of the peak, contractions of a chunk reach somewhat less than half.
static constexpr double kContraction = 2.25;
static constexpr double kExponential = 24;
/// Value columns that fill no vector are computed one by one.
static constexpr double kColumns = 8;

namespace {

struct ScanSizes {
  double k, v;
  double columns; ///< slowdown of what has value columns on its lanes
  double pass;    ///< over an element of the state
  bool decays, channelDecay, erases, oneStream, rotates;
};

} // namespace

static ScanSizes sizesOf(ScanOp op) {
  Value decay = op.getDecay();
  ScanSizes sizes;
  sizes.k = stateSize(op, 2);
  sizes.v = stateSize(op, 3);
  sizes.columns = stateSize(op, 3) % int64_t(kColumns) == 0 ? 1 : kColumns;
  sizes.pass = sizes.k * sizes.v * elementBytes(op) > kLargeState
                   ? kLargeStatePass
                   : kStatePass;
  sizes.decays = bool(decay);
  sizes.channelDecay =
      decay && typeOf(decay).getRank() == mixer::headAxis(decay) + 2;
  sizes.erases = bool(op.getEraseA());
  sizes.oneStream = op.getEraseB() == op.getK() && !op.getGain();
  sizes.rotates = bool(op.getRotate());
  return sizes;
}

/// decay, write and read: three passes, of which the write and read overlap;
/// an erase reads once more. One exponential for each decay, two functions for
/// each angle.
static double recurrentCost(const ScanSizes &s, double columns) {
  return (2 + (s.erases ? 1 : 0)) * s.pass * s.k * s.v * columns +
         (s.channelDecay ? s.k * kExponential : 0) +
         (s.rotates ? s.k * kExponential : 0);
}

/// Causal half of C × C scores and their exponentials, read and write of the
/// state by contractions, nine passes over the state in each chunk. With
/// decays of channels: the keys of the C/2 columns before a block of 16 rows
/// are scaled for each block, on the diagonal there are 16 exponentials of each
/// channel. Erases have a second reader, without a common key also a second
/// writer, and a system to solve.
static double chunkedCost(const ScanSizes &s, double chunk) {
  constexpr double block = 16;
  double score =
      chunk / 2 * (kContraction * s.k + (s.decays ? kExponential : 0));
  double factors = 0;
  if (s.channelDecay) {
    score = chunk / 2 * kContraction * s.k;
    double diagonal = std::min(block, chunk);
    score += diagonal * s.k * (1 + kExponential);
    score += (chunk / 2 / block + 1) * s.k * kExponential;
    factors = 3 * s.k * kExponential;
  }
  double values = kContraction * s.columns * s.v * (chunk / 2 + 2 * s.k);
  if (s.erases) {
    score *= s.oneStream ? 2 : 4;
    values *= s.oneStream ? 1.25 : 1.75;
  }
  if (s.rotates)
    factors += 3 * s.k * kExponential;
  return score + values + factors +
         9 * s.pass * s.k * s.v * s.columns / chunk;
}

SmallVector<FormCost> weft::scanCosts(ScanOp op) {
  ScanSizes sizes = sizesOf(op);
  SmallVector<FormCost> costs{{"recurrent", 0,
                               recurrentCost(sizes, sizes.columns)}};
  FormCost chunked{"chunked", 0, 0};
  for (int64_t chunk : {16, 32, 64, 128}) {
    double cost = chunkedCost(sizes, chunk);
    if (!chunked.chunk || cost < chunked.cost)
      chunked = {"chunked", chunk, cost};
  }
  costs.push_back(chunked);
  // As many lanes as a head with full vectors of columns, but a token has to
  // load and store its rows one head beside the other.
  if (headsOnLanes(op))
    costs.push_back({"lanes", 0, 1.25 * recurrentCost(sizes, 1)});
  llvm::stable_sort(costs, [](const FormCost &a, const FormCost &b) {
    return a.cost < b.cost;
  });
  return costs;
}
