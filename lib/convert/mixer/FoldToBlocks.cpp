// The forms of an algebra that is given by regions: token by token, or a tree
// of prefixes in each chunk behind which the state is carried.
#include "MixerToBlocks.h"
#include "TokenLoop.h"

using namespace mlir;
using namespace weft;
using mixer::FoldOp;

/// The values of `first`, then those of `second`.
static Values joined(ValueRange first, ValueRange second) {
  Values values(first);
  llvm::append_range(values, second);
  return values;
}

FailureOr<Values> weft::recurrentFold(BlockBuilder &b, FoldOp op) {
  return forTokens(
      b, op, [&](const TokenTask &task, ValueRange token, ValueRange before) {
        // S' = act(S, lift(x)), y = readout(x, S')
        Values element = task.inlined(op.getLift(), token);
        Values after = task.inlined(op.getAct(), joined(before, element));
        Values read = task.inlined(op.getReadout(), joined(token, after));
        return joined(read, after);
      });
}

namespace {

/// One chunk of one task: its elements, and then their prefixes, in tiles of a
/// row for each token.
class ChunkTree {
public:
  ChunkTree(BlockBuilder &b, FoldOp op, const TokenTask &task, Value start,
            int64_t chunk)
      : b(b), op(op), task(task), start(start), chunk(chunk),
        rows(b.min(b.index(chunk), b.sub(task.tokens(), start))) {}

  /// Outputs and states after the chunk.
  Values run(ValueRange outputs, ValueRange states);

private:
  Values tiles();
  Values row(ValueRange tiles, Value number);
  Values withRow(ValueRange tiles, Value number, ValueRange values);
  Values lifted(ValueRange tiles);
  Values prefixes(Values tiles);
  Values level(ValueRange tiles, int64_t first, int64_t distance);
  Values written(ValueRange prefixes, ValueRange outputs, ValueRange states);
  SmallVector<Axis> axesOfRow(Value tile, Value number);

  BlockBuilder &b;
  FoldOp op;
  const TokenTask &task;
  Value start;
  int64_t chunk;
  Value rows;
};

} // namespace

Values ChunkTree::tiles() {
  Values result;
  for (Type type : op.elementTypes()) {
    auto element = cast<RankedTensorType>(type);
    SmallVector<Extent> sizes{chunk};
    llvm::append_range(sizes, element.getShape());
    result.push_back(b.empty(sizes, element.getElementType()));
  }
  return result;
}

SmallVector<Axis> ChunkTree::axesOfRow(Value tile, Value number) {
  SmallVector<Axis> axes{at(number)};
  auto shape = cast<RankedTensorType>(tile.getType()).getShape();
  for (int64_t size : shape.drop_front())
    axes.push_back(all(size));
  return axes;
}

Values ChunkTree::row(ValueRange tiles, Value number) {
  return llvm::map_to_vector<6>(tiles, [&](Value tile) {
    return b.slice(tile, axesOfRow(tile, number));
  });
}

Values ChunkTree::withRow(ValueRange tiles, Value number, ValueRange values) {
  Values result;
  for (auto [tile, value] : llvm::zip(tiles, values))
    result.push_back(b.insert(value, tile, axesOfRow(tile, number)));
  return result;
}

/// Rows behind the last token do nothing: they are `one`.
Values ChunkTree::lifted(ValueRange tiles) {
  Values tokens = b.forLoop(
      b.index(0), rows, 1, tiles, [&](Value r, ValueRange before) -> Values {
        Value token = task.token(b.add(start, r));
        return withRow(before, r, task.inlined(op.getLift(), task.read(token)));
      });
  return b.forLoop(rows, b.index(chunk), 1, tokens,
                   [&](Value r, ValueRange before) -> Values {
                     return withRow(before, r, task.inlined(op.getOne(), {}));
                   });
}

/// e_i = combine(e_{i - distance}, e_i) for i = first, first + 2 distance, ...
Values ChunkTree::level(ValueRange tiles, int64_t first, int64_t distance) {
  return b.forLoop(b.index(first), b.index(chunk), 2 * distance, tiles,
                   [&](Value i, ValueRange before) -> Values {
                     Values earlier = row(before, b.sub(i, b.index(distance))),
                            later = row(before, i);
                     return withRow(
                         before, i,
                         task.inlined(op.getCombine(), joined(earlier, later)));
                   });
}

/// Brent and Kung: sums of 2, 4, 8 ... rows, then what lies between them. Each
/// row is combined twice at most.
Values ChunkTree::prefixes(Values tiles) {
  int64_t distance = 1;
  for (; distance < chunk; distance *= 2)
    tiles = level(tiles, 2 * distance - 1, distance);
  for (distance /= 2; distance > 0; distance /= 2)
    tiles = level(tiles, 3 * distance - 1, distance);
  return tiles;
}

Values ChunkTree::written(ValueRange prefixes, ValueRange outputs,
                          ValueRange states) {
  return b.forLoop(
      b.index(0), rows, 1, outputs, [&](Value r, ValueRange before) -> Values {
        Value token = task.token(b.add(start, r));
        Values state =
            task.inlined(op.getAct(), joined(states, row(prefixes, r)));
        Values read =
            task.inlined(op.getReadout(), joined(task.read(token), state));
        return task.write(token, read, before);
      });
}

Values ChunkTree::run(ValueRange outputs, ValueRange states) {
  Values all = prefixes(lifted(tiles()));
  Values done = written(all, outputs, states);
  Values last = row(all, b.index(chunk - 1));
  return joined(done, task.inlined(op.getAct(), joined(states, last)));
}

FailureOr<Values> weft::scanFold(BlockBuilder &b, FoldOp op, int64_t chunk) {
  return forTasks(
      b, op, [&](const TokenTask &task, ValueRange outputs, ValueRange states) {
        size_t count = outputs.size();
        auto perChunk = [&](Value start, ValueRange before) -> Values {
          ChunkTree tree(b, op, task, start, chunk);
          return tree.run(before.take_front(count), before.drop_front(count));
        };
        return b.forLoop(b.index(0), task.tokens(), chunk,
                         joined(outputs, states), perChunk);
      });
}
