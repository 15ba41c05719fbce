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
  form.rotate = op.getRotate();
  form.eraseA = op.getEraseA();
  form.eraseB = op.getEraseB();
  form.gain = op.getGain();
  form.bonus = op.getBonus();
  form.dense = op.getDense();
  form.read = op.getRead();
  form.eraseReads = op.getEraseReads();
  return form;
}

MatrixForm Classifier::decay(mixer::DecayOp op, bool transposed) {
  MatrixForm form;
  form.kind = FormKind::Scan;
  form.reverse = transposed;
  form.decays.push_back(op.getLogA());
  return form;
}

static bool isDecay(const MatrixForm &form) {
  return form.kind == FormKind::Scan && !form.query && !form.system;
}

/// Below the diagonal rows are read with a decay of their own token, on it with
/// none: two parts.
static MatrixForm withBonusApart(MatrixForm scan) {
  MatrixForm diagonal;
  diagonal.kind = FormKind::Diagonal;
  diagonal.scale = scan.scale;
  diagonal.query = scan.query;
  diagonal.key = scan.key;
  diagonal.bonus = scan.bonus;
  diagonal.gain = scan.gain;
  scan.bonus = {};
  MatrixForm sum;
  sum.kind = FormKind::Sum;
  sum.parts = {std::move(scan), std::move(diagonal)};
  return sum;
}

/// decay ∘ b for a recurrence or scores b: the decay joins those of b.
static MatrixForm decayed(mixer::HadamardOp op, const MatrixForm &decay,
                          MatrixForm b) {
  if (b.kind == FormKind::Attend && !b.softmax &&
      (b.steps.empty() || isTriangle(b, decay.reverse))) {
    b.kind = FormKind::Scan;
    b.steps.clear();
    b.reverse = decay.reverse;
  }
  if (b.kind != FormKind::Scan || b.system || decay.reverse != b.reverse)
    return denseForm(op, "a decay times a matrix that is neither a gram nor "
                         "semiseparable in the same direction");
  if (b.dense)
    return denseForm(op, "a decay times a matrix whose transition is dense");
  b.decays.append(decay.decays);
  b.outerDecays.append(decay.decays);
  b.scale *= decay.scale;
  return b.bonus ? withBonusApart(std::move(b)) : b;
}

/// d ∘ b: the diagonal of b scales that of d.
static MatrixForm scaledDiagonal(mixer::HadamardOp op, MatrixForm d,
                                 MatrixForm b) {
  bool plain = b.kind == FormKind::Scan || b.kind == FormKind::Diagonal ||
               (b.kind == FormKind::Attend && b.steps.empty() && !b.softmax);
  if (!plain || b.gain || b.bonus || d.bonus || b.read == mixer::Read::Pre || (d.query && b.query))
    return denseForm(op, "a diagonal times a matrix whose diagonal is not "
                         "known as a tensor");
  d.rowFactors.append(b.rowFactors);
  d.scale *= b.scale;
  if (b.query) {
    d.query = b.query;
    d.key = b.key;
  }
  return d;
}

MatrixForm Classifier::hadamard(mixer::HadamardOp op, MatrixForm a,
                                MatrixForm b) {
  for (const MatrixForm *form : {&a, &b})
    if (const MatrixForm *part = form->firstDense())
      return denseForm(op, part->reason);
  // (A1 + A2) ∘ B = A1 ∘ B + A2 ∘ B and D1 A D2 ∘ B = D1 (A ∘ B) D2
  auto isAround = [](const MatrixForm &form) {
    return form.kind == FormKind::Sum || form.kind == FormKind::Scaled;
  };
  if (isAround(b))
    std::swap(a, b);
  if (isAround(a)) {
    for (MatrixForm &part : a.parts)
      part = hadamard(op, std::move(part), b);
    return denseIfPart(op, std::move(a));
  }
  if (b.kind == FormKind::Diagonal)
    std::swap(a, b);
  if (a.kind == FormKind::Diagonal)
    return scaledDiagonal(op, std::move(a), std::move(b));
  if (isDecay(b))
    std::swap(a, b);
  if (isDecay(a))
    return decayed(op, a, std::move(b));
  return denseForm(op, "an entrywise product in which no factor is a decay");
}
