#include "lib/convert/linalg/LinalgGroups.h"

#include "mlir/Dialect/Linalg/IR/LinalgInterfaces.h"

using namespace mlir;
using namespace weft;

bool weft::isContraction(Operation *op) {
  auto linalgOp = dyn_cast_or_null<linalg::LinalgOp>(op);
  return linalgOp && linalg::isaContractionOpInterface(linalgOp);
}

bool weft::isBetweenMixers(Operation *op) {
  return isa<func::FuncOp>(op->getParentOp());
}

linalg::LinalgOp LinalgGroup::contraction() const {
  for (auto &[op, map] : loops)
    if (isContraction(op))
      return cast<linalg::LinalgOp>(op);
  return {};
}

static bool isElementwise(Operation *op) {
  auto linalgOp = cast<linalg::LinalgOp>(op);
  return linalgOp.getNumParallelLoops() == linalgOp.getNumLoops();
}

/// Which result of an indexing map is loop `loop` itself, or -1.
static int64_t resultOfLoop(AffineMap map, int64_t loop) {
  for (auto [index, expr] : llvm::enumerate(map.getResults()))
    if (auto dim = dyn_cast<AffineDimExpr>(expr);
        dim && int64_t(dim.getPosition()) == loop)
      return index;
  return -1;
}

/// Follows the loops of the root from a consumer through `use` to the op that
/// produces the operand.
static SmallVector<int64_t> loopsOfProducer(ArrayRef<int64_t> consumerLoops,
                                            OpOperand *use) {
  auto consumer = cast<linalg::LinalgOp>(use->getOwner());
  auto producer = cast<linalg::LinalgOp>(use->get().getDefiningOp());
  AffineMap read = consumer.getMatchingIndexingMap(use);
  AffineMap write =
      producer.getIndexingMapMatchingResult(cast<OpResult>(use->get()));
  SmallVector<int64_t> loops;
  for (int64_t loop : consumerLoops) {
    int64_t dim = loop < 0 ? -1 : resultOfLoop(read, loop);
    bool plain = dim >= 0 && isa<AffineDimExpr>(write.getResult(dim));
    loops.push_back(plain ? int64_t(write.getDimPosition(dim)) : -1);
  }
  return loops;
}

namespace {

/// Grows one group from its root. With `panels`, the group takes contractions
/// and what follows them entry by entry; without, it takes reductions.
class GroupBuilder {
public:
  GroupBuilder(linalg::LinalgOp root, bool panels,
               const DenseSet<Operation *> &taken)
      : panels(panels), taken(taken), extents(root.getStaticLoopRanges()) {
    group.root = root;
    group.whole.resize(root.getNumLoops());
    SmallVector<int64_t> identity;
    for (auto [loop, kind] : llvm::enumerate(root.getIteratorTypesArray())) {
      identity.push_back(loop);
      if (kind == utils::IteratorType::reduction)
        group.whole.set(loop);
    }
    group.loops[root] = identity;
  }

  LinalgGroup build() {
    while (addOne())
      ;
    return std::move(group);
  }

private:
  bool addOne() {
    for (auto &[op, loops] : group.loops)
      for (OpOperand &use : op->getOpOperands())
        if (auto producer = use.get().getDefiningOp<linalg::LinalgOp>())
          if (!group.contains(producer) && isFree(producer) &&
              isWanted(op, producer) && add(producer))
            return true;
    return false;
  }

  /// Nothing outside the group needs the producer.
  bool isFree(linalg::LinalgOp producer) const {
    return producer->getBlock() == group.root->getBlock() &&
           !taken.contains(producer) && producer->getNumResults() == 1 &&
           llvm::all_of(producer->getUsers(),
                        [&](Operation *user) { return group.contains(user); });
  }

  bool isWanted(Operation *consumer, Operation *producer) const {
    if (isa<linalg::FillOp>(producer))
      return true;
    if (!panels)
      return !isContraction(producer);
    bool follows = isElementwise(consumer) && isContraction(producer);
    return follows || isElementwise(producer);
  }

  /// The loops of a producer along those of the root, through all its uses.
  /// Fails if two uses disagree on a loop.
  FailureOr<SmallVector<int64_t>> loopsThroughUses(Operation *producer) {
    SmallVector<int64_t> merged(group.whole.size(), -1);
    for (OpOperand &use : producer->getUses()) {
      auto loops = loopsOfProducer(group.loops[use.getOwner()], &use);
      for (auto [into, loop] : llvm::zip(merged, loops)) {
        if (into >= 0 && loop >= 0 && into != loop)
          return failure();
        into = std::max(into, loop);
      }
    }
    return merged;
  }

  bool add(Operation *producer) {
    FailureOr<SmallVector<int64_t>> loops = loopsThroughUses(producer);
    if (failed(loops))
      return false;
    llvm::SmallBitVector whole = group.whole;
    if (!isa<linalg::FillOp>(producer))
      for (auto [loop, own] : llvm::enumerate(*loops)) {
        if (own >= 0 || whole.test(loop) || extents[loop] == 1)
          continue;
        // A tile must not run along a loop that would compute this op again.
        if (panels || ShapedType::isDynamic(extents[loop]))
          return false;
        whole.set(loop);
      }
    group.whole = whole;
    group.loops[producer] = *loops;
    return true;
  }

  bool panels;
  const DenseSet<Operation *> &taken;
  SmallVector<int64_t> extents;
  LinalgGroup group;
};

} // namespace

static LinalgGroup groupOf(linalg::LinalgOp root,
                           const DenseSet<Operation *> &taken) {
  if (isContraction(root) || isElementwise(root)) {
    LinalgGroup group = GroupBuilder(root, /*panels=*/true, taken).build();
    if (group.contraction())
      return group;
  }
  return GroupBuilder(root, /*panels=*/false, taken).build();
}

SmallVector<LinalgGroup> weft::findLinalgGroups(func::FuncOp function) {
  SmallVector<LinalgGroup> groups;
  DenseSet<Operation *> taken;
  for (Block &block : function.getBody())
    for (Operation &op : llvm::reverse(block)) {
      auto root = dyn_cast<linalg::LinalgOp>(op);
      if (!root || taken.contains(root) || isa<linalg::FillOp>(op) ||
          !root.hasPureTensorSemantics() || root->use_empty())
        continue;
      groups.push_back(groupOf(root, taken));
      for (auto &[member, loops] : groups.back().loops)
        taken.insert(member);
    }
  return groups;
}
