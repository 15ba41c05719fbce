// Matrices made around others, and those of a few entries: tensor arithmetic.
#include "lib/transform/Classifier.h"

using namespace mlir;
using namespace weft;

MatrixForm Classifier::scaled(Value matrix, Value factor, bool rows,
                              bool transposed) {
  MatrixForm form;
  form.kind = FormKind::Scaled;
  form.parts.push_back(visit(matrix, transposed));
  // (D A)ᵀ = Aᵀ D
  (rows != transposed ? form.rowFactors : form.columnFactors)
      .push_back(factor);
  return form;
}

MatrixForm Classifier::shift(mixer::ShiftOp op, bool transposed) {
  MatrixForm form;
  form.kind = FormKind::Shift;
  form.reverse = transposed;
  form.parts.push_back(visit(op.getMatrix(), transposed));
  return form;
}

MatrixForm Classifier::compose(mixer::ComposeOp op, bool transposed) {
  // (A B)ᵀ = Bᵀ Aᵀ
  Value outer = transposed ? op.getRhs() : op.getLhs();
  Value inner = transposed ? op.getLhs() : op.getRhs();
  mixer::MatrixShape shape = mixer::shapeOf(inner);
  MatrixForm form;
  form.kind = FormKind::Compose;
  form.innerHeads = shape[1];
  form.innerRows = shape[transposed ? 3 : 2];
  form.parts = {visit(outer, transposed), visit(inner, transposed)};
  return form;
}

MatrixForm Classifier::diagonal(mixer::DiagonalOp op) {
  MatrixForm form;
  form.kind = FormKind::Diagonal;
  form.rowFactors.push_back(op.getEntries());
  return form;
}

MatrixForm Classifier::given(mixer::DenseOp op, bool transposed) {
  MatrixForm form;
  form.kind = FormKind::Given;
  form.reverse = transposed;
  form.matrix = op;
  return form;
}

MatrixForm Classifier::gather(mixer::GatherOp op, bool transposed) {
  if (transposed)
    return denseForm(op, "a transposed gather adds up rows");
  MatrixForm form;
  form.kind = FormKind::Gather;
  form.picked = op.getPicked();
  return form;
}
