#include "TokenLoop.h"

#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace weft;
using mixer::StepwiseOpInterface;

TokenTask::TokenTask(BlockBuilder &b, StepwiseOpInterface op,
                     ValueRange indices)
    : b(b), op(op), entry(indices.front()), T(b.dim(op.getOuts().front(), 1)) {
  if (!op.getHeads())
    return;
  head = indices.back();
  regionHead = op.getOrigin() ? b.add(op.getOrigin(), head) : head;
}

Value TokenTask::token(Value count) const {
  return op.getReverse() ? b.sub(b.sub(T, b.index(1)), count) : count;
}

/// Indices of the leading axes, then all of the others.
static SmallVector<Axis> axesOf(Value tensor, ArrayRef<Axis> leading) {
  SmallVector<Axis> axes(leading);
  auto shape = cast<RankedTensorType>(tensor.getType()).getShape();
  for (int64_t size : shape.drop_front(leading.size()))
    axes.push_back(all(size));
  return axes;
}

SmallVector<Axis> TokenTask::rowAxes(Value tensor, Value token) const {
  SmallVector<Axis> leading{at(entry), at(token)};
  if (head)
    leading.push_back(at(head));
  return axesOf(tensor, leading);
}

SmallVector<Axis> TokenTask::outputAxes(Value output) const {
  SmallVector<Axis> leading{at(entry), range(0, T)};
  if (head)
    leading.push_back(at(head));
  return axesOf(output, leading);
}

SmallVector<Axis> TokenTask::stateAxes(Value state) const {
  SmallVector<Axis> leading{at(entry)};
  if (head)
    leading.push_back(at(head));
  return axesOf(state, leading);
}

Values TokenTask::read(Value token) const {
  Values slices;
  for (Value tensor : op.getIns())
    slices.push_back(b.slice(tensor, rowAxes(tensor, token)));
  return slices;
}

Values TokenTask::write(Value token, ValueRange rows,
                        ValueRange outputs) const {
  Values written;
  for (auto [row, output] : llvm::zip(rows, outputs))
    written.push_back(b.insert(row, output, axesOf(output, {at(token)})));
  return written;
}

Values TokenTask::inlined(Region &region, ValueRange arguments) const {
  IRMapping map;
  auto blockArguments = region.getArguments();
  if (head && blockArguments.size() > arguments.size()) {
    map.map(blockArguments.front(), regionHead);
    blockArguments = blockArguments.drop_front();
  }
  map.map(blockArguments, arguments);
  for (Operation &inner : region.front().without_terminator())
    b.clone(inner, map);
  Values yielded;
  for (Value value : region.front().getTerminator()->getOperands())
    yielded.push_back(map.lookupOrDefault(value));
  return yielded;
}

Values weft::forTasks(
    BlockBuilder &b, StepwiseOpInterface op,
    function_ref<Values(const TokenTask &, ValueRange, ValueRange)> run) {
  SmallVector<Extent> sizes{b.dim(op.getOuts().front(), 0)};
  if (op.getHeads())
    sizes.push_back(staticDim(op.getOuts().front(), 2));
  size_t outputs = op.getOuts().size();
  Values places(op.getOuts());
  llvm::append_range(places, op.getInit());
  return b.forall(
      sizes, places,
      [&](ValueRange iv, ValueRange shared) -> std::function<void()> {
        TokenTask task(b, op, iv);
        SmallVector<SmallVector<Axis>> parts;
        Values slices;
        for (auto [number, tensor] : llvm::enumerate(shared)) {
          parts.push_back(number < outputs ? task.outputAxes(tensor)
                                           : task.stateAxes(tensor));
          slices.push_back(b.slice(tensor, parts.back()));
        }
        ValueRange own = slices;
        Values done =
            run(task, own.take_front(outputs), own.drop_front(outputs));
        Values targets(shared);
        return [=, &b] {
          for (auto [tile, into, axes] : llvm::zip(done, targets, parts))
            b.parallelInsert(tile, into, axes);
        };
      });
}

Values weft::forTokens(
    BlockBuilder &b, StepwiseOpInterface op,
    function_ref<Values(const TokenTask &, ValueRange, ValueRange)> step) {
  return forTasks(
      b, op, [&](const TokenTask &task, ValueRange outputs, ValueRange states) {
        Values carried(outputs);
        llvm::append_range(carried, states);
        size_t count = outputs.size();
        auto perToken = [&](Value i, ValueRange before) -> Values {
          Value token = task.token(i);
          Values given = step(task, task.read(token), before.drop_front(count));
          ValueRange all = given;
          Values after = task.write(token, all.take_front(count),
                                    before.take_front(count));
          llvm::append_range(after, all.drop_front(count));
          return after;
        };
        return b.forLoop(b.index(0), task.tokens(), 1, carried, perToken);
      });
}
