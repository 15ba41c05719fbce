// Pairwise matrices: scores, what is done to them, and their normalization.
#include "lib/transform/AttendSteps.h"
#include "lib/transform/Classifier.h"

#include "dialects/mixer/MaskBand.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace weft;

bool weft::isCausalMask(mixer::MaskOp mask, bool transposed) {
  mixer::ConditionBand kept =
      mixer::bandOfCondition(mask.getBody().front());
  if (kept.empty || !kept.exact)
    return false;
  std::optional<int64_t> low = kept.band.low, high = kept.band.high;
  return transposed ? !low && high == 0 : low == 0 && !high;
}

/// The constant c of a region that yields c · s, or nothing.
static std::optional<double> constantFactor(mixer::MapOp map) {
  Block &body = map.getBody().front();
  Value yielded = cast<mixer::YieldOp>(body.getTerminator()).getValues()[0];
  if (yielded == body.getArgument(0))
    return 1.0;
  auto product = yielded.getDefiningOp<arith::MulFOp>();
  if (!product)
    return std::nullopt;
  Value factor;
  if (product.getLhs() == body.getArgument(0))
    factor = product.getRhs();
  else if (product.getRhs() == body.getArgument(0))
    factor = product.getLhs();
  FloatAttr constant;
  if (!factor || !matchPattern(factor, m_Constant(&constant)))
    return std::nullopt;
  return constant.getValueAsDouble();
}

static bool isMask(const ScoreStep &step) {
  return isa<mixer::MaskOp>(step.op);
}

bool weft::hasScores(const MatrixForm &form) {
  return form.kind == FormKind::Attend ? !form.softmax : !form.scores.empty();
}

MatrixForm weft::scoresOf(MatrixForm form) {
  if (form.kind == FormKind::Attend)
    return form;
  return std::move(form.scores.front());
}

bool weft::isTriangle(const MatrixForm &form, bool reverse) {
  return form.kind == FormKind::Attend && !form.softmax &&
         !form.steps.empty() &&
         llvm::all_of(form.steps, [&](const ScoreStep &step) {
           auto mask = dyn_cast<mixer::MaskOp>(step.op);
           return mask && isCausalMask(mask, step.transposed != reverse);
         });
}

MatrixForm Classifier::gram(mixer::GramOp op, bool transposed) {
  int64_t queryHeads = op.getQ().getType().getDimSize(2);
  int64_t keyHeads = op.getK().getType().getDimSize(2);
  if (transposed && queryHeads != keyHeads)
    return denseForm(op, "a transposed gram needs equal heads of queries and "
                     "keys, got " +
                         Twine(queryHeads) + " and " + Twine(keyHeads));
  MatrixForm form;
  form.kind = FormKind::Attend;
  form.query = transposed ? op.getK() : op.getQ();
  form.key = transposed ? op.getQ() : op.getK();
  form.scale = op.getScale().convertToDouble();
  return form;
}

/// f(D1 A D2) and the like for a constant factor c: it moves to the parts.
static bool takesFactorOfParts(FormKind kind) {
  return kind == FormKind::Sum || kind == FormKind::Scaled ||
         kind == FormKind::Shift;
}

MatrixForm Classifier::map(mixer::MapOp op, MatrixForm form, bool transposed) {
  std::optional<double> factor = constantFactor(op);
  if (form.kind == FormKind::Dense)
    return denseForm(op, form.reason);
  if (form.softmax) {
    if (!isFactor(op))
      return denseForm(op, "a map of softmax weights that is not a factor");
    form.weights.push_back({op, transposed});
    return form;
  }
  if (form.kind == FormKind::Attend &&
      (!factor || !llvm::all_of(form.steps, isMask))) {
    form.steps.push_back({op, transposed});
    return form;
  }
  if (!factor && hasScores(form) && form.kind == FormKind::Sum)
    return map(op, scoresOf(std::move(form)), transposed);
  if (!factor)
    return denseForm(op, "a map that is not a constant factor of a matrix that "
                         "is not pairwise");
  if (takesFactorOfParts(form.kind)) {
    for (std::vector<MatrixForm> *forms : {&form.parts, &form.scores})
      for (MatrixForm &part : *forms)
        part = map(op, std::move(part), transposed);
    return denseIfPart(op, std::move(form));
  }
  switch (form.kind) {
  case FormKind::Attend:
  case FormKind::Scan:
  case FormKind::Convolve:
  case FormKind::Diagonal:
    form.scale *= *factor;
    return form;
  case FormKind::Quotient:
    return denseForm(op, "a map of a normalized matrix");
  default:
    return denseForm(op, "a map of a matrix that is not pairwise");
  }
}

