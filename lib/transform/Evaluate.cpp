#include "lib/transform/Evaluate.h"

#include "lib/transform/ScalarBody.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace weft;

int64_t Numbers::at(ArrayRef<int64_t> indices) const {
  int64_t place = 0;
  for (auto [index, size] : llvm::zip(indices, shape))
    place = place * size + index;
  return place;
}

/// A tensor of this type; nothing if its sizes are not known.
static std::optional<Numbers> numbersOf(Type type, double value) {
  Numbers numbers;
  if (auto tensor = dyn_cast<RankedTensorType>(type)) {
    if (!tensor.hasStaticShape())
      return std::nullopt;
    numbers.shape.assign(tensor.getShape().begin(), tensor.getShape().end());
  }
  int64_t count = 1;
  for (int64_t size : numbers.shape)
    count *= size;
  numbers.entries.assign(count, value);
  return numbers;
}

/// Calls `visit` with all indices below `sizes`, the last the fastest.
static LogicalResult
forIndices(ArrayRef<int64_t> sizes,
           function_ref<LogicalResult(ArrayRef<int64_t>)> visit) {
  SmallVector<int64_t> indices(sizes.size(), 0);
  if (llvm::is_contained(sizes, 0))
    return success();
  while (true) {
    if (failed(visit(indices)))
      return failure();
    int64_t axis = int64_t(sizes.size()) - 1;
    while (axis >= 0 && ++indices[axis] == sizes[axis])
      indices[axis--] = 0;
    if (axis < 0)
      return success();
  }
}

LogicalResult Evaluator::fail(Operation *op) {
  if (!failedAt)
    failedAt = op;
  return failure();
}

//===-- values
//-------------------------------------------------------------===//

static double numberOf(Attribute attr) {
  if (auto real = dyn_cast<FloatAttr>(attr))
    return real.getValueAsDouble();
  auto whole = cast<IntegerAttr>(attr);
  return whole.getType().isInteger(1) ? double(!whole.getValue().isZero())
                                      : double(whole.getInt());
}

static std::optional<Numbers> constantOf(Value value) {
  Attribute attr;
  if (!matchPattern(value, m_Constant(&attr)))
    return std::nullopt;
  if (isa<FloatAttr, IntegerAttr>(attr))
    return numbersOf(value.getType(), numberOf(attr));
  auto dense = dyn_cast<DenseElementsAttr>(attr);
  std::optional<Numbers> numbers = numbersOf(value.getType(), 0);
  if (!dense || !numbers)
    return std::nullopt;
  for (auto [entry, element] :
       llvm::zip(numbers->entries, dense.getValues<Attribute>()))
    entry = numberOf(element);
  return numbers;
}

FailureOr<Numbers> Evaluator::valueOf(Value value) {
  auto known = values.find(value);
  if (known != values.end())
    return known->second;
  if (std::optional<Numbers> constant = constantOf(value))
    return values[value] = *constant;
  // Defined outside: computed there from constants, or unknown.
  Operation *before = failedAt;
  if (Operation *op = value.getDefiningOp(); op && succeeded(evaluate(op)))
    return values.lookup(value);
  failedAt = before;
  FailureOr<Numbers> given = unknown(value);
  if (succeeded(given))
    values[value] = *given;
  return given;
}

FailureOr<std::vector<Numbers>> Evaluator::run(Block &block,
                                               ArrayRef<Numbers> arguments) {
  for (auto [argument, value] : llvm::zip(block.getArguments(), arguments))
    values[argument] = value;
  for (Operation &op : block.without_terminator())
    if (failed(evaluate(&op)))
      return failure();
  std::vector<Numbers> yielded;
  for (Value value : block.getTerminator()->getOperands()) {
    FailureOr<Numbers> numbers = valueOf(value);
    if (failed(numbers))
      return fail(block.getTerminator());
    yielded.push_back(std::move(*numbers));
  }
  return yielded;
}

//===-- ops
//----------------------------------------------------------------===//

LogicalResult Evaluator::evaluate(Operation *op) {
  if (op->hasTrait<OpTrait::ConstantLike>()) {
    std::optional<Numbers> constant = constantOf(op->getResult(0));
    if (!constant)
      return fail(op);
    values[op->getResult(0)] = *constant;
    return success();
  }
  if (isa<linalg::LinalgOp>(op))
    return linalgOp(op);
  if (isa<scf::IfOp, scf::ForOp>(op))
    return controlFlow(op);
  if (auto index = dyn_cast<linalg::IndexOp>(op)) {
    values[index] = {{}, {double(loops[index.getDim()])}};
    return success();
  }
  SmallVector<Numbers> operands;
  for (Value operand : op->getOperands()) {
    FailureOr<Numbers> numbers = valueOf(operand);
    if (failed(numbers))
      return fail(op);
    operands.push_back(std::move(*numbers));
  }
  auto known = functions.find(op);
  if (known == functions.end())
    known = functions.try_emplace(op, scalarFunction(op)).first;
  return known->second ? elementwise(op, operands) : tensorOp(op, operands);
}

