// weft-simplify-mixers: structured matrices become normal forms on tensors.
#include "lib/transform/ApplyForm.h"
#include "lib/transform/Matrices.h"
#include "lib/transform/TokenReads.h"
#include "weft/Forms.h"
#include "weft/Transform.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace weft;

namespace weft {
#define GEN_PASS_DEF_WEFTSIMPLIFYMIXERS
#include "weft/TransformPasses.h.inc"
} // namespace weft

/// The states that `apply` gives must be those that its form has.
static LogicalResult checkStates(mixer::ApplyOp apply, const MatrixForm &form) {
  ValueRange init = apply.getInit();
  if (init.empty())
    return success();
  if (std::optional<std::string> obstacle = stateObstacle(form))
    return apply.emitOpError("expects a matrix with a state, but ") << *obstacle;
  auto type = cast<RankedTensorType>(apply.getY().getType());
  std::vector<StateTensor> states =
      stateTensors(form, cast<RankedTensorType>(apply.getX().getType()),
                   type.getDimSize(2), ShapedType::kDynamic);
  if (states.size() != init.size())
    return apply.emitOpError("expects ")
           << states.size() << " states of its matrix, got " << init.size();
  for (auto [state, given] : llvm::zip(states, init))
    if (failed(verifyCompatibleShape(state.type, given.getType())) ||
        getElementTypeOrSelf(given.getType()) != state.type.getElementType())
      return apply.emitOpError("expects a state '")
             << state.name << "' of type " << state.type << ", got "
             << given.getType();
  return success();
}

namespace {

class SimplifyMixers
    : public weft::impl::WeftSimplifyMixersBase<SimplifyMixers> {
public:
  using Base::Base;
  void runOnOperation() override;

private:
  LogicalResult rewrite(mixer::ApplyOp apply);
  LogicalResult rewrite(mixer::MaterializeOp op);
  LogicalResult reportDense(mixer::ApplyOp apply, const MatrixForm &form);
  LogicalResult refuseDense();
};

/// A model of which no mixer has a matrix has no dense form.
LogicalResult SimplifyMixers::refuseDense() {
  WalkResult result =
      getOperation().walk([&](mixer::StepwiseOpInterface op) {
        op->emitError("form 'dense' is not one of ")
            << llvm::join(formsOf(op), ", ")
            << ": the mixer is not given by a matrix";
        return WalkResult::interrupt();
      });
  return failure(result.wasInterrupted());
}

LogicalResult SimplifyMixers::reportDense(mixer::ApplyOp apply,
                                          const MatrixForm &form) {
  const MatrixForm *dense = form.firstDense();
  if (!dense || this->form == "dense")
    return success();
  InFlightDiagnostic message =
      noFallback ? apply.emitError() : apply.emitWarning();
  message << "runs in dense form, O(T*S) memory: " << dense->reason;
  if (Operation *def = dense->matrix.getDefiningOp())
    message.attachNote(def->getLoc()) << "the matrix is built here";
  message.report();
  return success(!noFallback);
}

LogicalResult SimplifyMixers::rewrite(mixer::ApplyOp apply) {
  auto type = cast<RankedTensorType>(apply.getY().getType());
  if (type.isDynamicDim(2) || type.isDynamicDim(3))
    return apply.emitOpError(
               "expects a static number of heads and channels, got ")
           << type;
  MatrixForm form = classify(apply.getMatrix());
  if (failed(checkStates(apply, form)) || failed(reportDense(apply, form)))
    return failure();
  bool continues = !apply.getInit().empty() || apply.getPosition();
  if (continues && failed(checkTables(apply)))
    return failure();
  if (this->form == "dense") {
    if (!apply.getInit().empty() || apply.getPosition())
      return apply.emitOpError("the dense form has no state");
    form = MatrixForm();
    form.matrix = apply.getMatrix();
  }
  OpBuilder builder(apply);
  Applied applied = applyForm(builder, apply.getLoc(), form, apply.getX(), type,
                              apply.getInit(), apply.getPosition(),
                              apply.getSegments());
  if (!applied.y)
    return failure();
  SmallVector<Value> results = {applied.y};
  if (!apply.getInit().empty())
    llvm::append_range(results, applied.states);
  apply->replaceAllUsesWith(results);
  apply.erase();
  return success();
}

LogicalResult SimplifyMixers::rewrite(mixer::MaterializeOp op) {
  OpBuilder builder(op);
  auto type = cast<RankedTensorType>(op.getDense().getType());
  SmallVector<OpFoldResult> sizes =
      getMixedValues(type.getShape(), op.getSizes(), builder);
  mixer::DenseMatrix dense = mixer::materialize(
      builder, op.getMatrix(), {sizes[0], sizes[1], sizes[2], sizes[3]});
  if (!dense.entries)
    return failure();
  Value entries = mixer::zeroAbsent(builder, op.getLoc(), dense);
  if (entries.getType() != type)
    entries = tensor::CastOp::create(builder, op.getLoc(), type, entries);
  op.getDense().replaceAllUsesWith(entries);
  op.erase();
  return success();
}

void SimplifyMixers::runOnOperation() {
  if (form != "auto" && form != "dense") {
    getOperation().emitError("expects form 'auto' or 'dense', got '")
        << form << "'";
    return signalPassFailure();
  }
  SmallVector<Operation *> consumers;
  getOperation().walk([&](Operation *op) {
    if (isa<mixer::ApplyOp, mixer::MaterializeOp>(op))
      consumers.push_back(op);
  });
  if (form == "dense" && consumers.empty() && failed(refuseDense()))
    return signalPassFailure();
  for (Operation *op : consumers) {
    auto apply = dyn_cast<mixer::ApplyOp>(op);
    if (failed(apply ? rewrite(apply)
                     : rewrite(cast<mixer::MaterializeOp>(op))))
      return signalPassFailure();
  }
  if (failed(eraseMatrices(getOperation())))
    signalPassFailure();
}

} // namespace
