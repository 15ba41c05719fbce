#include "Combiner.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace weft;

Combiner Combiner::match(linalg::LinalgOp op, int output) {
  Combiner combiner;
  Block *block = op.getBlock();
  BlockArgument running = block->getArgument(op.getNumDpsInputs() + output);
  Operation *def = block->getTerminator()->getOperand(output).getDefiningOp();
  bool known =
      isa_and_nonnull<arith::AddFOp, arith::AddIOp, arith::MulFOp,
                      arith::MulIOp, arith::MaxNumFOp, arith::MinNumFOp,
                      arith::MaximumFOp, arith::MinimumFOp, arith::MaxSIOp,
                      arith::MinSIOp, arith::MaxUIOp, arith::MinUIOp,
                      arith::AndIOp, arith::OrIOp>(def);
  if (known && running.hasOneUse() && *running.user_begin() == def)
    combiner.op = def;
  return combiner;
}

Value Combiner::combine(ImplicitLocOpBuilder &b, Value x, Value y) const {
  OperationState state(b.getLoc(), op->getName());
  state.addOperands({x, y});
  state.addTypes(x.getType());
  state.propertiesAttr = op->getPropertiesAsAttribute();
  return b.create(state)->getResult(0);
}

Value Combiner::neutral(ImplicitLocOpBuilder &b, Value like) const {
  Type type = like.getType(), element = getElementTypeOrSelf(type);
  if (isa<arith::AddFOp, arith::AddIOp>(op))
    return arith::ConstantOp::create(b, b.getZeroAttr(type));
  if (!isa<arith::MulFOp, arith::MulIOp>(op))
    return like;
  TypedAttr one = b.getOneAttr(element);
  if (auto vector = dyn_cast<VectorType>(type))
    one = DenseElementsAttr::get(vector, one);
  return arith::ConstantOp::create(b, one);
}
