#include "dialects/mixer/Stepwise.h"

#include "dialects/mixer/Mixer.h"
#include "dialects/mixer/Shapes.h"
#include "dialects/mixer/Tiles.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"

using namespace mlir;
using namespace weft::mixer;

SmallVector<Type> weft::mixer::sliceTypes(ValueRange tensors, int64_t leading) {
  SmallVector<Type> types;
  for (Value tensor : tensors) {
    auto type = cast<RankedTensorType>(tensor.getType());
    types.push_back(RankedTensorType::get(type.getShape().drop_front(leading),
                                          type.getElementType()));
  }
  return types;
}

//===-- shapes
//-------------------------------------------------------------===//

/// The operands of one group with their names in messages: ins #0, ins #1, ...
struct NamedGroup {
  StringRef name;
  ValueRange tensors;
  int64_t leading; ///< axes before the slice
};

static std::string nameOf(const NamedGroup &group, size_t number) {
  return group.name.str() + " #" + std::to_string(number);
}

/// Enough axes for batch, time and heads; known sizes after them.
static LogicalResult verifySlices(StepwiseOpInterface op,
                                  const NamedGroup &group) {
  for (auto [number, tensor] : llvm::enumerate(group.tensors)) {
    auto type = cast<RankedTensorType>(tensor.getType());
    if (type.getRank() < group.leading)
      return op->emitOpError("expects at least ")
             << group.leading << " axes of " << nameOf(group, number)
             << ", got " << type;
    std::string name = nameOf(group, number);
    SmallVector<int64_t> axes =
        llvm::to_vector(llvm::seq(group.leading, type.getRank()));
    if (op.getHeads())
      axes.push_back(group.leading - 1);
    if (failed(verifyStatic(op, {name, tensor}, axes)))
      return failure();
  }
  return success();
}

static SmallVector<int64_t> sizesOf(ArrayRef<NamedGroup> groups,
                                    function_ref<int64_t(int64_t)> axis) {
  SmallVector<int64_t> sizes;
  for (const NamedGroup &group : groups)
    for (Value tensor : group.tensors)
      sizes.push_back(cast<RankedTensorType>(tensor.getType())
                          .getDimSize(axis(group.leading)));
  return sizes;
}

LogicalResult weft::mixer::verifyStepwise(StepwiseOpInterface op) {
  int64_t leading = op.leadingAxes();
  NamedGroup groups[] = {{"ins", op.getIns(), leading},
                         {"outs", op.getOuts(), leading},
                         {"init", op.getInit(), leading - 1}};
  for (const NamedGroup &group : groups) {
    if (group.tensors.empty())
      return op->emitOpError("expects at least one tensor in ") << group.name;
    if (failed(verifySlices(op, group)))
      return failure();
  }
  if (op.getOrigin() && !op.getHeads())
    return op->emitOpError("expects 'heads' where an origin is given");
  auto first = [](int64_t) { return 0; };
  auto second = [](int64_t) { return 1; };
  auto last = [](int64_t leading) { return leading - 1; };
  ArrayRef<NamedGroup> all(groups);
  if (failed(verifyAgree(op, "batch size", sizesOf(all, first))) ||
      failed(verifyAgree(op, "number of tokens",
                         sizesOf(all.take_front(2), second))))
    return failure();
  return op.getHeads() ? verifyAgree(op, "number of heads", sizesOf(all, last))
                       : success();
}

