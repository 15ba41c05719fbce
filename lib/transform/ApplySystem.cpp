// Systems that do not change over time as mixer.scan. A dense one has the same
// query, key and transition at all times. Of a diagonal complex one the real and
// the imaginary part of a state are a pair of channels that a decay shrinks and
// an angle turns.
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

MatrixForm FormApplier::systemAsScan(const MatrixForm &form, Value x) {
  MatrixForm scan = form;
  if (auto op = dyn_cast<mixer::VandermondeOp>(form.system)) {
    scan = modesAsScan(form, op, x);
  } else {
    auto powers = cast<mixer::PowersOp>(form.system);
    scan.query = constantRows(x, powers.getC());
    scan.key = constantRows(x, powers.getB());
    scan.dense = powers.getA();
    scan.scale *= powers.getScale().convertToDouble();
  }
  scan.system = nullptr;
  if (form.reverse)
    std::swap(scan.query, scan.key);
  return scan;
}

// q = (Re c, -Im c), k = (1, 0): qᵀ A^l k = Re Σ c λ^l.
MatrixForm FormApplier::modesAsScan(const MatrixForm &form,
                                    mixer::VandermondeOp op, Value x) {
  int64_t modes = tensorType(op.getCRe()).getDimSize(1);
  auto filled = [&](double value) {
    OpFoldResult sizes[] = {builder.getIndexAttr(1),
                            builder.getIndexAttr(modes)};
    return filledTensor(builder, builder.getLoc(), sizes,
                        tensorType(x).getElementType(), value);
  };
  MatrixForm scan = form;
  scan.query = constantRows(
      x, pairsOf(builder, op.getCRe(), scaled(op.getCIm(), -1)));
  scan.key = constantRows(x, pairsOf(builder, filled(1), filled(0)));
  scan.decays = {op.getLogAbs()};
  scan.rotate = op.getAngle();
  scan.scale *= op.getScale().convertToDouble();
  return scan;
}
