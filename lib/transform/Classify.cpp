#include "lib/transform/Classifier.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace weft;

const MatrixForm *MatrixForm::firstDense() const {
  if (kind == FormKind::Dense)
    return this;
  for (const MatrixForm &part : parts)
    if (const MatrixForm *dense = part.firstDense())
      return dense;
  return nullptr;
}

MatrixForm weft::denseForm(Value matrix, const Twine &reason) {
  MatrixForm form;
  form.matrix = matrix;
  form.reason = reason.str();
  return form;
}

MatrixForm weft::denseIfPart(Operation *op, MatrixForm form) {
  if (const MatrixForm *part = form.firstDense())
    return denseForm(op->getResult(0), part->reason);
  return form;
}

MatrixForm Classifier::sum(mixer::AddOp op, bool transposed) {
  MatrixForm form;
  form.kind = FormKind::Sum;
  for (Value operand : op->getOperands())
    form.parts.push_back(visit(operand, transposed));
  Value a = op.getLhs(), b = op.getRhs();
  for (auto [scores, matrix] : {std::pair(a, b), std::pair(b, a)})
    if (form.scores.empty())
      if (std::optional<MatrixForm> sum =
              withStep(scores, matrix, StepKind::Add, transposed))
        form.scores.push_back(*sum);
  if (form.firstDense() && hasScores(form))
    return scoresOf(std::move(form));
  return form;
}

MatrixForm Classifier::transpose(mixer::TransposeOp op, bool transposed) {
  // Dense parts below were found for the transposed matrix.
  return denseIfPart(op, visit(op.getMatrix(), !transposed));
}

MatrixForm Classifier::visit(Value matrix, bool transposed) {
  Operation *def = matrix.getDefiningOp();
  if (!def)
    return denseForm(matrix, "nothing is known of a matrix that is an argument");
  return llvm::TypeSwitch<Operation *, MatrixForm>(def)
      .Case([&](mixer::GramOp op) { return gram(op, transposed); })
      .Case([&](mixer::SemiseparableOp op) {
        return semiseparable(op, transposed);
      })
      .Case([&](mixer::DecayOp op) { return decay(op, transposed); })
      .Case([&](mixer::VandermondeOp op) {
        return vandermonde(op, transposed);
      })
      .Case([&](mixer::PowersOp op) { return powers(op, transposed); })
      .Case([&](mixer::ToeplitzOp op) { return toeplitz(op, transposed); })
      .Case([&](mixer::MapOp op) {
        return map(op, visit(op.getMatrix(), transposed), transposed);
      })
      .Case([&](mixer::MaskOp op) {
        return mask(op, visit(op.getMatrix(), transposed), transposed);
      })
      .Case([&](mixer::SoftmaxOp op) {
        return softmax(op, visit(op.getMatrix(), transposed), transposed);
      })
      .Case([&](mixer::NormalizeOp op) {
        return normalize(op, visit(op.getMatrix(), transposed), transposed);
      })
      .Case([&](mixer::HadamardOp op) { return hadamard(op, transposed); })
      .Case([&](mixer::AddOp op) { return sum(op, transposed); })
      .Case([&](mixer::TransposeOp op) { return transpose(op, transposed); })
      .Case([&](mixer::ScaleRowsOp op) {
        return scaled(op.getMatrix(), op.getFactors(), /*rows=*/true,
                      transposed);
      })
      .Case([&](mixer::ScaleColsOp op) {
        return scaled(op.getMatrix(), op.getFactors(), /*rows=*/false,
                      transposed);
      })
      .Case([&](mixer::ShiftOp op) { return shift(op, transposed); })
      .Case([&](mixer::ComposeOp op) { return compose(op, transposed); })
      .Case([&](mixer::DiagonalOp op) { return diagonal(op); })
      .Case([&](mixer::DenseOp op) { return given(op, transposed); })
      .Case([&](mixer::GatherOp op) { return gather(op, transposed); })
      .Default([&](Operation *op) {
        return denseForm(matrix, "no other form is known of " +
                                 op->getName().getStringRef());
      });
}

/// A triangle of a gram matrix is a scan unless something above needs scores,
/// which only the whole tree tells.
static void settle(MatrixForm &form) {
  for (bool reverse : {false, true}) {
    if (!isTriangle(form, reverse))
      continue;
    form.kind = FormKind::Scan;
    form.reverse = reverse;
    form.steps.clear();
  }
  for (MatrixForm &part : form.parts)
    settle(part);
}

MatrixForm weft::classify(Value matrix) {
  MatrixForm form = Classifier().visit(matrix, /*transposed=*/false);
  settle(form);
  return form;
}
