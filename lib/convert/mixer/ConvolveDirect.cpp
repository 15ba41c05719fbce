// The direct form of convolve: a task computes a block of time rows of a block
// of channels, from the rows that some of the taps read: of the input where it
// has them all, else of a tile.
#include "Convolution.h"
#include "MixerToBlocks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace weft;
using mixer::ConvolveOp;

static constexpr int64_t kRows = 32;
/// Up to here all taps are applied in one pass over y.
static constexpr int64_t kUnrolledTaps = 8;
/// Taps that are applied to one tile of rows otherwise.
static constexpr int64_t kTapGroup = 32;
/// Channels of a task, whole heads only: long rows for one pass, rows that stay
/// in the first cache for many.
static constexpr int64_t kWidthOfPass = 2048, kWidthOfPasses = 64;

namespace {

class DirectConvolve {
public:
  DirectConvolve(BlockBuilder &b, ConvolveOp op);
  Values build();

private:
  /// Taps l0 to l0 + count - 1 of a task's heads.
  struct Taps {
    Value first, count;
    int64_t most;
  };
  struct Task {
    Value entry, head, t0, rows;
  };
  struct Rows {
    Value first, count;
  };
  Rows rowsOf(const Task &task, const Taps &taps);
  Columns columnsOf(const Task &task) {
    return {b.mul(task.head, conv.D), channels};
  }
  Value tile(const Task &task, const Taps &taps);
  Value tapRows(const Task &task, const Taps &taps);
  /// The row of the tile where tap l finds its first token.
  Value rowOf(Value l, const Taps &taps) {
    if (conv.op.getReverse())
      return l;
    return b.sub(b.sub(taps.count, b.index(1)), l);
  }
  Value onePass(const Task &task, Value y);
  Value sumOfTaps(const Task &task, const Taps &taps, Value rows, Value y);
  Value passes(const Task &task, Value y);
  Value addTaps(const Task &task, const Taps &taps, Value y);
  std::pair<Value, Value> tapsWithInput(const Task &task);

  BlockBuilder &b;
  Convolution conv;
  bool unrolled;
  int64_t heads, channels; ///< of a task
  Value tapsLast;          ///< [L, C], for one pass
};

} // namespace

/// Heads that a task takes: a divisor whose rows are whole vectors, if any.
static int64_t chooseHeads(int64_t H, int64_t D, int64_t width) {
  for (int64_t heads = std::min(H, std::max<int64_t>(1, width / D)); heads > 0;
       --heads)
    if (H % heads == 0 && heads * D % 16 == 0)
      return heads;
  return std::max<int64_t>(1, std::min(H, width / D));
}

static int64_t divisorBelow(int64_t number, int64_t limit) {
  while (number % limit != 0)
    --limit;
  return limit;
}

DirectConvolve::DirectConvolve(BlockBuilder &b, ConvolveOp op)
    : b(b), conv(b, op),
      unrolled(!ShapedType::isDynamic(conv.staticTaps) &&
               conv.staticTaps <= kUnrolledTaps),
      heads(divisorBelow(
          conv.H, chooseHeads(conv.H, conv.D,
                              unrolled ? kWidthOfPass : kWidthOfPasses))),
      channels(heads * conv.D), tapsLast(unrolled ? conv.tapRows() : Value()) {}

// Row r is x[t0 - first_lag - l0 - (count - 1) + r], or in reverse
// x[t0 + first_lag + l0 + r].
DirectConvolve::Rows DirectConvolve::rowsOf(const Task &task,
                                            const Taps &taps) {
  Value count = b.sub(b.add(task.rows, taps.count), b.index(1));
  Value near = b.add(b.index(conv.op.getFirstLag()), taps.first);
  Value far = b.sub(b.add(near, taps.count), b.index(1));
  Value first = conv.op.getReverse() ? b.add(task.t0, near)
                                     : b.sub(task.t0, far);
  return {first, count};
}

Value DirectConvolve::tile(const Task &task, const Taps &taps) {
  Rows rows = rowsOf(task, taps);
  Value tile = b.empty({kRows + taps.most - 1, channels}, conv.element());
  return conv.load(tile, task.entry, columnsOf(task), rows.first, rows.count);
}

/// The taps with channels last, where the rows of the tile have them.
Value DirectConvolve::tapRows(const Task &task, const Taps &taps) {
  Value own = b.slice(conv.op.getTaps(), {range(task.head, heads),
                                          range(taps.first, taps.count)});
  Value all = b.empty({taps.most, heads, conv.D}, conv.element());
  SmallVector<Axis> used{range(0, taps.count), weft::all(heads),
                         weft::all(conv.D)};
  Value rows = b.generic("lhd", {"hl", "lhd"}, {own}, {b.slice(all, used)},
                         [](ValueRange x) -> Values { return {x[0]}; })
                   .front();
  SmallVector<ReassociationIndices> groups{{0}, {1, 2}};
  return tensor::CollapseShapeOp::create(b, b.insert(rows, all, used), groups);
}

