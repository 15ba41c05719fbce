// Weights of contractions are stored in the panels that tiles read.
#include "lib/convert/linalg/WeightFlow.h"
#include "weft/Convert.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MLProgram/IR/MLProgramAttributes.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Remarks.h"

namespace weft {
#define GEN_PASS_DEF_PACKWEIGHTS
#include "weft/ConvertPasses.h.inc"
} // namespace weft

using namespace mlir;
using namespace weft;

namespace {

/// [N, K] in panels of P rows: [N / P, K, P].
RankedTensorType packedType(Type type, int64_t panel) {
  auto matrix = cast<RankedTensorType>(type);
  return RankedTensorType::get(
      {matrix.getDimSize(0) / panel, matrix.getDimSize(1), panel},
      matrix.getElementType());
}

/// Changes one class of weights, definitions first, then uses.
class Packer {
public:
  Packer(MLIRContext *context, int64_t panel)
      : rewriter(context), panel(panel) {}

  void pack(WeightClass &weights) {
    for (ml_program::GlobalOp global : weights.globals)
      packGlobal(global);
    for (ml_program::GlobalLoadConstOp load : weights.loads)
      packValue(load.getResult());
    for (BlockArgument argument : weights.arguments) {
      packValue(argument);
      auto function = cast<func::FuncOp>(argument.getOwner()->getParentOp());
      function.setType(rewriter.getFunctionType(
          argument.getOwner()->getArgumentTypes(), function.getResultTypes()));
    }
  }

private:
  void packGlobal(ml_program::GlobalOp global) {
    auto matrix = cast<RankedTensorType>(global.getType());
    RankedTensorType packed = packedType(matrix, panel);
    global.setType(packed);
    global.setValueAttr(
        ml_program::ExternAttr::get(rewriter.getContext(), packed));
    global->setAttr("weft.panel", rewriter.getI64IntegerAttr(panel));
    global->setAttr("weft.source", rewriter.getI64ArrayAttr(matrix.getShape()));
  }

  void packValue(Value weight) {
    weight.setType(packedType(weight.getType(), panel));
    for (Operation *user : llvm::make_early_inc_range(weight.getUsers())) {
      rewriter.setInsertionPoint(user);
      if (auto slice = dyn_cast<tensor::ExtractSliceOp>(user))
        packSlice(slice);
      else if (isa<linalg::GenericOp>(user))
        packWhole(user, weight);
      else if (auto entry = dyn_cast<tensor::ExtractOp>(user))
        packEntry(entry);
    }
  }

  /// Panel `index` of a packed weight, with k before n.
  Value panelOf(Value weight, OpFoldResult index, Location loc) {
    auto type = cast<RankedTensorType>(weight.getType());
    OpFoldResult zero = rewriter.getIndexAttr(0);
    OpFoldResult one = rewriter.getIndexAttr(1);
    SmallVector<OpFoldResult> offsets = {index, zero, zero};
    SmallVector<OpFoldResult> sizes = {
        one, rewriter.getIndexAttr(type.getDimSize(1)),
        rewriter.getIndexAttr(panel)};
    return tensor::ExtractSliceOp::create(
        rewriter, loc,
        RankedTensorType::get({type.getDimSize(1), panel},
                              type.getElementType()),
        weight, offsets, sizes, SmallVector<OpFoldResult>(3, one));
  }

  /// A weight of one panel that an op reads as it is.
  void packWhole(Operation *user, Value weight) {
    Value packed = panelOf(weight, rewriter.getIndexAttr(0), user->getLoc());
    for (OpOperand &use : user->getOpOperands())
      if (use.get() == weight) {
        transposeMap(use);
        use.set(packed);
      }
  }

  /// Rows [i P, (i + 1) P) are panel i.
  void packSlice(tensor::ExtractSliceOp slice) {
    AffineExpr row;
    bindDims(rewriter.getContext(), row);
    OpFoldResult index = affine::makeComposedFoldedAffineApply(
        rewriter, slice.getLoc(), row.floorDiv(panel),
        {slice.getMixedOffsets()[0]});
    Value packed = panelOf(slice.getSource(), index, slice.getLoc());
    for (OpOperand &use : slice->getUses())
      transposeMap(use);
    rewriter.replaceOp(slice, packed);
  }

  /// (n, k) is read as (k, n).
  void transposeMap(OpOperand &use) {
    auto op = cast<linalg::GenericOp>(use.getOwner());
    SmallVector<AffineMap> maps = op.getIndexingMapsArray();
    AffineMap &map = maps[use.getOperandNumber()];
    map = AffineMap::get(map.getNumDims(), 0,
                         {map.getResult(1), map.getResult(0)},
                         rewriter.getContext());
    op.setIndexingMapsAttr(rewriter.getAffineMapArrayAttr(maps));
  }

  void packEntry(tensor::ExtractOp entry) {
    Location loc = entry.getLoc();
    Value row = entry.getIndices()[0], column = entry.getIndices()[1];
    Value rows = arith::ConstantIndexOp::create(rewriter, loc, panel);
    Value index = arith::DivUIOp::create(rewriter, loc, row, rows);
    Value lane = arith::RemUIOp::create(rewriter, loc, row, rows);
    rewriter.modifyOpInPlace(entry, [&] {
      entry.getIndicesMutable().assign({index, column, lane});
    });
  }

  IRRewriter rewriter;
  int64_t panel;
};

void explainUnpacked(WeightClass &weights) {
  auto options =
      remark::RemarkOpts::name("WeightNotPacked").category("pack-weights");
  for (ml_program::GlobalOp global : weights.globals)
    remark::missed(global.getLoc(), options)
        << ("weight '" + global.getSymName() +
            "' is not packed: " + weights.obstacle)
               .str();
}

struct PackWeights : weft::impl::PackWeightsBase<PackWeights> {
  using Base::Base;

  void runOnOperation() override {
    Packer packer(&getContext(), panel);
    for (WeightClass &weights : findWeightClasses(getOperation(), panel)) {
      if (!weights.contracted || weights.globals.empty())
        continue;
      if (weights.obstacle.empty())
        packer.pack(weights);
      else
        explainUnpacked(weights);
    }
  }
};

} // namespace
