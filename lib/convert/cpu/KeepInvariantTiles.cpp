// Parts of tensors that a loop reads again at every turn, as tiles of their
// own, whose lanes can be chosen: read where they are, those of them that run
// along another dimension would be transposed at every turn.
#include "PrepareBuffers.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace weft;

/// A tile takes up to half of a small first cache.
static constexpr int64_t kTileBytes = 16 * 1024;

static bool fitsTile(RankedTensorType type) {
  return type.hasStaticShape() && type.getRank() >= 2 &&
         type.getElementType().isIntOrFloat() &&
         type.getNumElements() * type.getElementTypeBitWidth() / 8 <= kTileBytes;
}

/// The outermost loop around `slice` that does not change what it reads.
static scf::ForOp outermostInvariantLoop(tensor::ExtractSliceOp slice) {
  scf::ForOp outermost;
  for (auto loop = dyn_cast<scf::ForOp>(slice->getParentOp()); loop;
       loop = dyn_cast<scf::ForOp>(loop->getParentOp())) {
    if (!llvm::all_of(slice->getOperands(), [&](Value value) {
          return loop.isDefinedOutsideOfLoop(value);
        }))
      break;
    outermost = loop;
  }
  return outermost;
}

static Value copyBefore(scf::ForOp loop, tensor::ExtractSliceOp slice) {
  OpBuilder builder(loop);
  Location loc = slice.getLoc();
  Value part = builder.clone(*slice)->getResult(0);
  Value tile = bufferization::AllocTensorOp::create(
      builder, loc, slice.getType(), ValueRange());
  return bufferization::MaterializeInDestinationOp::create(builder, loc, part,
                                                           tile)
      ->getResult(0);
}

void weft::keepInvariantTiles(func::FuncOp func) {
  llvm::MapVector<tensor::ExtractSliceOp, SmallVector<OpOperand *>> slices;
  func.walk([&](linalg::GenericOp op) {
    if (isSumOfProducts(op))
      return;
    for (OpOperand *input : op.getDpsInputOperands())
      if (auto slice = input->get().getDefiningOp<tensor::ExtractSliceOp>())
        if (fitsTile(slice.getType()))
          slices[slice].push_back(input);
  });
  for (auto &[slice, uses] : slices) {
    scf::ForOp loop = outermostInvariantLoop(slice);
    if (!loop)
      continue;
    Value tile = copyBefore(loop, slice);
    for (OpOperand *use : uses)
      use->set(tile);
  }
}
