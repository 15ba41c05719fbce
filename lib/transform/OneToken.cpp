#include "lib/transform/OneToken.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace weft;

/// The type of `value` for one token.
static Type oneToken(const TimedFunction &timed, Value value) {
  auto tensor = dyn_cast<RankedTensorType>(value.getType());
  std::optional<int64_t> axis = timed.axisOf(value);
  if (!tensor || !axis)
    return value.getType();
  SmallVector<int64_t> shape(tensor.getShape());
  shape[*axis] = timed.rowsPerToken(value);
  return tensor.clone(shape);
}

/// What an op reads, captured by its regions or not.
static SetVector<Value> valuesRead(Operation *op) {
  SetVector<Value> values(op->operand_begin(), op->operand_end());
  getUsedValuesDefinedAbove(op->getRegions(), values);
  return values;
}

static func::FuncOp calleeOf(func::CallOp call) {
  return SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
      call, call.getCalleeAttr());
}

namespace {

/// Clones ops of one function for one token.
class RowCloner {
public:
  RowCloner(OpBuilder &builder, const TimedFunction &timed,
            TokenSpecializer &specializer,
            llvm::function_ref<Value(Value)> lookup)
      : builder(builder), timed(timed), specializer(specializer),
        lookup(lookup) {}

  /// Operands are what `lookup` gives for those of `op`.
  Operation *clone(Operation *op);

private:
  /// `sizes` in the clone, with one row at `axis`.
  SmallVector<OpFoldResult> mapped(SmallVector<OpFoldResult> sizes,
                                   std::optional<int64_t> axis = {});
  /// Ops that carry the number of rows outside their types; null for others.
  Operation *cloneSized(Operation *op);

  OpBuilder &builder;
  const TimedFunction &timed;
  TokenSpecializer &specializer;
  /// The caller's, which outlives the cloner.
  llvm::function_ref<Value(Value)> lookup;
};

SmallVector<OpFoldResult> RowCloner::mapped(SmallVector<OpFoldResult> sizes,
                                            std::optional<int64_t> axis) {
  for (auto [dim, size] : llvm::enumerate(sizes))
    if (axis == int64_t(dim))
      size = builder.getIndexAttr(1);
    else if (auto value = dyn_cast<Value>(size))
      size = lookup(value);
  return sizes;
}

Operation *RowCloner::cloneSized(Operation *op) {
  Location loc = op->getLoc();
  if (auto empty = dyn_cast<tensor::EmptyOp>(op))
    return tensor::EmptyOp::create(
        builder, loc,
        mapped(empty.getMixedSizes(), timed.axisOf(empty.getResult())),
        empty.getType().getElementType());
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op)) {
    std::optional<int64_t> axis = timed.axisOf(expand.getResult());
    return tensor::ExpandShapeOp::create(
        builder, loc, oneToken(timed, expand.getResult()),
        lookup(expand.getSrc()),
        expand.getReassociationIndices(),
        mapped(expand.getMixedOutputShape(), axis));
  }
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
    return tensor::ExtractSliceOp::create(
        builder, loc,
        cast<RankedTensorType>(
            oneToken(timed, slice.getResult())),
        lookup(slice.getSource()), mapped(slice.getMixedOffsets()),
        mapped(slice.getMixedSizes(), timed.axisOf(slice.getSource())),
        mapped(slice.getMixedStrides()));
  if (auto slice = dyn_cast<tensor::InsertSliceOp>(op))
    return tensor::InsertSliceOp::create(
        builder, loc, lookup(slice.getSource()), lookup(slice.getDest()),
        mapped(slice.getMixedOffsets()),
        mapped(slice.getMixedSizes(), timed.axisOf(slice.getDest())),
        mapped(slice.getMixedStrides()));
  return nullptr;
}

Operation *RowCloner::clone(Operation *op) {
  bool isTimed = llvm::any_of(
      op->getResults(), [&](Value value) { return timed.isTimed(value); });
  if (isTimed)
    if (Operation *sized = cloneSized(op))
      return sized;
  IRMapping mapping;
  for (Value value : valuesRead(op))
    mapping.map(value, lookup(value));
  Operation *copy = builder.clone(*op, mapping);
  for (auto [before, after] : llvm::zip(op->getResults(), copy->getResults()))
    if (timed.isTimed(before))
      after.setType(oneToken(timed, before));
  if (auto call = dyn_cast<func::CallOp>(copy))
    call.setCallee(
        specializer.oneToken(calleeOf(cast<func::CallOp>(op))).getName());
  return copy;
}

/// How much of a value over time is needed.
enum class Demand { Nothing, LastRow, AllRows };

