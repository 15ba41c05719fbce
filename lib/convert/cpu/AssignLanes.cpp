// Which dimension of a kernel's loops sits on the vector lanes, written into
// the layout of the kernel's private buffers.
#include "BufferLayout.h"
#include "PrepareBuffers.h"
#include "weft/Convert.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "llvm/ADT/EquivalenceClasses.h"

#include <numeric>

namespace weft {
#define GEN_PASS_DEF_ASSIGNLANES
#include "weft/ConvertPasses.h.inc"
} // namespace weft

using namespace mlir;
using namespace weft;

namespace {
/// An operand, traced through views to the buffer that it is a part of.
struct OperandTrace {
  Value base;
  SmallVector<int> baseDims; // dimension of the base, per operand dimension
  SmallVector<int> loops;    // loop dimension, or -1, per operand dimension
};

struct OpTrace {
  linalg::LinalgOp op;
  bool contraction;
  SmallVector<OperandTrace> operands;
  SmallVector<int64_t> extents;
  SmallVector<int> candidates;
  double work = 1;

  bool isParallel(int d) {
    return op.getIteratorTypesArray()[d] == utils::IteratorType::parallel;
  }
  bool uses(int operand, int loop) const {
    return llvm::is_contained(operands[operand].loops, loop);
  }
};

/// One function's assignment. A class joins loop dimensions (op, d) and buffer
/// dimensions (buffer, d) that run together.
class LaneAssignment {
public:
  LaneAssignment(func::FuncOp func, int64_t lanes) : func(func), lanes(lanes) {}
  void run();

private:
  using Node = std::pair<void *, int>;
  static constexpr int bufferDims = 1 << 16; // apart from loop dimensions
  enum : int { scalar = -2, undecided = -3 };

  void trace(linalg::LinalgOp op);
  void findCandidates(OpTrace &trace);
  void scoreClasses();
  int unitLoop(OpTrace &trace, int operand);
  int choose(OpTrace &trace);
  void claim(OpTrace &trace, int operand, int loop);
  void decide(OpTrace &trace);
  void layOut(memref::AllocaOp buffer, int unit);
  Node leader(Operation *op, int d) {
    classes.insert({op, d});
    return classes.getLeaderValue({op, d});
  }

  func::FuncOp func;
  int64_t lanes;
  std::vector<OpTrace> ops;
  llvm::SetVector<Value> buffers;
  llvm::MapVector<Value, int> unit;
  llvm::EquivalenceClasses<Node> classes;
  llvm::DenseMap<Node, double> scores;
};
} // namespace

/// The dimensions of its source that a view keeps; which of those of size 1 does
/// not matter to lanes. (Upstream compares strides, and finds no answer for a
/// view of a column in steps.)
static SmallVector<int> keptDims(memref::SubViewOp view) {
  ArrayRef<int64_t> shape = view.getType().getShape();
  ArrayRef<int64_t> sizes = view.getStaticSizes();
  SmallVector<int> kept(shape.size());
  size_t next = shape.size();
  for (size_t dim = sizes.size(); dim-- > 0 && next > 0;)
    if (shape[next - 1] == sizes[dim])
      kept[--next] = dim;
  assert(next == 0 && "a view keeps the sizes of its source");
  return kept;
}

static OperandTrace traceOperand(linalg::LinalgOp op, OpOperand &operand) {
  OperandTrace trace{operand.get(), {}, {}};
  for (AffineExpr expr : op.getMatchingIndexingMap(&operand).getResults()) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    trace.loops.push_back(dim ? dim.getPosition() : -1);
  }
  for (size_t i = 0; i < trace.loops.size(); ++i)
    trace.baseDims.push_back(i);
  while (auto view = trace.base.getDefiningOp<memref::SubViewOp>()) {
    SmallVector<int> kept = keptDims(view);
    for (int &dim : trace.baseDims)
      dim = kept[dim];
    trace.base = view.getSource();
  }
  return trace;
}

void LaneAssignment::findCandidates(OpTrace &trace) {
  int inputs = trace.op.getNumDpsInputs();
  for (int d = 0; d < (int)trace.extents.size(); ++d) {
    int64_t extent = trace.extents[d];
    bool fits = trace.isParallel(d) && !ShapedType::isDynamic(extent) &&
                extent % lanes == 0;
    for (int i = inputs; i < (int)trace.operands.size(); ++i)
      fits &= trace.uses(i, d);
    // A contraction reads one operand along the lanes, broadcasts the other.
    if (fits && trace.contraction)
      fits = trace.uses(0, d) != trace.uses(1, d);
    if (fits)
      trace.candidates.push_back(d);
  }
}