LogicalResult weft::mixer::verifyTokenRegion(StepwiseOpInterface op,
                                             StringRef name, Region &region,
                                             TypeRange arguments,
                                             TypeRange yielded) {
  SmallVector<Type> expected;
  if (op.getHeads())
    expected.push_back(IndexType::get(op.getContext()));
  llvm::append_range(expected, arguments);
  Block &block = region.front();
  if (block.getArgumentTypes() != TypeRange(expected))
    return op->emitOpError("expects arguments ")
           << listed(expected) << " of the region '" << name << "', got "
           << listed(block.getArgumentTypes());
  auto yield = dyn_cast<YieldOp>(block.back());
  if (!yield)
    return op->emitOpError("expects the region '")
           << name << "' to end in mixer.yield, got " << block.back().getName();
  if (yield.getOperandTypes() != yielded)
    return op->emitOpError("expects the region '")
           << name << "' to yield " << listed(yielded) << ", got "
           << listed(yield.getOperandTypes());
  return success();
}

//===-- tiles over batch and heads
//-----------------------------------------===//

SmallVector<Range> weft::mixer::stepwiseDomain(StepwiseOpInterface op,
                                               OpBuilder &builder) {
  SmallVector<int64_t> axes = {0};
  if (op.getHeads())
    axes.push_back(2);
  return axisRanges(builder, op.getLoc(), op.getOuts().front(), axes);
}

/// The tile of a tensor over time or of a state: batch (, time) (, heads), and
/// all that follows.
static TensorTile tileOf(Value tensor, bool isState,
                         ArrayRef<OpFoldResult> offsets,
                         ArrayRef<OpFoldResult> sizes) {
  TensorTile tile(cast<RankedTensorType>(tensor.getType()).getRank());
  tile[0] = {offsets[0], sizes[0]};
  if (offsets.size() > 1)
    tile[isState ? 1 : 2] = {offsets[1], sizes[1]};
  return tile;
}

/// The regions count heads from the first of the whole.
static Value shiftedOrigin(StepwiseOpInterface op, OpBuilder &builder,
                           OpFoldResult head) {
  AffineExpr first, second;
  bindDims(builder.getContext(), first, second);
  OpFoldResult base = op.getOrigin() ? OpFoldResult(op.getOrigin())
                                     : OpFoldResult(builder.getIndexAttr(0));
  OpFoldResult sum = affine::makeComposedFoldedAffineApply(
      builder, op.getLoc(), first + second, {base, head});
  return getValueOrCreateConstantIndexOp(builder, op.getLoc(), sum);
}

TilingResult weft::mixer::tileStepwise(StepwiseOpInterface op,
                                       OpBuilder &builder,
                                       ArrayRef<OpFoldResult> offsets,
                                       ArrayRef<OpFoldResult> sizes) {
  SmallVector<Value> slices;
  auto slice = [&](ValueRange tensors, bool isState) {
    for (Value tensor : tensors)
      slices.push_back(sliceTile(builder, op.getLoc(), tensor,
                                 tileOf(tensor, isState, offsets, sizes)));
  };
  slice(op.getIns(), false);
  slice(op.getOuts(), false);
  slice(op.getInit(), true);
  Operation *tiled = builder.clone(*op);
  tiled->setOperands(0, slices.size(), slices);
  for (auto [result, init] :
       llvm::zip(tiled->getResults(),
                 ArrayRef<Value>(slices).drop_front(op.getIns().size())))
    result.setType(init.getType());
  if (op.getHeads()) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPoint(tiled);
    Value origin = shiftedOrigin(op, builder, offsets[1]);
    cast<StepwiseOpInterface>(tiled).getOriginMutable().assign(origin);
  }
  return tilingResult(tiled, slices);
}

void weft::mixer::stepwiseResultTile(StepwiseOpInterface op, OpBuilder &builder,
                                     unsigned result,
                                     ArrayRef<OpFoldResult> offsets,
                                     ArrayRef<OpFoldResult> sizes,
                                     SmallVector<OpFoldResult> &resultOffsets,
                                     SmallVector<OpFoldResult> &resultSizes) {
  bool isState = result >= op.getOuts().size();
  Value tensor = op->getOperand(op.getIns().size() + result);
  resolveTile(builder, op.getLoc(), tensor,
              tileOf(tensor, isState, offsets, sizes), resultOffsets,
              resultSizes);
}
