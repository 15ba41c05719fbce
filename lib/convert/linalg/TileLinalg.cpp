// Linalg on whole tensors becomes scf.forall over tiles: the groups are found
// in LinalgGroups.cpp, their tile sizes chosen here, the loops made by
// upstream, and what is left is brought into shape by SimplifyTiles.cpp.
#include "lib/convert/linalg/LinalgGroups.h"
#include "lib/convert/linalg/SimplifyTiles.h"
#include "weft/Convert.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/Transforms/TileUsingInterface.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace weft {
#define GEN_PASS_DEF_TILELINALG
#include "weft/ConvertPasses.h.inc"
} // namespace weft

using namespace mlir;
using namespace weft;

namespace {

/// The largest divisor of `extent` that is at most `limit`.
int64_t divisorBelow(int64_t extent, int64_t limit) {
  for (int64_t size = std::min(extent, limit); size > 1; --size)
    if (extent % size == 0)
      return size;
  return 1;
}

/// Tile sizes of a group, one for each loop of its root; 0: not tiled.
class TileSizes {
public:
  TileSizes(LinalgGroup &group, int64_t panel, int64_t rows, int64_t entries)
      : group(group), extents(group.root.getStaticLoopRanges()),
        sizes(extents.size(), 0), panel(panel), rows(rows), entries(entries) {}

  SmallVector<int64_t> choose() {
    if (linalg::LinalgOp contraction = group.contraction())
      choosePanels(contraction);
    else
      chooseRows();
    return sizes;
  }

private:
  /// The loops of the root in the order of its result's dimensions.
  SmallVector<int64_t> resultLoops() const {
    linalg::LinalgOp root = group.root;
    SmallVector<int64_t> loops;
    AffineMap map = root.getIndexingMapMatchingResult(root->getResult(0));
    for (AffineExpr expr : map.getResults())
      if (auto dim = dyn_cast<AffineDimExpr>(expr))
        loops.push_back(dim.getPosition());
    return loops;
  }

  /// 0 if the loop fits in one tile.
  int64_t blockOf(int64_t extent, int64_t limit) const {
    if (ShapedType::isDynamic(extent))
      return limit;
    return extent <= limit ? 0 : limit;
  }

  /// Lanes of static number: whole panels, or what divides the columns.
  int64_t columnsOf(int64_t extent) const {
    if (ShapedType::isDynamic(extent) || extent % panel == 0)
      return blockOf(extent, panel);
    int64_t size = divisorBelow(extent, 4 * panel);
    return size == extent ? 0 : size;
  }

  /// The lanes are the last dimension of the result, the rows the last one
  /// that only the other operand has.
  void choosePanels(linalg::LinalgOp contraction) {
    ArrayRef<int64_t> own = group.loops.find(contraction)->second;
    SmallVector<AffineMap> maps = contraction.getIndexingMapsArray();
    SmallVector<int64_t> loops = resultLoops();
    int64_t lane = loops.empty() ? -1 : loops.pop_back_val();
    bool rowsFound = false;
    for (int64_t loop : llvm::reverse(loops)) {
      if (extents[loop] == 1)
        continue;
      bool inBoth = own[loop] >= 0 && maps[0].isFunctionOfDim(own[loop]) &&
                    maps[1].isFunctionOfDim(own[loop]);
      sizes[loop] = inBoth || rowsFound ? 1 : blockOf(extents[loop], rows);
      rowsFound |= !inBoth;
    }
    if (lane >= 0)
      sizes[lane] = columnsOf(extents[lane]);
  }

  /// Entries of the tile along the loops that it covers anyway.
  int64_t coveredEntries() const {
    int64_t volume = 1;
    for (auto [loop, extent] : llvm::enumerate(extents))
      if (group.whole.test(loop))
        volume *= ShapedType::isDynamic(extent) ? 64 : extent;
    return volume;
  }

  /// From the last dimension outwards, until a tile is full.
  void chooseRows() {
    int64_t volume = coveredEntries();
    for (int64_t loop : llvm::reverse(resultLoops())) {
      int64_t extent = extents[loop],
              left = std::max<int64_t>(1, entries / volume);
      if (group.whole.test(loop) || extent == 1)
        continue;
      bool last = loop == resultLoops().back();
      sizes[loop] = last && !ShapedType::isDynamic(extent) && extent > left
                        ? divisorBelow(extent, left)
                        : blockOf(extent, left);
      volume *= sizes[loop] ? sizes[loop] : extent;
    }
  }

