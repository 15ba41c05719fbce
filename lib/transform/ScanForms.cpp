#include "lib/transform/ScanForms.h"

#include "weft/Forms.h"

#include "dialects/mixer/Transition.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace mlir;
using namespace weft;
using mixer::ScanOp;

/// What the private tiles of a task may take: they lie on a thread's stack.
static constexpr int64_t kStateBytes = 128 * 1024;
static constexpr int64_t kTreeBytes = 512 * 1024;
static constexpr int64_t kChunkBytes = 896 * 1024;
static constexpr int64_t kFewestTokens = 8;
/// Squares of a dense transition for the powers of a tree.
static constexpr int64_t kSquares = 9;

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
  int64_t K = stateSize(op, 2), entries = K * stateSize(op, 3);
  Value dense = op.getDense();
  // Heads that share a dense transition read it where it is.
  if (dense && typeOf(dense).getDimSize(0) == heads)
    entries += K * K;
  int64_t bytes = entries * elementBytes(op);
  auto shares = [&](Value operand, int64_t axis, int64_t block) {
    int64_t group = heads / typeOf(operand).getDimSize(axis);
    return group == 1 || group % block == 0;
  };
  auto fits = [&](Value operand, int64_t block) {
    return !operand || shares(operand, mixer::headAxis(operand), block);
  };
  for (int64_t block : {64, 32, 16, 8})
    if (heads % block == 0 && block * bytes <= kStateBytes &&
        (!dense || shares(dense, /*axis=*/0, block)) &&
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
  int64_t entries = kTreeBytes / elementBytes(op);
  if (op.getDense())
    entries -= kSquares * K * K;
  int64_t tokens = entries / element;
  return tokens < kFewestTokens ? 0 : tokens;
}

int64_t weft::tokensOfChunk(Operation *operation) {
  auto op = cast<ScanOp>(operation);
  if (!op.getDense())
    return std::numeric_limits<int64_t>::max();
  int64_t K = stateSize(op, 2), V = stateSize(op, 3);
  // Scores and rows, two states, squares and their transposes.
  auto entries = [&](int64_t tokens) {
    int64_t squares = llvm::Log2_64(tokens) + 1;
    return tokens * (2 * tokens + 8 * K + 4 * V) + 2 * K * V +
           2 * squares * K * K;
  };
  for (int64_t tokens : {256, 128, 64, 32, 16})
    if (entries(tokens) * elementBytes(op) <= kChunkBytes)
      return tokens;
  return 0;
}

/// The max of a state that erases read before it decays may fall faster than
/// what they put back: no gauge is safe.
static bool isUnsafe(ScanOp op) {
  return op.getGain() && op.getEraseA() &&
         op.getEraseReads() == mixer::EraseReads::Stored;
}

SmallVector<StringRef> weft::scanForms(ScanOp op) {
  if (isUnsafe(op))
    return {};
  SmallVector<StringRef> forms{"recurrent"};
  if (tokensOfChunk(op))
    forms.push_back("chunked");
  if (tokensOfTree(op))
    forms.push_back("scan");
  if (headsOnLanes(op))
    forms.push_back("lanes");
  return forms;
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
/// In a product with a dense transition its rows are vectors all the same.
static constexpr double kProductColumns = 4.5;

namespace {

struct ScanSizes {
  double k, v;
  double columns; ///< slowdown of what has value columns on its lanes
  double pass;    ///< over an element of the state
  bool decays, channelDecay, erases, oneStream, rotates, dense;
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
  sizes.dense = bool(op.getDense());
  return sizes;
}

/// A S for a dense A.
static double denseProductCost(const ScanSizes &s, double columns) {
  return kContraction * s.k * s.k * s.v * std::min(columns, kProductColumns);
}

/// decay, write and read: three passes, of which the write and read overlap;
/// an erase reads once more. One exponential for each decay, two functions for
/// each angle. A dense transition multiplies the state.
static double recurrentCost(const ScanSizes &s, double columns) {
  return (2 + (s.erases ? 1 : 0)) * s.pass * s.k * s.v * columns +
         (s.channelDecay ? s.k * kExponential : 0) +
         (s.rotates ? s.k * kExponential : 0) +
         (s.dense ? denseProductCost(s, columns) : 0);
}

/// Rows are moved by powers of a dense transition: queries once, then for each
/// size of halves half of the queries and half of the keys. All scores are
/// multiplied with values, also those that are absent.
static double denseChunkCost(const ScanSizes &s, double chunk) {
  double rows = kContraction * s.k * s.k * (std::log2(chunk) + 1);
  double score = kContraction * s.k * chunk / 2;
  double values = kContraction * s.columns * s.v * (chunk + 2 * s.k);
  double state = denseProductCost(s, s.columns) / chunk;
  return rows + score + values + state +
         9 * s.pass * s.k * s.v * s.columns / chunk;
}

/// Causal half of C × C scores and their exponentials, read and write of the
/// state by contractions, nine passes over the state in each chunk. With
/// decays of channels: the keys of the C/2 columns before a block of 16 rows
/// are scaled for each block, on the diagonal there are 16 exponentials of each
/// channel. Erases have a second reader, without a common key also a second
/// writer, and a system to solve.
static double chunkedCost(const ScanSizes &s, double chunk) {
  if (s.dense)
    return denseChunkCost(s, chunk);
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
    if (chunk > tokensOfChunk(op))
      break;
    double cost = chunkedCost(sizes, chunk);
    if (!chunked.chunk || cost < chunked.cost)
      chunked = {"chunked", chunk, cost};
  }
  if (chunked.chunk)
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
