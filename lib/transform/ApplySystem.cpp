// A diagonal complex system as mixer.scan: the real and the imaginary part of a
// state are a pair of channels that a decay shrinks and an angle turns.
#include "lib/transform/FormApplier.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace weft;

/// rows [H, K] at every token of x: [B, T, H, K].
Value FormApplier::constantRows(Value x, Value rows) {
  RankedTensorType type = tensorType(rows);
  SmallVector<OpFoldResult> sizes = {
      size(x, 0), size(x, 1), builder.getIndexAttr(type.getDimSize(0)),
      builder.getIndexAttr(type.getDimSize(1))};
  Value out = tensor::EmptyOp::create(builder, sizes, type.getElementType());
  return linalg::BroadcastOp::create(builder, rows, out,
                                     ArrayRef<int64_t>{0, 1})
      .getResult()[0];
}

/// Pairs (a, b) side by side: [H, 2 N].
static Value pairsOf(ImplicitLocOpBuilder &builder, Value a, Value b) {
  auto type = cast<RankedTensorType>(a.getType());
  int64_t heads = type.getDimSize(0), modes = type.getDimSize(1);
  Value pairs = tensor::EmptyOp::create(
      builder, ArrayRef<int64_t>{heads, modes, 2}, type.getElementType());
  const Value sides[] = {a, b};
  for (auto [side, part] : llvm::enumerate(sides)) {
    SmallVector<OpFoldResult> offsets(3, builder.getIndexAttr(0)),
        strides(3, builder.getIndexAttr(1)),
        sizes{builder.getIndexAttr(heads), builder.getIndexAttr(modes),
              builder.getIndexAttr(1)};
    offsets[2] = builder.getIndexAttr(side);
    pairs = tensor::InsertSliceOp::create(builder, part, pairs, offsets, sizes,
                                          strides);
  }
  SmallVector<ReassociationIndices> groups{{0}, {1, 2}};
  return tensor::CollapseShapeOp::create(builder, pairs, groups);
}

// q = (Re c, -Im c), k = (1, 0): qᵀ A^l k = Re Σ c λ^l.
MatrixForm FormApplier::systemAsScan(const MatrixForm &form, Value x) {
  auto op = cast<mixer::VandermondeOp>(form.system);
  int64_t modes = tensorType(op.getCRe()).getDimSize(1);
  auto filled = [&](double value) {
    OpFoldResult sizes[] = {builder.getIndexAttr(1),
                            builder.getIndexAttr(modes)};
    return filledTensor(builder, builder.getLoc(), sizes,
                        tensorType(x).getElementType(), value);
  };
  MatrixForm scan = form;
  scan.system = nullptr;
  scan.query = constantRows(
      x, pairsOf(builder, op.getCRe(), scaled(op.getCIm(), -1)));
  scan.key = constantRows(x, pairsOf(builder, filled(1), filled(0)));
  if (form.reverse)
    std::swap(scan.query, scan.key);
  scan.decays = {op.getLogAbs()};
  scan.rotate = op.getAngle();
  scan.scale *= op.getScale().convertToDouble();
  return scan;
}
