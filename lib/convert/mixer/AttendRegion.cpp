#include "AttendRegion.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace weft;

namespace {
enum RegionArgument { Score, Entry, Head, Query, Slot };
} // namespace

Value AttendRegion::yielded(unsigned result) {
  return op.getBody().front().getTerminator()->getOperand(result);
}

bool AttendRegion::mapsScores() {
  return yielded(0) != op.getBody().getArgument(Score);
}

bool AttendRegion::masks() { return !matchPattern(yielded(1), m_One()); }

BlockArgument AttendRegion::rowData(unsigned n) {
  return op.getBody().getArgument(Slot + 1 + n);
}

BlockArgument AttendRegion::columnData(unsigned n) {
  return op.getBody().getArgument(Slot + 1 + op.getRows().size() + n);
}

/// Finds the range of integer data by looking at all of them. Nothing is known
/// of others.
void AttendRegion::setData(BlockBuilder &b, BlockArgument argument,
                           const TileData &tile) {
  if (argument.use_empty() || !argument.getType().isIntOrIndex())
    return;
  if (tile.map.empty())
    data[argument] = {tile.value, tile.value, false, /*loaded=*/true};
  else if (tile.map.size() == 1)
    data[argument] = rangeOfElements(b, tile.value, tile.count);
}

void AttendRegion::enterRows(BlockBuilder &b, const TileRows &rows) {
  data.clear();
  for (auto [n, tile] : llvm::enumerate(rows.data))
    setData(b, rowData(n), tile);
}

void AttendRegion::enterColumns(BlockBuilder &b, const TileColumns &columns) {
  for (auto [n, tile] : llvm::enumerate(columns.data))
    setData(b, columnData(n), tile);
}

static void setRows(IntervalEvaluator &evaluator, Region &region,
                    const TileRows &rows) {
  evaluator.set(region.getArgument(Entry), {rows.entry, rows.entry});
  evaluator.set(region.getArgument(Head), {rows.head, rows.lastHead});
  evaluator.set(region.getArgument(Query), {rows.query, rows.lastQuery});
}

ColumnBounds AttendRegion::columns(BlockBuilder &b, const TileRows &rows) {
  IntervalEvaluator evaluator(b);
  setRows(evaluator, op.getBody(), rows);
  for (unsigned n = 0; n < rows.data.size(); ++n)
    if (auto known = data.find(rowData(n)); known != data.end())
      evaluator.set(rowData(n), known->second);
  return columnBounds(b, evaluator, yielded(1),
                      op.getBody().getArgument(Slot));
}

Interval AttendRegion::presence(BlockBuilder &b, const TileRows &rows,
                                const TileColumns &columns) {
  IntervalEvaluator evaluator(b);
  setRows(evaluator, op.getBody(), rows);
  evaluator.set(op.getBody().getArgument(Slot),
                {columns.slot, columns.lastSlot});
  for (auto [argument, interval] : data)
    evaluator.set(cast<BlockArgument>(argument), interval);
  return evaluator.evaluate(yielded(1));
}

/// The ops of the region that `value` needs, in order.
static SmallVector<Operation *> neededFor(Value value, Block &body) {
  llvm::SetVector<Operation *> needed;
  SmallVector<Value> open{value};
  while (!open.empty()) {
    Operation *op = open.pop_back_val().getDefiningOp();
    op = op ? body.findAncestorOpInBlock(*op) : nullptr;
    if (!op || !needed.insert(op))
      continue;
    op->walk([&](Operation *inner) { llvm::append_range(open, inner->getOperands()); });
  }
  return llvm::filter_to_vector(
      llvm::make_pointer_range(body),
      [&](Operation *op) { return needed.contains(op); });
}

static bool readsAny(Operation *op, const llvm::DenseSet<Value> &values) {
  return op
      ->walk([&](Operation *inner) {
        bool reads = llvm::any_of(inner->getOperands(), [&](Value v) {
          return values.contains(v);
        });
        return reads ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

namespace {
/// Data as operands of a generic op over the entries of a tile.
struct DataIns {
  SmallVector<BlockArgument> arguments;
  Values tensors;
  SmallVector<StringRef> maps;

  void add(BlockArgument argument, const TileData &tile, IRMapping &map,
           llvm::DenseSet<Value> &varying) {
    if (tile.map.empty())
      return map.map(Value(argument), tile.value);
    varying.insert(argument);
    if (argument.use_empty())
      return;
    arguments.push_back(argument);
    tensors.push_back(tile.value);
    maps.push_back(tile.map);
  }
};
} // namespace

// What is the same for all entries of the tile is computed once before it.
Value AttendRegion::entrywise(BlockBuilder &b, unsigned result,
                              const TileRows &rows, const TileColumns &columns,
                              Value scores, Write write) {
  Block &body = op.getBody().front();
  IRMapping map;
  map.map(body.getArgument(Entry), rows.entry);
  llvm::DenseSet<Value> varying{body.getArgument(Score), body.getArgument(Slot)};
  varying.insert(body.getArgument(rows.heads ? Head : Query));
  if (rows.heads)
    map.map(body.getArgument(Query), rows.query);
  else
    map.map(body.getArgument(Head), rows.head);
  DataIns ins;
  for (auto [n, tile] : llvm::enumerate(rows.data))
    ins.add(rowData(n), tile, map, varying);
  for (auto [n, tile] : llvm::enumerate(columns.data))
    ins.add(columnData(n), tile, map, varying);
  ins.maps.push_back("ij");
  SmallVector<Operation *> inside;
  for (Operation *inner : neededFor(yielded(result), body)) {
    if (readsAny(inner, varying)) {
      inside.push_back(inner);
      varying.insert_range(inner->getResults());
    } else {
      b.clone(*inner, map);
    }
  }
  auto entry = [&](ValueRange x) -> Values {
    Value row = linalg::IndexOp::create(b, 0);
    map.map(body.getArgument(Score), x.back());
    // Rows of padding repeat the last query.
    if (rows.heads)
      map.map(body.getArgument(Head), b.add(rows.head, row));
    else
      map.map(body.getArgument(Query),
              b.min(b.add(rows.query, row), rows.lastQuery));
    Value column = linalg::IndexOp::create(b, 1);
    map.map(body.getArgument(Slot), b.add(columns.slot, column));
    for (auto [argument, value] : llvm::zip(ins.arguments, x))
      map.map(Value(argument), value);
    for (Operation *inner : inside)
      b.clone(*inner, map);
    return {write(x.back(), map.lookupOrDefault(yielded(result)))};
  };
  return b.generic("ij", ins.maps, ins.tensors, {scores}, entry).front();
}

Value AttendRegion::mapScores(BlockBuilder &b, const TileRows &rows,
                              const TileColumns &columns, Value scores,
                              Write write) {
  return entrywise(b, 0, rows, columns, scores, write);
}

Value AttendRegion::maskScores(BlockBuilder &b, const TileRows &rows,
                               const TileColumns &columns, Value scores,
                               Write write) {
  return entrywise(b, 1, rows, columns, scores, write);
}

Value AttendRegion::weighScores(BlockBuilder &b, const TileRows &rows,
                                const TileColumns &columns, Value scores,
                                Write write) {
  return entrywise(b, 2, rows, columns, scores, write);
}
