#include "MixerToBlocks.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace weft;
using mixer::PositionsOp;

static Value shifted(BlockBuilder &b, Value t, Value start) {
  return start ? b.add(t, start) : t;
}

// p[t] = start + t: a reader of one position computes it in its place, all
// others read a tensor.
FailureOr<Values> weft::positions(BlockBuilder &b, PositionsOp op) {
  for (OpOperand &use : llvm::make_early_inc_range(op->getUses())) {
    auto read = dyn_cast<tensor::ExtractOp>(use.getOwner());
    if (!read)
      continue;
    BlockBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(read);
    read.replaceAllUsesWith(
        shifted(b, read.getIndices().front(), op.getStart()));
    read.erase();
  }
  auto type = cast<RankedTensorType>(op.getType());
  Extent length = type.isDynamicDim(0) ? Extent(op.getLength())
                                       : Extent(type.getDimSize(0));
  Value out = b.empty({length}, b.getIndexType());
  return b.generic("t", {"t"}, {}, {out}, [&](ValueRange) -> Values {
    Value t = linalg::IndexOp::create(b, 0);
    return {shifted(b, t, op.getStart())};
  });
}