/// Operands without axes, such as the condition of a select, go with all.
LogicalResult Evaluator::elementwise(Operation *op,
                                     ArrayRef<Numbers> operands) {
  std::optional<Numbers> result = numbersOf(op->getResult(0).getType(), 0);
  if (!result)
    return fail(op);
  const ScalarFunction &function = functions[op];
  SmallVector<double> scalars(operands.size());
  for (auto [place, entry] : llvm::enumerate(result->entries)) {
    for (auto [scalar, operand] : llvm::zip(scalars, operands))
      scalar = operand.entries[operand.shape.empty() ? 0 : place];
    entry = function(scalars);
  }
  values[op->getResult(0)] = std::move(*result);
  return success();
}

LogicalResult Evaluator::linalgOp(Operation *raw) {
  auto op = cast<linalg::LinalgOp>(raw);
  SmallVector<int64_t> ranges = op.getStaticLoopRanges();
  if (llvm::any_of(ranges, ShapedType::isDynamic))
    return fail(op);
  SmallVector<Numbers> operands;
  for (Value operand : op->getOperands()) {
    FailureOr<Numbers> numbers = valueOf(operand);
    if (failed(numbers))
      return fail(op);
    operands.push_back(std::move(*numbers));
  }
  if (failed(runBody(op, ranges, operands)))
    return failure();
  for (auto [result, output] :
       llvm::zip(op->getResults(),
                 ArrayRef<Numbers>(operands).drop_front(op.getNumDpsInputs())))
    values[result] = output;
  return success();
}

/// The loops over the body, which writes the outputs among the operands.
LogicalResult Evaluator::runBody(Operation *raw, ArrayRef<int64_t> ranges,
                                 MutableArrayRef<Numbers> operands) {
  auto op = cast<linalg::LinalgOp>(raw);
  SmallVector<EntryPlace> places;
  for (auto [operand, map] : llvm::zip(operands, op.getIndexingMapsArray()))
    places.emplace_back(map, operand);
  std::optional<ScalarBody> fast = ScalarBody::of(
      *op.getBlock(), [&](Value value) { return valueOf(value); });
  size_t inputs = op.getNumDpsInputs();
  SmallVector<double> scalars(operands.size());
  SmallVector<int64_t> outer = loops;
  LogicalResult done = forIndices(ranges, [&](ArrayRef<int64_t> indices) {
    for (auto [scalar, operand, place] : llvm::zip(scalars, operands, places))
      scalar = operand.entries[place.at(indices)];
    SmallVector<double> slow;
    if (!fast && failed(runScalars(*op.getBlock(), scalars, indices, slow)))
      return failure();
    ArrayRef<double> yielded = fast ? fast->run(scalars, indices) : slow;
    for (auto [number, value] : llvm::enumerate(yielded))
      operands[inputs + number].entries[places[inputs + number].at(indices)] =
          value;
    return success();
  });
  loops = outer;
  return done;
}

/// A body with more than scalar functions, op by op.
LogicalResult Evaluator::runScalars(Block &block, ArrayRef<double> scalars,
                                    ArrayRef<int64_t> indices,
                                    SmallVectorImpl<double> &yielded) {
  loops.assign(indices.begin(), indices.end());
  SmallVector<Numbers> arguments;
  for (double scalar : scalars)
    arguments.push_back({{}, {scalar}});
  FailureOr<std::vector<Numbers>> result = run(block, arguments);
  if (failed(result))
    return failure();
  for (const Numbers &number : *result)
    yielded.push_back(number.entries.front());
  return success();
}

LogicalResult Evaluator::controlFlow(Operation *op) {
  std::vector<Numbers> carried;
  auto assign = [&](ValueRange results) {
    for (auto [result, numbers] : llvm::zip(results, carried))
      values[result] = numbers;
    return success();
  };
  if (auto branch = dyn_cast<scf::IfOp>(op)) {
    FailureOr<Numbers> condition = valueOf(branch.getCondition());
    if (failed(condition))
      return fail(op);
    Region &taken =
        condition->entries[0] ? branch.getThenRegion() : branch.getElseRegion();
    FailureOr<std::vector<Numbers>> yielded = run(taken.front(), {});
    if (failed(yielded))
      return failure();
    carried = *yielded;
    return assign(op->getResults());
  }
  auto loop = cast<scf::ForOp>(op);
  for (Value operand : op->getOperands()) {
    FailureOr<Numbers> numbers = valueOf(operand);
    if (failed(numbers))
      return fail(op);
    carried.push_back(*numbers);
  }
  double lower = carried[0].entries[0], upper = carried[1].entries[0],
         step = carried[2].entries[0];
  carried.erase(carried.begin(), carried.begin() + 3);
  for (double i = lower; i < upper; i += step) {
    carried.insert(carried.begin(), Numbers{{}, {i}});
    FailureOr<std::vector<Numbers>> yielded = run(*loop.getBody(), carried);
    if (failed(yielded))
      return failure();
    carried = *yielded;
  }
  return assign(op->getResults());
}