/// Clones a function so that its results over time are the last row.
class LastTokenCloner {
public:
  LastTokenCloner(const TimedFunction &timed, TokenSpecializer &specializer,
                  func::FuncOp target)
      : timed(timed), specializer(specializer), target(target),
        builder(OpBuilder::atBlockBegin(&target.getBody().front())) {}
  void run();

private:
  void computeDemand();
  void demandOperands(Operation *op);
  Demand demandOf(Operation *op) const;
  bool isStatefulCall(Operation *op) const;
  void createCounts();
  void cloneOp(Operation *op);
  void cloneStatefulCall(func::CallOp call);
  void record(Operation *op, Operation *copy, bool isRow);
  Value lastRow(Value value);
  Value cloneDestination(OpResult value);
  Block &sourceBody() const {
    func::FuncOp source = timed.func;
    return source.getBody().front();
  }
  Value allRows(Value value) { return full.lookupOrDefault(value); }

  const TimedFunction &timed;
  TokenSpecializer &specializer;
  func::FuncOp target;
  OpBuilder builder;
  DenseMap<Value, Demand> demand;
  IRMapping full;
  DenseMap<Value, Value> rows;
  Value count, one, last, lastPosition;
};

bool LastTokenCloner::isStatefulCall(Operation *op) const {
  auto call = dyn_cast<func::CallOp>(op);
  if (!call)
    return false;
  const TimedFunction *callee = specializer.find(calleeOf(call));
  return callee && callee->isStateful;
}

Demand LastTokenCloner::demandOf(Operation *op) const {
  Demand most = Demand::Nothing;
  for (Value result : op->getResults())
    most = std::max(most, demand.lookup(result));
  return most;
}

void LastTokenCloner::demandOperands(Operation *op) {
  bool couples = isa<mixer::MatrixOpInterface, mixer::ApplyOp,
                     mixer::StepwiseOpInterface>(op) ||
                 isStatefulCall(op);
  bool hasTime = llvm::any_of(
      op->getResults(), [&](Value value) { return timed.isTimed(value); });
  Demand need = couples || !hasTime ? Demand::AllRows : demandOf(op);
  for (Value value : valuesRead(op))
    if (timed.isTimed(value))
      demand[value] = std::max(demand.lookup(value), need);
}

void LastTokenCloner::computeDemand() {
  Block &body = sourceBody();
  for (Value value : body.getTerminator()->getOperands())
    if (timed.isTimed(value))
      demand[value] = Demand::LastRow;
  for (Operation &op : llvm::reverse(body.without_terminator()))
    if (!llvm::any_of(op.getResults(), [&](Value value) {
          return timed.counts.contains(value);
        }))
      demandOperands(&op);
}

/// T, T - 1 and the position of the last token.
void LastTokenCloner::createCounts() {
  Location loc = target.getLoc();
  Block &body = sourceBody();
  full.map(body.getArguments(), target.getArguments());
  one = arith::ConstantIndexOp::create(builder, loc, 1);
  for (BlockArgument argument : body.getArguments()) {
    if (count)
      break;
    if (timed.counts.contains(argument))
      count = allRows(argument);
    else if (std::optional<int64_t> axis = timed.axisOf(argument))
      count = tensor::DimOp::create(builder, loc, allRows(argument), *axis);
  }
  last = arith::SubIOp::create(builder, loc, count, one);
  if (timed.position)
    lastPosition =
        arith::AddIOp::create(builder, loc, allRows(timed.position), last);
}

/// A destination has nothing to cut: its row is a new one.
Value LastTokenCloner::cloneDestination(OpResult value) {
  auto rowOf = [&](Value operand) { return lastRow(operand); };
  RowCloner cloner(builder, timed, specializer, rowOf);
  Value row =
      cloner.clone(value.getOwner())->getResult(value.getResultNumber());
  return rows[value] = row;
}

static OpFoldResult rowsBefore(OpBuilder &builder, Location loc, Value token,
                               int64_t rowsPerToken) {
  Value rows = arith::ConstantIndexOp::create(builder, loc, rowsPerToken);
  return arith::MulIOp::create(builder, loc, token, rows).getResult();
}

Value LastTokenCloner::lastRow(Value value) {
  if (timed.counts.contains(value))
    return one;
  if (value == timed.position)
    return lastPosition;
  std::optional<int64_t> axis = timed.axisOf(value);
  if (!axis)
    return allRows(value);
  if (Value row = rows.lookup(value))
    return row;
  if (value.getDefiningOp<tensor::EmptyOp>() ||
      value.getDefiningOp<linalg::FillOp>())
    return cloneDestination(cast<OpResult>(value));
  Value tensor = allRows(value);
  Location loc = tensor.getLoc();
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(builder, loc, tensor);
  SmallVector<OpFoldResult> offsets(sizes.size(), builder.getIndexAttr(0)),
      strides(sizes.size(), builder.getIndexAttr(1));
  int64_t rowCount = timed.rowsPerToken(value);
  offsets[*axis] = last;
  if (rowCount > 1)
    offsets[*axis] = rowsBefore(builder, loc, last, rowCount);
  sizes[*axis] = builder.getIndexAttr(rowCount);
  return rows[value] = tensor::ExtractSliceOp::create(builder, loc, tensor,
                                                      offsets, sizes, strides);
}

