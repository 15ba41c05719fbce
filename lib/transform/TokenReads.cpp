#include "lib/transform/TokenReads.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace weft;

/// b, h, i and j of a map or mask.
static Block::BlockArgListType indicesOf(Operation *op) {
  return op->getRegion(0).getArguments().slice(isa<mixer::MapOp>(op), 4);
}

/// The matrix that a map or mask is of.
static Value matrixOf(Operation *op) { return op->getOperand(0); }

static std::optional<TokenRead> asTokenRead(Operation *op, OpOperand &use) {
  auto read = dyn_cast<tensor::ExtractOp>(use.getOwner());
  if (!read || use.getOperandNumber() != 0 || read->getParentOp() != op)
    return std::nullopt;
  auto indices = indicesOf(op);
  OperandRange at = read.getIndices();
  bool hasHeads = at.size() == 3;
  if (at.size() < 2 || at.size() > 3 || at[0] != indices[0] ||
      (at[1] != indices[2] && at[1] != indices[3]) ||
      (hasHeads && at[2] != indices[1]))
    return std::nullopt;
  // Heads that are shared are not read at h.
  int64_t heads = mixer::shapeOf(matrixOf(op))[1];
  if (hasHeads && read.getTensor().getType().getDimSize(2) != heads)
    return std::nullopt;
  return TokenRead{read, at[1] == indices[2]};
}

FailureOr<SmallVector<TokenRead>> weft::tokenReads(Operation *op,
                                                   Value tensor) {
  SmallVector<TokenRead> reads;
  WalkResult result = op->getRegion(0).walk([&](Operation *inner) {
    for (OpOperand &use : inner->getOpOperands()) {
      if (use.get() != tensor)
        continue;
      std::optional<TokenRead> read = asTokenRead(op, use);
      if (!read) {
        inner->emitError("decode: expects data of tokens to be read at [b, i], "
                         "[b, j], [b, i, h] or [b, j, h]");
        return WalkResult::interrupt();
      }
      reads.push_back(*read);
    }
    return WalkResult::advance();
  });
  if (result.wasInterrupted())
    return failure();
  return reads;
}

/// The data that a map or mask has, rows or columns, and those of `reads`, each
/// tensor once.
static SmallVector<Value> joined(ValueRange present, ArrayRef<TokenRead> reads,
                                 bool rows) {
  llvm::SmallSetVector<Value, 4> added;
  for (TokenRead read : reads)
    if (read.ofRow == rows)
      added.insert(read.op.getTensor());
  SmallVector<Value> data(present);
  llvm::append_range(data, added);
  return data;
}

template <typename EntryOp>
static Operation *withOperandsOf(EntryOp op, ArrayRef<TokenRead> reads) {
  OpBuilder builder(op);
  SmallVector<Value> rows = joined(op.getRows(), reads, true);
  SmallVector<Value> columns = joined(op.getColumns(), reads, false);
  auto next =
      EntryOp::create(builder, op.getLoc(), op.getMatrix(), rows, columns);
  next->setDiscardableAttrs(op->getDiscardableAttrDictionary());
  IRMapping mapping;
  op.getBody().cloneInto(&next.getBody(), mapping);
  Block &body = next.getBody().front();
  // The new arguments follow the old ones of their kind.
  unsigned firstRow = op.getBody().getNumArguments() - op.getRows().size() -
                      op.getColumns().size();
  auto insert = [&](unsigned place, Value tensor) {
    Type type = cast<RankedTensorType>(tensor.getType()).getElementType();
    body.insertArgument(place, type, op.getLoc());
  };
  for (unsigned n = op.getRows().size(); n < rows.size(); ++n)
    insert(firstRow + n, rows[n]);
  for (unsigned n = op.getColumns().size(); n < columns.size(); ++n)
    insert(firstRow + rows.size() + n, columns[n]);
  for (TokenRead read : reads) {
    SmallVector<Value> &data = read.ofRow ? rows : columns;
    size_t old = read.ofRow ? op.getRows().size() : op.getColumns().size();
    auto found = llvm::find(llvm::drop_begin(data, old), read.op.getTensor());
    unsigned number = found - data.begin();
    unsigned first = read.ofRow ? firstRow : firstRow + rows.size();
    Value copy = mapping.lookup(read.op.getResult());
    copy.replaceAllUsesWith(body.getArgument(first + number));
    copy.getDefiningOp()->erase();
  }
  return next;
}

Operation *weft::withOperands(Operation *op, ArrayRef<TokenRead> reads) {
  if (auto map = dyn_cast<mixer::MapOp>(op))
    return withOperandsOf(map, reads);
  return withOperandsOf(cast<mixer::MaskOp>(op), reads);
}

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

/// Whether `value` is computed from one of `roots` in their block.
static bool dependsOn(Value value, ArrayRef<Value> roots) {
  if (llvm::is_contained(roots, value))
    return true;
  Operation *op = value.getDefiningOp();
  Value root = roots.front();
  return op && op->getBlock() == root.getParentBlock() &&
         llvm::any_of(op->getOperands(),
                      [&](Value v) { return dependsOn(v, roots); });
}

/// Whether a captured tensor may have a slot for each new token: it is read
/// at i or j on an axis of unknown size, or of as many as there are tokens.
static bool mayBeData(tensor::ExtractOp read, ArrayRef<Value> tokens,
                      mixer::ApplyOp apply) {
  int64_t rows = apply.getY().getType().getDimSize(1);
  int64_t columns = apply.getX().getType().getDimSize(1);
  for (auto [axis, index] : llvm::enumerate(read.getIndices())) {
    int64_t size = read.getTensor().getType().getDimSize(axis);
    if (dependsOn(index, tokens) && (ShapedType::isDynamic(size) ||
                                     size == rows || size == columns))
      return true;
  }
  return false;
}

static LogicalResult checkTablesOf(Operation *op, mixer::ApplyOp apply) {
  auto indices = indicesOf(op);
  SmallVector<Value> tokens{indices[2], indices[3]};
  // Without state all columns are there.
  if (apply.getInit().empty())
    tokens.pop_back();
  Region &region = op->getRegion(0);
  WalkResult result = region.walk([&](tensor::ExtractOp read) {
    if (region.isAncestor(read.getTensor().getParentRegion()) ||
        !mayBeData(read, tokens, apply))
      return WalkResult::advance();
    read.emitError("a matrix applied from a state on reads a tensor that may "
                   "have values of the new tokens alone; name it in rows(...) "
                   "or columns(...), or give it the static size of a table");
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

LogicalResult weft::checkTables(mixer::ApplyOp apply) {
  SmallVector<Value> open{apply.getMatrix()};
  llvm::SmallDenseSet<Operation *> seen;
  while (!open.empty()) {
    Operation *op = open.pop_back_val().getDefiningOp();
    if (!op || !seen.insert(op).second)
      continue;
    if (isa<mixer::MapOp, mixer::MaskOp>(op) &&
        failed(checkTablesOf(op, apply)))
      return failure();
    for (Value operand : op->getOperands())
      if (isa<mixer::MatrixType>(operand.getType()))
        open.push_back(operand);
  }
  return success();
}
