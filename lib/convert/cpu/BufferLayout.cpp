#include "BufferLayout.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;

bool weft::acceptsAnyLayout(Value buffer) {
  return llvm::all_of(buffer.getUsers(), [](Operation *user) {
    if (isa<memref::SubViewOp>(user))
      return acceptsAnyLayout(user->getResult(0));
    return isa<linalg::LinalgOp, memref::LoadOp, memref::StoreOp, memref::DimOp>(
        user);
  });
}

void weft::replaceBuffer(Value from, Value to) {
  for (OpOperand &use : llvm::make_early_inc_range(from.getUses())) {
    auto view = dyn_cast<memref::SubViewOp>(use.getOwner());
    if (!view) {
      use.set(to);
      continue;
    }
    OpBuilder builder(view);
    auto type = memref::SubViewOp::inferRankReducedResultType(
        view.getType().getShape(), cast<MemRefType>(to.getType()),
        view.getMixedOffsets(), view.getMixedSizes(), view.getMixedStrides());
    Value renewed = memref::SubViewOp::create(
        builder, view.getLoc(), cast<MemRefType>(type), to,
        view.getMixedOffsets(), view.getMixedSizes(), view.getMixedStrides());
    replaceBuffer(view, renewed);
    view.erase();
  }
}

int weft::getUnitDimension(MemRefType type) {
  SmallVector<int64_t> strides;
  int64_t offset;
  if (failed(type.getStridesAndOffset(strides, offset)))
    return -1;
  for (int d = type.getRank() - 1; d >= 0; --d)
    if (strides[d] == 1)
      return d;
  return -1;
}
