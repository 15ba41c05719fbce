// A pairwise matrix as mixer.attend.
#include "lib/transform/FormApplier.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace weft;

/// One region (s, b, h, i, j) -> (score, present) from the chain of maps and
/// masks. What their regions capture stays captured.
void FormApplier::scoreRegion(mixer::AttendOp op, const MatrixForm &form) {
  OpBuilder::InsertionGuard guard(builder);
  Type element = tensorType(op.getQ()).getElementType();
  Type index = builder.getIndexType();
  Block *block =
      builder.createBlock(&op.getBody(), {}, {element, index, index, index, index},
                          SmallVector<Location>(5, builder.getLoc()));
  Value score = block->getArgument(0), present;
  for (const ScoreStep &step : form.steps) {
    Block &body = step.op->getRegion(0).front();
    bool isMap = isa<mixer::MapOp>(step.op);
    SmallVector<Value> indices(llvm::drop_begin(block->getArguments()));
    if (step.transposed)
      std::swap(indices[2], indices[3]);
    IRMapping mapping;
    if (isMap)
      mapping.map(body.getArgument(0), score);
    mapping.map(ValueRange(body.getArguments()).take_back(4),
                ValueRange(indices));
    for (Operation &inner : body.without_terminator())
      builder.clone(inner, mapping);
    Value result = mapping.lookupOrDefault(body.getTerminator()->getOperand(0));
    if (isMap)
      score = result;
    else
      present = present ? Value(arith::AndIOp::create(builder, present, result))
                        : result;
  }
  if (segments) {
    Value same = sameSegment(builder, block->getArgument(1),
                             block->getArgument(3), block->getArgument(4));
    present = present ? Value(arith::AndIOp::create(builder, present, same))
                      : same;
  }
  if (!present)
    present = arith::ConstantOp::create(builder, builder.getBoolAttr(true));
  if (form.countsPresent)
    score = arith::ConstantOp::create(builder,
                                      builder.getFloatAttr(element, 1.0));
  mixer::YieldOp::create(builder, ValueRange{score, present});
}

Applied FormApplier::attend(const MatrixForm &form, Value x,
                            RankedTensorType type, ValueRange init) {
  Location loc = builder.getLoc();
  int64_t keyHeads =
      std::max(tensorType(form.key).getDimSize(2), tensorType(x).getDimSize(2));
  Value k = repeatHeads(builder, loc, form.key, keyHeads);
  Value v = repeatHeads(builder, loc, x, keyHeads);
  Value q = repeatHeads(builder, loc, form.query, type.getDimSize(2));
  SmallVector<Type> caches(ValueRange(init).getTypes());
  SmallVector<Value> origin;
  Value kCache, vCache, length;
  if (!init.empty()) {
    kCache = init[0];
    vCache = init[1];
    Value zero = arith::ConstantIndexOp::create(builder, 0);
    length = position ? position : zero;
    origin = {zero, zero, length, zero};
  }
  auto op = mixer::AttendOp::create(
      builder, type, caches, q, k, v, outTensor(type, x, form.query), kCache,
      vCache, length, origin, builder.getF32FloatAttr(form.scale),
      form.softmax ? builder.getUnitAttr() : UnitAttr());
  scoreRegion(op, form);
  return {op.getY(), SmallVector<Value>(op.getNewCaches())};
}
