#include "lib/transform/Matrices.h"

#include "dialects/mixer/Mixer.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace weft;

static bool isMatrix(Type type) { return isa<mixer::MatrixType>(type); }

LogicalResult weft::checkMatricesAreLocal(Operation *root) {
  WalkResult result = root->walk([](Operation *op) {
    for (Region &region : op->getRegions())
      for (Block &block : region)
        if (llvm::any_of(block.getArgumentTypes(), isMatrix)) {
          op->emitError("a matrix cannot be a block argument of '")
              << op->getName() << "'";
          return WalkResult::interrupt();
        }
    if (isa<mixer::MatrixOpInterface, mixer::ApplyOp, mixer::MaterializeOp>(op))
      return WalkResult::advance();
    if (!llvm::any_of(op->getOperandTypes(), isMatrix) &&
        !llvm::any_of(op->getResultTypes(), isMatrix))
      return WalkResult::advance();
    op->emitError("a matrix cannot pass through '")
        << op->getName() << "'; apply it there and pass the tensor";
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

LogicalResult weft::eraseMatrices(Operation *root) {
  SmallVector<Operation *> matrices;
  root->walk([&](mixer::MatrixOpInterface op) { matrices.push_back(op); });
  // Users come after what they use.
  for (Operation *op : llvm::reverse(matrices))
    if (op->use_empty())
      op->erase();
    else
      return op->emitError("this matrix is used outside mixers and cannot be "
                           "removed");
  return checkMatricesAreLocal(root);
}