  LinalgGroup &group;
  SmallVector<int64_t> extents, sizes;
  int64_t panel, rows, entries;
};

/// Counts tiles instead of entries: (0 to T step 96) becomes (0 to ceil(T /
/// 96)).
void countTiles(IRRewriter &rewriter, scf::ForallOp loop) {
  SmallVector<int64_t> steps(loop.getStaticStep());
  SmallVector<OpFoldResult> counts;
  rewriter.setInsertionPoint(loop);
  AffineExpr extent = rewriter.getAffineSymbolExpr(0);
  for (auto [bound, step] : llvm::zip(loop.getMixedUpperBound(), steps))
    counts.push_back(affine::makeComposedFoldedAffineApply(
        rewriter, loop.getLoc(), extent.ceilDiv(step), {bound}));
  SmallVector<int64_t> staticCounts;
  SmallVector<Value> dynamicCounts;
  dispatchIndexOpFoldResults(counts, dynamicCounts, staticCounts);
  loop.getDynamicUpperBoundMutable().assign(dynamicCounts);
  loop.setStaticUpperBound(staticCounts);
  loop.setStaticStep(SmallVector<int64_t>(steps.size(), 1));
  rewriter.setInsertionPointToStart(loop.getBody());
  AffineExpr tile = rewriter.getAffineDimExpr(0);
  for (auto [index, step] : llvm::zip(loop.getInductionVars(), steps)) {
    auto first = affine::AffineApplyOp::create(
        rewriter, loop.getLoc(), AffineMap::get(1, 0, tile * step), index);
    rewriter.replaceAllUsesExcept(index, first, first);
  }
}

/// The loop over tiles of the group, or none if the group is one tile.
FailureOr<scf::ForallOp> tileGroup(IRRewriter &rewriter, LinalgGroup &group,
                                   ArrayRef<int64_t> sizes) {
  scf::SCFTileAndFuseOptions options;
  options.tilingOptions.setTileSizes(
      getAsIndexOpFoldResult(rewriter.getContext(), sizes));
  options.tilingOptions.setLoopType(scf::SCFTilingOptions::LoopType::ForallOp);
  options.setFusionControlFn(
      [&](tensor::ExtractSliceOp, OpResult producer,
          bool) -> std::optional<scf::SCFTileAndFuseOptions::ControlFnResult> {
        if (!group.contains(producer.getOwner()))
          return std::nullopt;
        return scf::SCFTileAndFuseOptions::ControlFnResult{};
      });
  rewriter.setInsertionPoint(group.root);
  FailureOr<scf::SCFTileAndFuseResult> tiled =
      scf::tileConsumerAndFuseProducersUsingSCF(
          rewriter, cast<TilingInterface>(group.root.getOperation()), options);
  if (failed(tiled))
    return failure();
  for (OpResult result : group.root->getResults())
    rewriter.replaceAllUsesWith(result, tiled->replacements.lookup(result));
  for (auto &[op, loops] : group.loops)
    if (op->use_empty())
      rewriter.eraseOp(op);
  auto loop = cast<scf::ForallOp>(tiled->loops.front().getOperation());
  countTiles(rewriter, loop);
  return loop;
}

/// Each use of a new tensor or of a fill gets its own, so that the group of the
/// user can take it.
void duplicateInits(func::FuncOp function) {
  SmallVector<Operation *> inits;
  for (Block &block : function.getBody())
    for (Operation &op : block)
      if (isa<tensor::EmptyOp, linalg::FillOp>(op))
        inits.push_back(&op);
  OpBuilder builder(function.getContext());
  for (Operation *op : llvm::reverse(inits))
    for (OpOperand &use : llvm::make_early_inc_range(op->getUses())) {
      builder.setInsertionPoint(op);
      if (!op->hasOneUse())
        use.set(builder.clone(*op)->getResult(0));
    }
}

struct TileLinalg : weft::impl::TileLinalgBase<TileLinalg> {
  using Base::Base;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    duplicateInits(function);
    SmallVector<scf::ForallOp> loops;
    IRRewriter rewriter(&getContext());
    SmallVector<LinalgGroup> groups = findLinalgGroups(function);
    for (LinalgGroup &group : groups) {
      SmallVector<int64_t> sizes =
          TileSizes(group, panel, rows, entries).choose();
      if (llvm::all_of(sizes, [](int64_t size) { return size == 0; }))
        continue;
      FailureOr<scf::ForallOp> loop = tileGroup(rewriter, group, sizes);
      if (failed(loop)) {
        group.root->emitError("expects an op that tiles, got ")
            << group.root->getName();
        return signalPassFailure();
      }
      loops.push_back(*loop);
    }
    for (scf::ForallOp loop : loops)
      dropUnitDimensions(loop.getRegion());
    if (failed(mergeSlices(function)))
      return signalPassFailure();
    function.walk([](scf::ForallOp loop) { accumulateInResult(loop); });
    if (failed(dropUnusedOperands(function)))
      return signalPassFailure();
    function.walk([](scf::ForallOp loop) { makeEmptyTilesStatic(loop); });
  }
};

} // namespace
