// A pairwise matrix as mixer.attend.
#include "lib/transform/AttendSteps.h"
#include "lib/transform/FormApplier.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace weft;

Applied FormApplier::attend(const MatrixForm &form, Value x,
                            RankedTensorType type, ValueRange init) {
  Location loc = builder.getLoc();
  int64_t keyHeads =
      std::max(tensorType(form.key).getDimSize(2), tensorType(x).getDimSize(2));
  Value k = repeatHeads(builder, loc, form.key, keyHeads);
  Value v = repeatHeads(builder, loc, x, keyHeads);
  Value q = repeatHeads(builder, loc, form.query, type.getDimSize(2));
  size_t columns = columnDataOf(form, type.getDimSize(2)).size();
  ValueRange caches = init.take_front(init.empty() ? 0 : 2 + columns);
  AttendData data = buildAttendData(builder, form, type.getDimSize(2),
                                    init.drop_front(caches.size()));
  SmallVector<Value> origin;
  Value kCache, vCache, length;
  if (position || !init.empty()) {
    Value zero = arith::ConstantIndexOp::create(builder, 0);
    origin = {zero, zero, position ? position : zero, zero};
  }
  if (!init.empty()) {
    kCache = init[0];
    vCache = init[1];
    length = origin[2];
  }
  auto op = mixer::AttendOp::create(
      builder, type, caches.getTypes(), q, k, v,
      outTensor(type, x, form.query), kCache, vCache,
      caches.empty() ? caches : caches.drop_front(2), length, origin, data.rows,
      data.columns, form.sink, builder.getF32FloatAttr(form.scale),
      form.softmax ? builder.getUnitAttr() : UnitAttr());
  auto inSegment = [&](ValueRange at) {
    return sameSegment(builder, at[0], at[2], at[3]);
  };
  if (segments)
    buildAttendRegion(builder, op, form, inSegment);
  else
    buildAttendRegion(builder, op, form);
  Applied applied{op.getY(), SmallVector<Value>(op.getNewCaches())};
  llvm::append_range(applied.states, data.lasts);
  return applied;
}