// y[t] = Σ_l taps[l] · rows[t + rowOf(l)], in one pass.
Value DirectConvolve::sumOfTaps(const Task &task, const Taps &taps, Value rows,
                                Value y) {
  int64_t L = conv.staticTaps;
  Columns columns = columnsOf(task);
  Values ins;
  SmallVector<StringRef> maps;
  for (int64_t l = 0; l < L; ++l) {
    // tapRows has them in the order of their lags.
    int64_t row = conv.op.getReverse() ? L - 1 - l : l;
    ins.push_back(
        b.slice(tapsLast, {at(row), range(columns.first, columns.size)}));
    ins.push_back(b.slice(rows, {range(rowOf(b.index(l), taps), task.rows),
                                 all(channels)}));
    maps.append({"c", "tc"});
  }
  maps.push_back("tc");
  auto sum = [&](ValueRange x) -> Values {
    Value total = arith::MulFOp::create(b, x[0], x[1]);
    for (int64_t l = 1; l < L; ++l)
      total = arith::AddFOp::create(
          b, total, arith::MulFOp::create(b, x[2 * l], x[2 * l + 1]));
    return {total};
  };
  return b.generic("tc", maps, ins, {y}, sum).front();
}

Value DirectConvolve::onePass(const Task &task, Value y) {
  Taps taps{b.index(0), conv.L, conv.staticTaps};
  Rows rows = rowsOf(task, taps);
  auto sumOf = [&](Value source) -> Values {
    return {sumOfTaps(task, taps, source, y)};
  };
  return b
      .ifElse(
          conv.holds(rows.first, rows.count),
          [&] {
            return sumOf(conv.rows(task.entry, columnsOf(task), rows.first,
                                   rows.count));
          },
          [&] { return sumOf(tile(task, taps)); })
      .front();
}

/// y + Σ_l taps[l] · tile[t + rowOf(l)], with one pass for each tap.
Value DirectConvolve::addTaps(const Task &task, const Taps &taps, Value y) {
  Value rows = tile(task, taps), factors = tapRows(task, taps);
  auto tap = [&](Value l, ValueRange carried) -> Values {
    Value factor = b.slice(factors, {at(l), all(channels)});
    Value read = b.slice(rows, {range(rowOf(l, taps), task.rows),
                                all(channels)});
    return b.generic("tc", {"c", "tc", "tc"}, {factor, read}, carried,
                     [&](ValueRange x) -> Values {
                       Value term = arith::MulFOp::create(b, x[0], x[1]);
                       return {arith::AddFOp::create(b, x[2], term)};
                     });
  };
  return b.forLoop(b.index(0), taps.count, 1, y, tap).front();
}

/// The range of taps that find tokens for the rows of a task.
std::pair<Value, Value> DirectConvolve::tapsWithInput(const Task &task) {
  Value zero = b.index(0), first = b.index(conv.op.getFirstLag());
  if (conv.hasWindow() || conv.op.getLength())
    return {zero, conv.L};
  // 0 ≤ t - lag < T for some row t; lag < 0 in reverse.
  Value next = b.add(task.t0, task.rows);
  Value least = b.sub(b.add(task.t0, b.index(1)), conv.T), most = next;
  if (conv.op.getReverse()) {
    least = b.sub(b.index(1), next);
    most = b.sub(conv.T, task.t0);
  }
  return {b.max(b.sub(least, first), zero),
          b.min(b.max(b.sub(most, first), zero), conv.L)};
}

Value DirectConvolve::passes(const Task &task, Value y) {
  int64_t group = kTapGroup;
  if (!ShapedType::isDynamic(conv.staticTaps))
    group = std::min(group, conv.staticTaps);
  auto [from, to] = tapsWithInput(task);
  auto addGroup = [&, to = to](Value l0, ValueRange carried) -> Values {
    Value count = b.min(b.sub(to, l0), b.index(group));
    return {addTaps(task, {l0, count, group}, carried[0])};
  };
  return b.forLoop(from, to, group, b.fill(y, 0.0), addGroup).front();
}

Values DirectConvolve::build() {
  auto block = [&](ValueRange iv, ValueRange shared) -> std::function<void()> {
    Task task{iv[0], b.mul(iv[1], heads), b.mul(iv[2], kRows), Value()};
    task.rows = b.min(b.sub(conv.T, task.t0), b.index(kRows));
    Columns columns = columnsOf(task);
    SmallVector<Axis> rows{at(task.entry), range(task.t0, task.rows),
                           range(columns.first, columns.size)};
    Value y = b.slice(shared[0], rows);
    Value done = unrolled ? onePass(task, y) : passes(task, y);
    return [=] { b.parallelInsert(done, shared[0], rows); };
  };
  Value y = b.forall({conv.batch, conv.H / heads, b.ceilDiv(conv.T, kRows)},
                     conv.out, block)
                .front();
  return conv.results(y);
}

FailureOr<Values> weft::directConvolve(BlockBuilder &b, ConvolveOp op) {
  return DirectConvolve(b, op).build();
}