MatrixForm Classifier::mask(mixer::MaskOp op, MatrixForm form,
                            bool transposed) {
  switch (form.kind) {
  case FormKind::Attend:
    (form.softmax ? form.weights : form.steps).push_back({op, transposed});
    return form;
  case FormKind::Convolve:
    if (form.firstLag < 0)
      return denseForm(op, "a mask of taps of negative lags");
    [[fallthrough]];
  case FormKind::Scan:
    // The lower triangle of a matrix that has no other is the matrix.
    if (isCausalMask(op, transposed != form.reverse))
      return form;
    return denseForm(op, "a mask other than j <= i of a matrix that is not "
                         "pairwise");
  case FormKind::Diagonal:
    if (isCausalMask(op, false) || isCausalMask(op, true))
      return form;
    return denseForm(op, "a mask other than a triangle of a diagonal");
  case FormKind::Sum:
  case FormKind::Scaled:
    for (std::vector<MatrixForm> *forms : {&form.parts, &form.scores})
      for (MatrixForm &part : *forms)
        part = mask(op, std::move(part), transposed);
    if (form.firstDense() && hasScores(form))
      return scoresOf(std::move(form));
    return denseIfPart(op, std::move(form));
  case FormKind::Quotient:
    return denseForm(op, "a mask of a normalized matrix");
  case FormKind::Dense:
    return denseForm(op, form.reason);
  default:
    return denseForm(op, "a mask of a matrix that is not pairwise");
  }
}

MatrixForm Classifier::softmax(mixer::SoftmaxOp op, MatrixForm form,
                               bool transposed) {
  if (transposed)
    return denseForm(op, "a transposed softmax");
  if (hasScores(form))
    form = scoresOf(std::move(form));
  if (const MatrixForm *part = form.firstDense())
    return denseForm(op, part->reason);
  if (form.kind != FormKind::Attend || form.softmax)
    return denseForm(op, "softmax of a matrix that is not pairwise");
  form.softmax = true;
  form.sink = op.getSink();
  return form;
}

MatrixForm Classifier::normalize(mixer::NormalizeOp op, MatrixForm form,
                                 bool transposed) {
  if (transposed)
    return denseForm(op, "a transposed normalized matrix");
  if (const MatrixForm *part = form.firstDense())
    return denseForm(op, part->reason);
  bool simple = form.kind == FormKind::Scan || form.kind == FormKind::Attend ||
                form.kind == FormKind::Convolve;
  if (op.getBy() == mixer::Normalizer::Count && !simple)
    return denseForm(op, "the count of a sum or of a normalized matrix");
  MatrixForm quotient;
  quotient.kind = FormKind::Quotient;
  quotient.by = op.getBy();
  quotient.parts.push_back(std::move(form));
  return quotient;
}

std::optional<MatrixForm> Classifier::withStep(Value scores, Value matrix,
                                               StepKind how, bool transposed) {
  bool stepTransposed = transposed;
  while (auto transpose = matrix.getDefiningOp<mixer::TransposeOp>()) {
    matrix = transpose.getMatrix();
    stepTransposed = !stepTransposed;
  }
  if (!isStepMatrix(matrix.getDefiningOp()))
    return std::nullopt;
  MatrixForm form = visit(scores, transposed);
  ScoreStep step{matrix.getDefiningOp(), stepTransposed, how};
  if (form.kind == FormKind::Attend && form.softmax) {
    if (how != StepKind::Multiply)
      return std::nullopt;
    form.weights.push_back(step);
    return form;
  }
  if (!hasScores(form))
    return std::nullopt;
  form = scoresOf(std::move(form));
  form.steps.push_back(step);
  return form;
}

MatrixForm Classifier::hadamard(mixer::HadamardOp op, bool transposed) {
  Value a = op.getLhs(), b = op.getRhs();
  for (auto [scores, matrix] : {std::pair(a, b), std::pair(b, a)})
    if (std::optional<MatrixForm> form =
            withStep(scores, matrix, StepKind::Multiply, transposed))
      return *form;
  return hadamard(op, visit(a, transposed), visit(b, transposed));
}
