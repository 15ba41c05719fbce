#include "lib/transform/TimeFollower.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace weft;

bool weft::readsOwnToken(const TimedFunction &timed, OpOperand &use) {
  auto extract = dyn_cast<tensor::ExtractOp>(use.getOwner());
  if (!extract || use.getOperandNumber() == 0)
    return false;
  std::optional<int64_t> axis = timed.axisOf(extract.getTensor());
  return axis && int64_t(use.getOperandNumber()) - 1 == *axis;
}

/// The loop over time, and that every timed operand is indexed by it alone.
LogicalResult TimeFollower::linalgLoop(linalg::LinalgOp op,
                                       std::optional<unsigned> &loop) {
  for (OpOperand &operand : op->getOpOperands()) {
    std::optional<int64_t> axis = axisOf(operand.get());
    if (!axis)
      continue;
    auto dim = dyn_cast<AffineDimExpr>(
        op.getMatchingIndexingMap(&operand).getResult(*axis));
    if (!dim)
      return op->emitError("decode: reads a window of the time axis of operand "
                           "#")
             << operand.getOperandNumber() << "; use mixer.toeplitz";
    if (loop && *loop != dim.getPosition())
      return op->emitError("decode: uses two loops over time, a product of "
                           "tokens with tokens; use mixer.gram");
    loop = dim.getPosition();
  }
  return success();
}