/// Offsets, sizes or strides, those that are operands evaluated.
static SmallVector<int64_t> mixedNumbers(Evaluator &evaluator,
                                         ArrayRef<OpFoldResult> mixed) {
  SmallVector<int64_t> numbers;
  for (OpFoldResult entry : mixed)
    if (std::optional<int64_t> constant = getConstantIntValue(entry))
      numbers.push_back(*constant);
    else
      numbers.push_back(
          int64_t(evaluator.valueOf(cast<Value>(entry))->entries[0]));
  return numbers;
}

/// The entries of `part` in the order of the indices, and whether all of them
/// lie in `whole`.
template <typename SliceOp>
static LogicalResult forSlice(Evaluator &evaluator, SliceOp op,
                              const Numbers &whole,
                              function_ref<void(int64_t, int64_t)> visit) {
  SmallVector<int64_t> offsets = mixedNumbers(evaluator, op.getMixedOffsets()),
                       sizes = mixedNumbers(evaluator, op.getMixedSizes()),
                       strides = mixedNumbers(evaluator, op.getMixedStrides());
  int64_t inPart = 0;
  return forIndices(sizes, [&](ArrayRef<int64_t> indices) {
    SmallVector<int64_t> place;
    for (size_t axis = 0; axis < indices.size(); ++axis) {
      place.push_back(offsets[axis] + indices[axis] * strides[axis]);
      if (place.back() < 0 || place.back() >= whole.shape[axis])
        return failure();
    }
    visit(inPart++, whole.at(place));
    return success();
  });
}

static SmallVector<int64_t> indicesOf(ArrayRef<Numbers> operands) {
  return llvm::map_to_vector(operands, [](const Numbers &index) {
    return int64_t(index.entries.front());
  });
}

static bool isInside(ArrayRef<int64_t> indices, const Numbers &tensor) {
  return llvm::all_of(llvm::zip(indices, tensor.shape), [](auto pair) {
    auto [index, size] = pair;
    return index >= 0 && index < size;
  });
}

LogicalResult Evaluator::tensorOp(Operation *op, ArrayRef<Numbers> operands) {
  if (op->getNumResults() != 1)
    return fail(op);
  Value value = op->getResult(0);
  std::optional<Numbers> result = numbersOf(value.getType(), NAN);
  if (!result)
    return fail(op);
  LogicalResult done =
      llvm::TypeSwitch<Operation *, LogicalResult>(op)
          .Case([&](tensor::EmptyOp) { return success(); })
          .Case<tensor::ExpandShapeOp, tensor::CollapseShapeOp, tensor::CastOp>(
              [&](auto) {
                result->entries = operands[0].entries;
                return success();
              })
          .Case([&](tensor::SplatOp) {
            result->entries.assign(result->entries.size(),
                                   operands[0].entries[0]);
            return success();
          })
          .Case([&](tensor::FromElementsOp) {
            for (auto [entry, operand] : llvm::zip(result->entries, operands))
              entry = operand.entries[0];
            return success();
          })
          .Case([&](tensor::ExtractOp) {
            SmallVector<int64_t> indices = indicesOf(operands.drop_front());
            if (!isInside(indices, operands[0]))
              return failure();
            result->entries[0] = operands[0].entries[operands[0].at(indices)];
            return success();
          })
          .Case([&](tensor::InsertOp) {
            SmallVector<int64_t> indices = indicesOf(operands.drop_front(2));
            if (!isInside(indices, operands[1]))
              return failure();
            *result = operands[1];
            result->entries[result->at(indices)] = operands[0].entries[0];
            return success();
          })
          .Case([&](tensor::ExtractSliceOp slice) {
            return forSlice(
                *this, slice, operands[0], [&](int64_t part, int64_t whole) {
                  result->entries[part] = operands[0].entries[whole];
                });
          })
          .Case([&](tensor::InsertSliceOp slice) {
            *result = operands[1];
            return forSlice(
                *this, slice, operands[1], [&](int64_t part, int64_t whole) {
                  result->entries[whole] = operands[0].entries[part];
                });
          })
          .Default([](Operation *) { return failure(); });
  if (failed(done))
    return fail(op);
  values[value] = std::move(*result);
  return success();
}