void LaneAssignment::trace(linalg::LinalgOp op) {
  OpTrace trace{op, isSumOfProducts(op), {}, {}, {}};
  trace.extents.assign(op.getNumLoops(), ShapedType::kDynamic);
  for (OpOperand &operand : op->getOpOperands()) {
    OperandTrace traced = traceOperand(op, operand);
    auto type = dyn_cast<MemRefType>(operand.get().getType());
    for (auto [i, loop] : llvm::enumerate(traced.loops)) {
      if (loop < 0 || !type)
        continue;
      if (!type.isDynamicDim(i))
        trace.extents[loop] = type.getDimSize(i);
      if (buffers.contains(traced.base))
        classes.unionSets({op.getOperation(), loop},
                          {traced.base.getAsOpaquePointer(),
                           bufferDims + traced.baseDims[i]});
    }
    trace.operands.push_back(std::move(traced));
  }
  for (int64_t extent : trace.extents)
    trace.work *= ShapedType::isDynamic(extent) ? 64 : extent;
  findCandidates(trace);
  ops.push_back(std::move(trace));
}

/// Work where the class is parallel, less four times the work where it is
/// reduced; a contraction counts five times an elementwise op.
void LaneAssignment::scoreClasses() {
  for (OpTrace &trace : ops)
    for (int d = 0; d < (int)trace.extents.size(); ++d)
      scores[leader(trace.op, d)] += (trace.isParallel(d) ? 1 : -4) *
                                     trace.work *
                                     (trace.contraction ? 1 : 0.2);
}

/// The loop dimension at unit stride in an operand; -1 if none.
int LaneAssignment::unitLoop(OpTrace &trace, int operand) {
  OperandTrace &traced = trace.operands[operand];
  auto type = dyn_cast<MemRefType>(trace.op->getOperand(operand).getType());
  if (!type || traced.loops.empty())
    return scalar;
  if (!buffers.contains(traced.base)) {
    int dim = getUnitDimension(type);
    return dim < 0 ? -1 : traced.loops[dim];
  }
  auto it = unit.find(traced.base);
  if (it == unit.end())
    return undecided;
  for (auto [loop, dim] : llvm::zip(traced.loops, traced.baseDims))
    if (dim == it->second)
      return loop;
  return -1;
}

int LaneAssignment::choose(OpTrace &trace) {
  int best = -1, inputs = trace.op.getNumDpsInputs();
  double bestScore = 0;
  for (int d : trace.candidates) {
    bool fits = true;
    for (int i = inputs; i < (int)trace.operands.size(); ++i) {
      int loop = unitLoop(trace, i);
      fits &= loop == undecided || loop == scalar || loop == d;
    }
    for (int i = 0; i < inputs && trace.contraction; ++i)
      if (trace.uses(i, d)) {
        int loop = unitLoop(trace, i);
        fits &= loop == undecided || loop == d;
      }
    double score = scores[leader(trace.op, d)];
    if (fits && (best < 0 || score > bestScore))
      best = d, bestScore = score;
  }
  return best;
}

/// Puts `loop` at unit stride in the operand's buffer, if that is still free.
void LaneAssignment::claim(OpTrace &trace, int operand, int loop) {
  OperandTrace &traced = trace.operands[operand];
  if (!buffers.contains(traced.base))
    return;
  for (auto [l, dim] : llvm::zip(traced.loops, traced.baseDims))
    if (l == loop)
      unit.insert({traced.base, dim});
}

/// A contraction claims its output and the operand along the lanes. Any other
/// op claims its outputs, and an input whose other dimensions do not fill
/// registers: that one could not be transposed on the way.
void LaneAssignment::decide(OpTrace &trace) {
  int best = choose(trace), inputs = trace.op.getNumDpsInputs();
  if (best < 0)
    return;
  for (int i = inputs; i < (int)trace.operands.size(); ++i)
    claim(trace, i, best);
  for (int i = 0; i < inputs; ++i) {
    bool ragged = llvm::any_of(trace.operands[i].loops, [&](int loop) {
      return loop >= 0 && loop != best &&
             (ShapedType::isDynamic(trace.extents[loop]) ||
              trace.extents[loop] % lanes != 0);
    });
    if (trace.contraction || ragged)
      claim(trace, i, best);
  }
}