/// Bodies may read other tensors, but of those over time only the own token.
LogicalResult TimeFollower::linalgBody(linalg::LinalgOp op,
                                       std::optional<unsigned> loop) {
  WalkResult result = op->walk([&](Operation *inner) {
    if (auto index = dyn_cast<linalg::IndexOp>(inner))
      if (loop && index.getDim() == *loop)
        now->rows.push_back(index);
    if (inner == op.getOperation())
      return WalkResult::advance();
    for (OpOperand &operand : inner->getOpOperands()) {
      if (now->counts.contains(operand.get())) {
        inner->emitError("decode: depends on the number of tokens T");
        return WalkResult::interrupt();
      }
      std::optional<int64_t> axis = axisOf(operand.get());
      if (!axis)
        continue;
      auto extract = dyn_cast<tensor::ExtractOp>(inner);
      auto row = extract && operand.getOperandNumber() == 0
                     ? extract.getIndices()[*axis]
                           .getDefiningOp<linalg::IndexOp>()
                     : linalg::IndexOp();
      if (row && loop && row.getDim() == *loop)
        continue;
      inner->emitError("decode: reads another token than its own; use a mixer");
      return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

LogicalResult TimeFollower::linalgOp(linalg::LinalgOp op) {
  std::optional<unsigned> loop;
  if (failed(linalgLoop(op, loop)))
    return failure();
  if (!loop)
    return linalgBody(op, loop);
  if (op.getIteratorTypesArray()[*loop] != utils::IteratorType::parallel)
    return op->emitError("decode: reduces over time; use mixer.apply");
  for (OpOperand &operand : op->getOpOperands()) {
    if (isTimed(operand.get()))
      continue;
    for (AffineExpr expr : op.getMatchingIndexingMap(&operand).getResults())
      if (expr.isFunctionOfDim(*loop))
        return op->emitError("decode: operand #")
               << operand.getOperandNumber()
               << " is a table over time; compute it from mixer.positions";
  }
  AffineExpr time = getAffineDimExpr(*loop, op.getContext());
  for (auto [result, init] :
       llvm::zip(op->getResults(), op.getDpsInitsMutable()))
    for (auto [axis, expr] :
         llvm::enumerate(op.getMatchingIndexingMap(&init).getResults()))
      if (expr == time)
        setAxis(result, axis);
  return linalgBody(op, loop);
}

LogicalResult TimeFollower::elementwise(Operation *op) {
  std::optional<int64_t> axis;
  for (Value operand : op->getOperands())
    if (std::optional<int64_t> own = axisOf(operand)) {
      if (axis && *axis != *own)
        return op->emitError("decode: operands have time on axis ")
               << *axis << " and on axis " << *own;
      axis = own;
    }
  for (auto [number, operand] : llvm::enumerate(op->getOperands()))
    if (isa<RankedTensorType>(operand.getType()) && !isTimed(operand))
      return op->emitError("decode: operand #")
             << number
             << " is a table over time; compute it from mixer.positions";
  for (Value result : op->getResults())
    setAxis(result, *axis);
  return success();
}

LogicalResult TimeFollower::dim(tensor::DimOp op) {
  std::optional<int64_t> index = op.getConstantIndex();
  if (!index)
    return op.emitError("decode: may take the number of tokens T");
  if (*index == *axisOf(op.getSource()))
    now->counts.insert(op.getResult());
  return success();
}

LogicalResult TimeFollower::empty(tensor::EmptyOp op) {
  std::optional<int64_t> axis;
  for (auto [number, size] : llvm::enumerate(op.getMixedSizes())) {
    if (!isCount(size))
      continue;
    if (axis)
      return op.emitError("decode: a tensor of tokens by tokens; use a mixer");
    axis = number;
  }
  if (axis)
    setAxis(op.getResult(), *axis);
  return success();
}

LogicalResult TimeFollower::cast(tensor::CastOp op) {
  int64_t axis = *axisOf(op.getSource());
  auto type = dyn_cast<RankedTensorType>(op.getType());
  if (!type || !type.isDynamicDim(axis))
    return op.emitError("decode: fixes the number of tokens T");
  setAxis(op.getResult(), axis);
  return success();
}

/// Time and what else is not 1 in its group: nothing, or the rows of a token,
/// R behind T, which become T · R rows or come back from them.
static std::optional<int64_t> rowsInGroup(RankedTensorType type,
                                          ArrayRef<int64_t> dims) {
  if (dims.size() == 1)
    return 1;
  if (dims.size() == 2 && type.isDynamicDim(dims[0]) &&
      !type.isDynamicDim(dims[1]))
    return type.getDimSize(dims[1]);
  return std::nullopt;
}

LogicalResult TimeFollower::reshape(Operation *op, Value source, Value result,
                                    ArrayRef<ReassociationIndices> groups,
                                    bool expands) {
  int64_t axis = *axisOf(source);
  auto type = llvm::cast<RankedTensorType>((expands ? result : source).getType());
  for (auto [number, group] : llvm::enumerate(groups)) {
    if (expands ? int64_t(number) != axis : !llvm::is_contained(group, axis))
      continue;
    SmallVector<int64_t> others;
    for (int64_t dim : group)
      if (type.getDimSize(dim) != 1)
        others.push_back(dim);
    int64_t before = now->rowsPerToken(source);
    std::optional<int64_t> rows = rowsInGroup(type, others);
    if (!rows || (*rows > 1 && before != (expands ? *rows : 1)))
      return op->emitError("decode: reshapes across the time axis");
    if (expands)
      setAxis(result, others.front(), *rows > 1 ? 1 : before);
    else
      setAxis(result, number, *rows > 1 ? *rows : before);
  }
  return success();
}

LogicalResult TimeFollower::extractSlice(tensor::ExtractSliceOp op) {
  std::optional<int64_t> axis = axisOf(op.getSource());
  if (!axis)
    return op.emitError("decode: takes as many rows as there are tokens of a "
                        "tensor without time; compute them from "
                        "mixer.positions");
  if (!isConstantIntValue(op.getMixedOffsets()[*axis], 0) ||
      !isCount(op.getMixedSizes()[*axis]) ||
      !isConstantIntValue(op.getMixedStrides()[*axis], 1))
    return op.emitError("decode: takes part of the time axis; use "
                        "mixer.toeplitz or mixer.mask");
  llvm::SmallBitVector dropped = op.getDroppedDims();
  int64_t kept = *axis;
  for (int64_t dim = 0; dim < *axis; ++dim)
    kept -= dropped.test(dim);
  setAxis(op.getResult(), kept);
  return success();
}

LogicalResult TimeFollower::insertSlice(tensor::InsertSliceOp op) {
  std::optional<int64_t> axis = axisOf(op.getDest());
  std::optional<int64_t> source = axisOf(op.getSource());
  if (!axis || !source)
    return op.emitError("decode: mixes a tensor over time with one without");
  llvm::SmallBitVector dropped = op.getDroppedDims();
  int64_t kept = *axis;
  for (int64_t dim = 0; dim < *axis; ++dim)
    kept -= dropped.test(dim);
  if (kept != *source || !isConstantIntValue(op.getMixedOffsets()[*axis], 0) ||
      !isCount(op.getMixedSizes()[*axis]) ||
      !isConstantIntValue(op.getMixedStrides()[*axis], 1))
    return op.emitError("decode: moves along the time axis; use "
                        "mixer.toeplitz");
  setAxis(op.getResult(), *axis);
  return success();
}

LogicalResult TimeFollower::concat(tensor::ConcatOp op) {
  std::optional<int64_t> axis;
  for (Value input : op.getInputs()) {
    std::optional<int64_t> own = axisOf(input);
    if (!own || (axis && *axis != *own))
      return op.emitError("decode: mixes a tensor over time with one without");
    axis = own;
  }
  if (int64_t(op.getDim()) == *axis)
    return op.emitError("decode: concatenates along the time axis");
  setAxis(op.getResult(), *axis);
  return success();
}

LogicalResult TimeFollower::regionsAreTimeless(Operation *op) {
  SetVector<Value> captured;
  getUsedValuesDefinedAbove(op->getRegions(), captured);
  for (Value value : captured)
    if (isTimed(value) || now->counts.contains(value))
      return op->emitError("decode: the region reads a tensor over time or the "
                           "number of tokens");
  return success();
}

/// Time on axis 1 of what is read and written. States have static shapes, or
/// decode was refused before: they have no time.
LogicalResult TimeFollower::stepwise(mixer::StepwiseOpInterface op) {
  size_t overTime = op.getIns().size() + op.getOuts().size();
  for (size_t number = 0; number < overTime; ++number) {
    std::optional<int64_t> axis = axisOf(op->getOperand(number));
    if (axis == int64_t(1))
      continue;
    InFlightDiagnostic error =
        op->emitError("decode: expects time on axis 1 of operand #");
    error << number << ", got ";
    if (axis)
      return error << "axis " << *axis;
    return error << "a tensor without time";
  }
  if (failed(regionsAreTimeless(op)))
    return failure();
  for (Value output : op->getResults().take_front(op.getOuts().size()))
    setAxis(output, 1);
  now->mixers.push_back(op);
  return success();
}

LogicalResult TimeFollower::positions(mixer::PositionsOp op) {
  if (!now->counts.contains(op.getLength()))
    return op.emitError("decode: expects the number of tokens as the length");
  setAxis(op.getResult(), 0);
  now->positions.push_back(op);
  return success();
}

LogicalResult TimeFollower::call(func::CallOp op) {
  auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
      op, op.getCalleeAttr());
  if (!callee || callee.isExternal())
    return op.emitError("decode: calls a function without a body: '")
           << op.getCallee() << "'";
  ArgumentTimes times;
  for (Value operand : op.getOperands())
    times.push_back(now->counts.contains(operand) ? kCount
                                                  : axisOf(operand).value_or(
                                                        kNoTime));
  auto known = given.find(callee);
  if (known == given.end()) {
    if (failed(visit(callee, times)))
      return failure();
  } else if (known->second != times) {
    return op.emitError("decode: '")
           << op.getCallee()
           << "' is called with time on other arguments than before";
  } else if (!done.contains(callee)) {
    return op.emitError("decode: '") << op.getCallee() << "' calls itself";
  }
  const TimedFunction &inside = done[callee];
  Operation *end = callee.getBody().front().getTerminator();
  for (auto [result, returned] : llvm::zip(op.getResults(), end->getOperands()))
    if (std::optional<int64_t> axis = inside.axisOf(returned))
      setAxis(result, *axis);
  now->calls.push_back(op);
  return success();
}

/// T may be a size, and nothing else.
LogicalResult TimeFollower::checkCounts(Operation *op) {
  if (isa<tensor::EmptyOp, tensor::ExpandShapeOp, tensor::ExtractSliceOp,
          tensor::InsertSliceOp, mixer::PositionsOp, func::CallOp>(op))
    return success();
  for (Value operand : op->getOperands())
    if (now->counts.contains(operand))
      return op->emitError("decode: depends on the number of tokens T");
  return success();
}

LogicalResult TimeFollower::visitOp(Operation *op) {
  auto timed = [&](Value value) {
    return isTimed(value) || now->counts.contains(value);
  };
  bool touches = llvm::any_of(op->getOperands(), timed);
  if (!touches && op->getNumRegions()) {
    SetVector<Value> captured;
    getUsedValuesDefinedAbove(op->getRegions(), captured);
    touches = llvm::any_of(captured, timed);
  }
  if (!touches || op->hasTrait<OpTrait::IsTerminator>())
    return success();
  if (failed(checkCounts(op)))
    return failure();
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](linalg::LinalgOp o) { return linalgOp(o); })
      .Case([&](tensor::DimOp o) { return dim(o); })
      .Case([&](tensor::EmptyOp o) { return empty(o); })
      .Case([&](tensor::CastOp o) { return cast(o); })
      .Case([&](tensor::ExpandShapeOp o) {
        return reshape(o, o.getSrc(), o.getResult(), o.getReassociationIndices(),
                       true);
      })
      .Case([&](tensor::CollapseShapeOp o) {
        return reshape(o, o.getSrc(), o.getResult(), o.getReassociationIndices(),
                       false);
      })
      .Case([&](tensor::ExtractSliceOp o) { return extractSlice(o); })
      .Case([&](tensor::InsertSliceOp o) { return insertSlice(o); })
      .Case([&](tensor::ConcatOp o) { return concat(o); })
      .Case([&](mixer::MatrixOpInterface o) { return matrix(o); })
      .Case([&](mixer::ApplyOp o) { return apply(o); })
      .Case([&](mixer::StepwiseOpInterface o) { return stepwise(o); })
      .Case([&](mixer::PositionsOp o) { return positions(o); })
      .Case([&](func::CallOp o) { return call(o); })
      .Default([&](Operation *o) -> LogicalResult {
        if (OpTrait::hasElementwiseMappableTraits(o))
          return elementwise(o);
        return o->emitError("decode: '")
               << o->getName() << "' may couple tokens; use a mixer";
      });
}

/// Ops that keep tokens apart see as many rows of a token in each operand, and
/// give as many; reshapes have said what they give.
LogicalResult TimeFollower::followRows(Operation *op) {
  if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op))
    return success();
  int64_t rows = 0;
  for (Value operand : op->getOperands()) {
    if (!isTimed(operand))
      continue;
    int64_t own = now->rowsPerToken(operand);
    if (rows && own != rows)
      return op->emitError("decode: mixes ")
             << rows << " rows of a token with " << own;
    rows = own;
  }
  if (rows < 2)
    return success();
  bool countsRows = op->walk([](linalg::IndexOp) {
                        return WalkResult::interrupt();
                      }).wasInterrupted();
  if (countsRows || isa<tensor::DimOp, tensor::ExtractSliceOp,
                        tensor::InsertSliceOp, func::CallOp>(op))
    return op->emitError("decode: takes ")
           << rows << " rows of a token apart; reshape them to [T, " << rows
           << "]";
  for (Value result : op->getResults())
    if (isTimed(result))
      now->severalRows[result] = rows;
  return success();
}

LogicalResult TimeFollower::visit(func::FuncOp func, ArrayRef<int64_t> times) {
  if (!func.getBody().hasOneBlock())
    return func.emitError("decode: expects a body of one block");
  given[func].assign(times.begin(), times.end());
  TimedFunction timed;
  timed.func = func;
  for (auto [argument, time] : llvm::zip(func.getArguments(), times))
    if (time == kCount)
      timed.counts.insert(argument);
    else if (time != kNoTime)
      timed.axis[argument] = time;
  TimedFunction *caller = now;
  now = &timed;
  for (Operation &op : func.getBody().front())
    if (failed(visitOp(&op)) || failed(followRows(&op)))
      return failure();
  now = caller;
  done[func] = std::move(timed);
  return success();
}

FailureOr<TimedFunctions> weft::followTime(func::FuncOp entry) {
  ArgumentTimes times;
  for (BlockArgument argument : entry.getArguments()) {
    auto time = entry.getArgAttrOfType<IntegerAttr>(argument.getArgNumber(),
                                                    "mixer.time");
    times.push_back(time ? time.getInt() : kNoTime);
  }
  TimeFollower follower;
  if (failed(follower.visit(entry, times)))
    return failure();
  return follower.take();
}
