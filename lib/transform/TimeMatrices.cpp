// Time in matrices: over rows and columns alike, or over rows alone.
#include "lib/transform/TimeFollower.h"

#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace weft;

/// The tensors that the rows or columns of a matrix are counted by, and on which
/// axis; the others, such as taps, have no time.
static DenseMap<Value, int64_t> countedTensors(mixer::MatrixOpInterface op) {
  DenseMap<Value, int64_t> counted;
  mixer::SizeSources sources = op.sizeSources();
  for (int64_t size : {2, 3})
    for (mixer::SizeSource source : sources[size])
      if (isa<RankedTensorType>(source.value.getType()))
        counted[source.value] = source.axis;
  return counted;
}

/// Where the operands of a matrix begin that belong to its columns alone.
static unsigned firstColumnOperand(Operation *op) {
  if (auto map = dyn_cast<mixer::MapOp>(op))
    return 1 + map.getRows().size();
  if (auto mask = dyn_cast<mixer::MaskOp>(op))
    return 1 + mask.getRows().size();
  return isa<mixer::GramOp>(op) ? 1 : op->getNumOperands();
}

/// Every tensor that counts has time on its axis, and no other tensor has; if
/// the columns are `fixed`, neither have those that belong to them.
LogicalResult TimeFollower::matrixOperands(mixer::MatrixOpInterface op,
                                           bool fixed) {
  DenseMap<Value, int64_t> counted = countedTensors(op);
  unsigned firstColumn = firstColumnOperand(op);
  for (auto [number, operand] : llvm::enumerate(op->getOperands())) {
    if (!isa<RankedTensorType>(operand.getType()))
      continue;
    std::optional<int64_t> axis = axisOf(operand);
    auto expected = counted.find(operand);
    if (axis && expected == counted.end())
      return op.emitError("decode: the taps depend on the tokens");
    if (axis && fixed && number >= firstColumn)
      return op.emitError("decode: operand #")
             << number
             << " is over time, but the columns of the matrix are not";
    if (expected == counted.end() || (fixed && number >= firstColumn))
      continue;
    if (!axis)
      return op.emitError("decode: operand #")
             << number << " has no time, but others have";
    if (*axis != expected->second)
      return op.emitError("decode: expects time on axis ")
             << expected->second << " of operand #" << number << ", got axis "
             << *axis;
  }
  return success();
}

/// Captured tensors over time are data of tokens.
LogicalResult TimeFollower::capturedData(mixer::MatrixOpInterface op,
                                         bool fixed) {
  SetVector<Value> captured;
  getUsedValuesDefinedAbove(op->getRegions(), captured);
  for (Value value : captured) {
    if (now->counts.contains(value))
      return op.emitError("decode: the region reads the number of tokens");
    if (!isTimed(value))
      continue;
    if (now->rowsPerToken(value) > 1)
      return op.emitError("decode: the region reads a tensor with several rows "
                          "of a token");
    if (*axisOf(value) != 1)
      return op.emitError("decode: the region reads a tensor with time on axis ")
             << *axisOf(value) << ", expects axis 1";
    FailureOr<SmallVector<TokenRead>> reads = tokenReads(op, value);
    if (failed(reads))
      return failure();
    for (TokenRead read : *reads)
      if (fixed && !read.ofRow)
        return read.op.emitError("decode: reads a tensor over time at a column, "
                                 "but the columns of the matrix are not over "
                                 "time");
    now->regionReads[op].append(*reads);
  }
  return success();
}

/// Whether the columns of `op` are not over time, while its rows are: then they
/// are all there, and each row is on its own.
FailureOr<bool> TimeFollower::hasFixedColumns(mixer::MatrixOpInterface op) {
  if (auto gram = dyn_cast<mixer::GramOp>(op.getOperation()))
    return isTimed(gram.getQ()) && !isTimed(gram.getK());
  auto isFixed = [&](Value operand) {
    return now->fixedColumns.contains(operand);
  };
  if (llvm::none_of(op->getOperands(), isFixed))
    return false;
  if (!isa<mixer::MapOp, mixer::MaskOp, mixer::SoftmaxOp, mixer::NormalizeOp,
           mixer::AddOp, mixer::HadamardOp>(op))
    return op.emitError("decode: '")
           << op->getName()
           << "' takes a matrix whose columns are not over time";
  for (auto [number, operand] : llvm::enumerate(op->getOperands()))
    if (isa<mixer::MatrixType>(operand.getType()) && isTimed(operand) &&
        !isFixed(operand))
      return op.emitError("decode: operand #")
             << number << " has columns over time, but others have not";
  return true;
}

LogicalResult TimeFollower::matrix(mixer::MatrixOpInterface op) {
  FailureOr<bool> fixed = hasFixedColumns(op);
  if (failed(fixed))
    return failure();
  bool timed = llvm::any_of(op->getOperands(),
                            [&](Value operand) { return isTimed(operand); });
  if ((timed && failed(matrixOperands(op, *fixed))) ||
      failed(capturedData(op, *fixed)))
    return failure();
  setAxis(op->getResult(0), 2);
  if (*fixed)
    now->fixedColumns.insert(op->getResult(0));
  return success();
}

LogicalResult TimeFollower::apply(mixer::ApplyOp op) {
  std::optional<int64_t> axis = axisOf(op.getX());
  bool fixed = now->fixedColumns.contains(op.getMatrix());
  if (fixed && axis)
    return op.emitError("decode: a matrix whose columns are not over time is "
                        "applied to a tensor over time");
  if (!axis && !fixed)
    return op.emitError("decode: a matrix over time is applied to a tensor "
                        "without time");
  if (!fixed && *axis != 1)
    return op.emitError("decode: expects time on axis 1 of the input, got axis ")
           << *axis;
  setAxis(op.getY(), 1);
  now->mixers.push_back(op);
  return success();
}