void LastTokenCloner::record(Operation *op, Operation *copy, bool isRow) {
  for (auto [before, after] : llvm::zip(op->getResults(), copy->getResults()))
    if (isRow && timed.isTimed(before))
      rows[before] = after;
    else
      full.map(before, after);
}

void LastTokenCloner::cloneStatefulCall(func::CallOp call) {
  func::FuncOp callee = specializer.lastToken(calleeOf(call));
  SmallVector<Value> operands;
  for (Value operand : call.getOperands())
    operands.push_back(allRows(operand));
  auto copy = func::CallOp::create(builder, call.getLoc(), callee, operands);
  record(call, copy, /*isRow=*/true);
}

void LastTokenCloner::cloneOp(Operation *op) {
  for (Value result : op->getResults())
    if (timed.counts.contains(result)) {
      full.map(result, count);
      return;
    }
  bool hasTime = llvm::any_of(
      op->getResults(), [&](Value value) { return timed.isTimed(value); });
  Demand need = demandOf(op);
  if (!hasTime || need == Demand::AllRows ||
      isa<mixer::ApplyOp, mixer::StepwiseOpInterface>(op)) {
    record(op, builder.clone(*op, full), /*isRow=*/false);
    return;
  }
  if (isStatefulCall(op))
    return cloneStatefulCall(cast<func::CallOp>(op));
  if (need == Demand::LastRow) {
    auto rowOf = [&](Value value) { return lastRow(value); };
    RowCloner cloner(builder, timed, specializer, rowOf);
    record(op, cloner.clone(op), /*isRow=*/true);
  }
}

void LastTokenCloner::run() {
  computeDemand();
  createCounts();
  Block &body = sourceBody();
  for (Operation &op : body.without_terminator())
    cloneOp(&op);
  SmallVector<Value> results;
  for (Value value : body.getTerminator()->getOperands())
    results.push_back(lastRow(value));
  func::ReturnOp::create(builder, body.getTerminator()->getLoc(), results);
  target.setFunctionType(
      builder.getFunctionType(target.getArgumentTypes(), TypeRange(results)));
}

} // namespace

func::FuncOp TokenSpecializer::declare(func::FuncOp func, StringRef name,
                                       StringRef suffix, bool refineArguments) {
  const TimedFunction &timed = *find(func);
  func::FuncOp target = func.cloneWithoutRegions();
  target.setName(name.empty() ? (func.getName() + suffix).str() : name.str());
  SmallVector<Type> inputs;
  for (BlockArgument argument : func.getArguments())
    inputs.push_back(refineArguments ? ::oneToken(timed, argument)
                                     : argument.getType());
  target.setFunctionType(
      FunctionType::get(func.getContext(), inputs, func.getResultTypes()));
  symbols.insert(target);
  target.addEntryBlock();
  return target;
}

func::FuncOp TokenSpecializer::oneToken(func::FuncOp func, StringRef name) {
  if (!find(func))
    return func;
  if (func::FuncOp known = steps.lookup(func))
    return known;
  const TimedFunction &timed = *find(func);
  func::FuncOp target = declare(func, name, "_step", /*refineArguments=*/true);
  steps[func] = target;
  Block &body = func.getBody().front();
  OpBuilder builder = OpBuilder::atBlockBegin(&target.getBody().front());
  IRMapping mapping;
  mapping.map(body.getArguments(), target.getArguments());
  Value one = arith::ConstantIndexOp::create(builder, func.getLoc(), 1);
  for (Value count : timed.counts)
    mapping.map(count, one);
  auto rowOf = [&](Value value) { return mapping.lookup(value); };
  RowCloner cloner(builder, timed, *this, rowOf);
  for (Operation &op : body) {
    bool isCount = llvm::any_of(op.getResults(), [&](Value value) {
      return timed.counts.contains(value);
    });
    if (!isCount)
      mapping.map(op.getResults(), cloner.clone(&op)->getResults());
  }
  target.setFunctionType(builder.getFunctionType(
      target.getArgumentTypes(),
      target.getBody().front().getTerminator()->getOperandTypes()));
  return target;
}

func::FuncOp TokenSpecializer::lastToken(func::FuncOp func, StringRef name) {
  if (func::FuncOp known = lasts.lookup(func))
    return known;
  func::FuncOp target = declare(func, name, "_last", /*refineArguments=*/false);
  lasts[func] = target;
  LastTokenCloner(*find(func), *this, target).run();
  return target;
}
