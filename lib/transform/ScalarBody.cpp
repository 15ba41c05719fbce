#include "lib/transform/ScalarBody.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace weft;

unsigned ScalarBody::placeOf(Value value) {
  auto [found, isNew] = places.try_emplace(value, numbers.size());
  if (isNew)
    numbers.push_back(0);
  return found->second;
}

std::optional<ScalarBody>
ScalarBody::of(Block &block, function_ref<FailureOr<Numbers>(Value)> valueOf) {
  ScalarBody body;
  for (BlockArgument argument : block.getArguments())
    body.placeOf(argument);
  // A number from outside or of a constant keeps its place.
  auto operandPlace = [&](Value value) -> std::optional<unsigned> {
    if (body.places.contains(value))
      return body.placeOf(value);
    FailureOr<Numbers> given = valueOf(value);
    if (failed(given) || !given->shape.empty())
      return std::nullopt;
    unsigned place = body.placeOf(value);
    body.numbers[place] = given->entries.front();
    return place;
  };
  for (Operation &op : block.without_terminator()) {
    if (op.hasTrait<OpTrait::ConstantLike>())
      continue;
    Step step;
    auto index = dyn_cast<linalg::IndexOp>(op);
    step.loop = index ? index.getDim() : 0;
    step.function = scalarFunction(&op);
    if ((!step.function && !index) || op.getNumResults() != 1 ||
        isa<ShapedType>(op.getResult(0).getType()))
      return std::nullopt;
    for (Value operand : op.getOperands()) {
      std::optional<unsigned> place = operandPlace(operand);
      if (!place)
        return std::nullopt;
      step.operands.push_back(*place);
    }
    step.result = body.placeOf(op.getResult(0));
    body.steps.push_back(std::move(step));
  }
  for (Value value : block.getTerminator()->getOperands()) {
    std::optional<unsigned> place = operandPlace(value);
    if (!place)
      return std::nullopt;
    body.yields.push_back(*place);
  }
  body.yielded.resize(body.yields.size());
  return body;
}

ArrayRef<double> ScalarBody::run(ArrayRef<double> arguments,
                                 ArrayRef<int64_t> loops) {
  llvm::copy(arguments, numbers.begin());
  for (const Step &step : steps) {
    if (!step.function) {
      numbers[step.result] = double(loops[step.loop]);
      continue;
    }
    scratch.clear();
    for (unsigned operand : step.operands)
      scratch.push_back(numbers[operand]);
    numbers[step.result] = step.function(scratch);
  }
  for (auto [value, place] : llvm::zip(yielded, yields))
    value = numbers[place];
  return yielded;
}

EntryPlace::EntryPlace(AffineMap map, const Numbers &tensor)
    : map(map), shape(tensor.shape), strides(map.getNumDims(), 0),
      isLinear(llvm::all_of(map.getResults(), [](AffineExpr expr) {
        return isa<AffineDimExpr, AffineConstantExpr>(expr);
      })) {
  int64_t stride = 1;
  for (int64_t axis = int64_t(shape.size()) - 1; axis >= 0 && isLinear;
       --axis) {
    AffineExpr expr = map.getResult(axis);
    if (auto loop = dyn_cast<AffineDimExpr>(expr))
      strides[loop.getPosition()] += stride;
    else
      base += stride * cast<AffineConstantExpr>(expr).getValue();
    stride *= shape[axis];
  }
}

int64_t EntryPlace::at(ArrayRef<int64_t> loops) const {
  int64_t place = isLinear ? base : 0;
  if (isLinear) {
    for (auto [loop, stride] : llvm::zip(loops, strides))
      place += loop * stride;
    return place;
  }
  for (auto [index, size] : llvm::zip(map.compose(loops), shape))
    place = place * size + index;
  return place;
}
