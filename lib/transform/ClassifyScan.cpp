// Matrices that are a recurrence: semiseparable ones, decays and their
// entrywise products.
#include "lib/transform/Classifier.h"

using namespace mlir;
using namespace weft;

MatrixForm Classifier::semiseparable(mixer::SemiseparableOp op,
                                     bool transposed) {
  MatrixForm form;
  form.kind = FormKind::Scan;
  form.reverse = transposed;
  form.query = transposed ? op.getK() : op.getQ();
  form.key = transposed ? op.getQ() : op.getK();
  form.scale = op.getScale().convertToDouble();
  if (op.getDecay())
    form.decays.push_back(op.getDecay());
  return form;
}

MatrixForm Classifier::decay(mixer::DecayOp op, bool transposed) {
  MatrixForm form;
  form.kind = FormKind::Scan;
  form.reverse = transposed;
  form.decays.push_back(op.getLogA());
  return form;
}

MatrixForm Classifier::hadamard(mixer::HadamardOp op, MatrixForm a,
                                MatrixForm b) {
  for (const MatrixForm *form : {&a, &b})
    if (const MatrixForm *part = form->firstDense())
      return denseForm(op, part->reason);
  if (b.kind == FormKind::Sum)
    std::swap(a, b);
  if (a.kind == FormKind::Sum) {
    // (A1 + A2) ∘ B = A1 ∘ B + A2 ∘ B
    for (MatrixForm &part : a.parts)
      part = hadamard(op, std::move(part), b);
    return denseIfPart(op, std::move(a));
  }
  auto isDecay = [](const MatrixForm &form) {
    return form.kind == FormKind::Scan && !form.query;
  };
  if (isDecay(b))
    std::swap(a, b);
  if (!isDecay(a))
    return denseForm(op, "an entrywise product in which no factor is a decay");
  if (b.kind == FormKind::Attend && !b.softmax &&
      (b.steps.empty() || isTriangle(b, a.reverse))) {
    b.kind = FormKind::Scan;
    b.steps.clear();
    b.reverse = a.reverse;
  }
  if (b.kind != FormKind::Scan || a.reverse != b.reverse)
    return denseForm(op, "a decay times a matrix that is neither a gram nor "
                     "semiseparable in the same direction");
  b.decays.append(a.decays);
  b.scale *= a.scale;
  return b;
}
