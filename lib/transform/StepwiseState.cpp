#include "lib/transform/StepwiseState.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace weft;

std::vector<StateTensor> weft::stepwiseStates(mixer::StepwiseOpInterface op) {
  std::vector<StateTensor> states;
  for (Value init : op.getInit())
    states.push_back({"s", cast<RankedTensorType>(init.getType())});
  return states;
}

/// An argument of the model: then its caller holds the state.
static bool isGiven(Value init) {
  auto argument = dyn_cast<BlockArgument>(init);
  auto func = argument
                  ? dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp())
                  : func::FuncOp();
  return func && func.isPublic();
}

std::optional<std::string>
weft::stepwiseObstacle(mixer::StepwiseOpInterface op) {
  if (op.getReverse())
    return "the mixer runs from the last token to the first";
  for (Value init : op.getInit()) {
    if (isGiven(init))
      return "the model threads its state itself";
    if (!cast<RankedTensorType>(init.getType()).hasStaticShape())
      return "the batch of a state is not static";
  }
  return std::nullopt;
}

static bool isZero(Value tensor) {
  if (auto fill = tensor.getDefiningOp<linalg::FillOp>())
    return matchPattern(fill.getInputs().front(), m_AnyZeroFloat());
  DenseElementsAttr value;
  return matchPattern(tensor, m_Constant(&value)) && value.isSplat() &&
         value.getSplatValue<APFloat>().isZero();
}

/// isFirst ? init : state, in one pass.
static Value selected(OpBuilder &builder, Location loc, Value isFirst,
                      Value init, Value state) {
  auto type = cast<RankedTensorType>(state.getType());
  Value empty = tensor::EmptyOp::create(builder, loc, type.getShape(),
                                        type.getElementType());
  AffineMap identity = builder.getMultiDimIdentityMap(type.getRank());
  SmallVector<utils::IteratorType> loops(type.getRank(),
                                         utils::IteratorType::parallel);
  auto select = [&](OpBuilder &inner, Location at, ValueRange entries) {
    Value entry =
        arith::SelectOp::create(inner, at, isFirst, entries[0], entries[1]);
    linalg::YieldOp::create(inner, at, entry);
  };
  return linalg::GenericOp::create(builder, loc, TypeRange(type),
                                   ValueRange{init, state}, ValueRange{empty},
                                   ArrayRef{identity, identity, identity},
                                   loops, select)
      .getResult(0);
}

void weft::continueFrom(mixer::StepwiseOpInterface op, ValueRange states,
                        Value position) {
  OpBuilder builder(op);
  Location loc = op.getLoc();
  SmallVector<Value> starts;
  Value isFirst;
  for (auto [init, state] : llvm::zip(op.getInit(), states)) {
    if (isZero(init)) {
      starts.push_back(state);
      continue;
    }
    if (!isFirst)
      isFirst = arith::CmpIOp::create(
          builder, loc, arith::CmpIPredicate::eq, position,
          arith::ConstantIndexOp::create(builder, loc, 0));
    starts.push_back(selected(builder, loc, isFirst, init, state));
  }
  op.getInitMutable().assign(starts);
}