/// Bytes of one way of a first cache: addresses so far apart share a set.
static constexpr int64_t kWayBytes = 4096, kLineBytes = 64;

/// Elements behind each row that keep the column of a tile in the first cache:
/// rows that begin a power of two apart would share a few sets.
static int64_t rowPadding(ArrayRef<int64_t> shape, Type element) {
  if (!element.isIntOrFloat())
    return 0;
  int64_t width = element.getIntOrFloatBitWidth() / 8;
  int64_t stride = shape.back() * width, rows = 1;
  for (int64_t size : shape.drop_back())
    rows *= size;
  if (width == 0 || stride % (4 * kLineBytes) != 0)
    return 0;
  // A column of vectors should take half of the ways of its sets, of which
  // there are eight or more.
  int64_t sets = kWayBytes / std::gcd(kWayBytes, stride);
  return rows > 4 * sets ? kLineBytes / width : 0;
}

static Value makeSlot(OpBuilder &builder, memref::AllocaOp buffer,
                      ArrayRef<int64_t> shape) {
  Type element = buffer.getType().getElementType();
  SmallVector<int64_t> padded(shape);
  int64_t padding = rowPadding(shape, element);
  padded.back() += padding;
  Value slot = memref::AllocaOp::create(builder, buffer.getLoc(),
                                        MemRefType::get(padded, element),
                                        buffer.getAlignmentAttr());
  if (!padding)
    return slot;
  SmallVector<int64_t> zeros(shape.size(), 0), ones(shape.size(), 1);
  return memref::SubViewOp::create(builder, buffer.getLoc(), slot, zeros, shape,
                                   ones);
}

/// A buffer with `unit` as its last dimension, seen in the old order.
void LaneAssignment::layOut(memref::AllocaOp buffer, int unit) {
  MemRefType type = buffer.getType();
  int rank = type.getRank();
  SmallVector<int> order;
  for (int d = 0; d < rank; ++d)
    if (d != unit)
      order.push_back(d);
  order.push_back(unit);
  SmallVector<int64_t> shape;
  SmallVector<unsigned> inverse(rank);
  for (auto [i, d] : llvm::enumerate(order)) {
    shape.push_back(type.getDimSize(d));
    inverse[d] = i;
  }
  if (unit == rank - 1 && !rowPadding(shape, type.getElementType()))
    return;
  OpBuilder builder(buffer);
  Value view = makeSlot(builder, buffer, shape);
  if (unit != rank - 1)
    view = memref::TransposeOp::create(
        builder, buffer.getLoc(), view,
        AffineMapAttr::get(
            AffineMap::getPermutationMap(inverse, builder.getContext())));
  replaceBuffer(buffer, view);
  buffer.erase();
}

void LaneAssignment::run() {
  func.walk([&](memref::AllocaOp buffer) {
    if (buffer.getType().getRank() >= 2 &&
        buffer.getType().getLayout().isIdentity() && acceptsAnyLayout(buffer))
      buffers.insert(buffer);
  });
  if (buffers.empty())
    return;
  func.walk([&](linalg::LinalgOp op) { trace(op); });
  scoreClasses();
  SmallVector<OpTrace *> order;
  for (OpTrace &trace : ops)
    order.push_back(&trace);
  // Ops with one candidate first, then contractions, then the most work.
  llvm::stable_sort(order, [](OpTrace *a, OpTrace *b) {
    auto rank = [](OpTrace *t) {
      return t->candidates.size() == 1 ? 0 : t->contraction ? 1 : 2;
    };
    return rank(a) != rank(b) ? rank(a) < rank(b) : a->work > b->work;
  });
  for (OpTrace *trace : order)
    decide(*trace);
  for (Value buffer : buffers) {
    auto slot = buffer.getDefiningOp<memref::AllocaOp>();
    auto it = unit.find(buffer);
    layOut(slot, it == unit.end() ? slot.getType().getRank() - 1 : it->second);
  }
}

namespace {
struct AssignLanesPass : weft::impl::AssignLanesBase<AssignLanesPass> {
  using Base::Base;
  void runOnOperation() override {
    LaneAssignment(getOperation(), vectorBits / 32).run();
  }
};
} // namespace
