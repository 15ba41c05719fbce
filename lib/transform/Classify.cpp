#include "lib/transform/Classify.h"

#include "dialects/mixer/MaskBand.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"

#include <optional>

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

static MatrixForm dense(Value matrix, const Twine &reason) {
  MatrixForm form;
  form.matrix = matrix;
  form.reason = reason.str();
  return form;
}

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

/// Scores that are a triangle of the gram matrix (the upper one if `reverse`)
/// and nothing else are a scan without decay.
static bool isTriangle(const MatrixForm &form, bool reverse) {
  return form.kind == FormKind::Attend && !form.softmax &&
         !form.steps.empty() &&
         llvm::all_of(form.steps, [&](const ScoreStep &step) {
           auto mask = dyn_cast<mixer::MaskOp>(step.op);
           return mask && isCausalMask(mask, step.transposed != reverse);
         });
}

/// `form`, or dense for `op` as a whole if a part of it is.
static MatrixForm denseIfPart(Operation *op, MatrixForm form) {
  if (const MatrixForm *part = form.firstDense())
    return dense(op->getResult(0), part->reason);
  return form;
}

namespace {

/// Walks a matrix from its root; `transposed` says whether an odd number of
/// transposes lies above.
class Classifier {
public:
  MatrixForm visit(Value matrix, bool transposed);

private:
  MatrixForm gram(mixer::GramOp op, bool transposed);
  MatrixForm semiseparable(mixer::SemiseparableOp op, bool transposed);
  MatrixForm map(mixer::MapOp op, MatrixForm form, bool transposed);
  MatrixForm mask(mixer::MaskOp op, MatrixForm form, bool transposed);
  MatrixForm softmax(mixer::SoftmaxOp op, MatrixForm form, bool transposed);
  MatrixForm normalize(mixer::NormalizeOp op, MatrixForm form,
                       bool transposed);
  MatrixForm hadamard(mixer::HadamardOp op, MatrixForm a, MatrixForm b);
  MatrixForm sum(mixer::AddOp op, bool transposed);
  MatrixForm transpose(mixer::TransposeOp op, bool transposed);
};

MatrixForm Classifier::gram(mixer::GramOp op, bool transposed) {
  int64_t queryHeads = op.getQ().getType().getDimSize(2);
  int64_t keyHeads = op.getK().getType().getDimSize(2);
  if (transposed && queryHeads != keyHeads)
    return dense(op, "a transposed gram needs equal heads of queries and "
                     "keys, got " +
                         Twine(queryHeads) + " and " + Twine(keyHeads));
  MatrixForm form;
  form.kind = FormKind::Attend;
  form.query = transposed ? op.getK() : op.getQ();
  form.key = transposed ? op.getQ() : op.getK();
  form.scale = op.getScale().convertToDouble();
  return form;
}

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

MatrixForm Classifier::map(mixer::MapOp op, MatrixForm form, bool transposed) {
  std::optional<double> factor = constantFactor(op);
  switch (form.kind) {
  case FormKind::Attend:
    if (form.softmax)
      return dense(op, "a map of softmax weights");
    if (!factor || !llvm::all_of(form.steps, isMask)) {
      form.steps.push_back({op, transposed});
      return form;
    }
    [[fallthrough]];
  case FormKind::Scan:
  case FormKind::Convolve:
    if (!factor)
      return dense(op, "a map that is not a constant factor of a matrix that "
                       "is not pairwise");
    form.scale *= *factor;
    return form;
  case FormKind::Sum:
    if (!factor)
      return dense(op, "a map that is not a constant factor of a sum");
    for (MatrixForm &part : form.parts)
      part = map(op, std::move(part), transposed);
    return denseIfPart(op, std::move(form));
  case FormKind::Quotient:
    return dense(op, "a map of a normalized matrix");
  case FormKind::Dense:
    return dense(op, form.reason);
  }
  llvm_unreachable("covered");
}

MatrixForm Classifier::mask(mixer::MaskOp op, MatrixForm form,
                            bool transposed) {
  switch (form.kind) {
  case FormKind::Attend:
    if (form.softmax)
      return dense(op, "a mask of softmax weights");
    form.steps.push_back({op, transposed});
    return form;
  case FormKind::Scan:
  case FormKind::Convolve:
    // The lower triangle of a matrix that has no other is the matrix.
    if (isCausalMask(op, transposed != form.reverse))
      return form;
    return dense(op, "a mask other than j <= i of a matrix that is not "
                     "pairwise");
  case FormKind::Sum:
    for (MatrixForm &part : form.parts)
      part = mask(op, std::move(part), transposed);
    return denseIfPart(op, std::move(form));
  case FormKind::Quotient:
    return dense(op, "a mask of a normalized matrix");
  case FormKind::Dense:
    return dense(op, form.reason);
  }
  llvm_unreachable("covered");
}

MatrixForm Classifier::softmax(mixer::SoftmaxOp op, MatrixForm form,
                               bool transposed) {
  if (transposed)
    return dense(op, "a transposed softmax");
  if (const MatrixForm *part = form.firstDense())
    return dense(op, part->reason);
  if (form.kind != FormKind::Attend || form.softmax)
    return dense(op, "softmax of a matrix that is not pairwise");
  form.softmax = true;
  return form;
}

MatrixForm Classifier::normalize(mixer::NormalizeOp op, MatrixForm form,
                                 bool transposed) {
  if (transposed)
    return dense(op, "a transposed normalized matrix");
  if (const MatrixForm *part = form.firstDense())
    return dense(op, part->reason);
  bool simple = form.kind != FormKind::Sum && form.kind != FormKind::Quotient;
  if (op.getBy() == mixer::Normalizer::Count && !simple)
    return dense(op, "the count of a sum or of a normalized matrix");
  MatrixForm quotient;
  quotient.kind = FormKind::Quotient;
  quotient.by = op.getBy();
  quotient.parts.push_back(std::move(form));
  return quotient;
}

MatrixForm Classifier::hadamard(mixer::HadamardOp op, MatrixForm a,
                                MatrixForm b) {
  for (const MatrixForm *form : {&a, &b})
    if (const MatrixForm *part = form->firstDense())
      return dense(op, part->reason);
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
    return dense(op, "an entrywise product in which no factor is a decay");
  if (b.kind == FormKind::Attend && !b.softmax &&
      (b.steps.empty() || isTriangle(b, a.reverse))) {
    b.kind = FormKind::Scan;
    b.steps.clear();
    b.reverse = a.reverse;
  }
  if (b.kind != FormKind::Scan || a.reverse != b.reverse)
    return dense(op, "a decay times a matrix that is neither a gram nor "
                     "semiseparable in the same direction");
  b.decays.append(a.decays);
  b.scale *= a.scale;
  return b;
}

MatrixForm Classifier::sum(mixer::AddOp op, bool transposed) {
  MatrixForm form;
  form.kind = FormKind::Sum;
  for (Value operand : op->getOperands())
    form.parts.push_back(visit(operand, transposed));
  return form;
}

MatrixForm Classifier::transpose(mixer::TransposeOp op, bool transposed) {
  // Dense parts below were found for the transposed matrix.
  return denseIfPart(op, visit(op.getMatrix(), !transposed));
}

MatrixForm Classifier::visit(Value matrix, bool transposed) {
  Operation *def = matrix.getDefiningOp();
  if (!def)
    return dense(matrix, "nothing is known of a matrix that is an argument");
  return llvm::TypeSwitch<Operation *, MatrixForm>(def)
      .Case([&](mixer::GramOp op) { return gram(op, transposed); })
      .Case([&](mixer::SemiseparableOp op) {
        return semiseparable(op, transposed);
      })
      .Case([&](mixer::DecayOp op) {
        MatrixForm form;
        form.kind = FormKind::Scan;
        form.reverse = transposed;
        form.decays.push_back(op.getLogA());
        return form;
      })
      .Case([&](mixer::ToeplitzOp op) {
        MatrixForm form;
        form.kind = FormKind::Convolve;
        form.reverse = transposed;
        form.taps = op.getTaps();
        return form;
      })
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
      .Case([&](mixer::HadamardOp op) {
        return hadamard(op, visit(op.getLhs(), transposed),
                        visit(op.getRhs(), transposed));
      })
      .Case([&](mixer::AddOp op) { return sum(op, transposed); })
      .Case([&](mixer::TransposeOp op) { return transpose(op, transposed); })
      .Default([&](Operation *op) {
        return dense(matrix, "no other form is known of " +
                                 op->getName().getStringRef());
      });
}

} // namespace

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

/// States are kept in f32, or f64 where all is.
static Type stateElement(RankedTensorType x) {
  return x.getElementType().isF64() ? x.getElementType()
                                    : Float32Type::get(x.getContext());
}

static int64_t headsOf(Value tensor) {
  return cast<RankedTensorType>(tensor.getType()).getDimSize(2);
}

static int64_t widthOf(Value tensor) {
  return cast<RankedTensorType>(tensor.getType()).getShape().back();
}

static std::vector<StateTensor> leafStates(const MatrixForm &form,
                                           RankedTensorType x, int64_t heads,
                                           int64_t slots) {
  int64_t batch = x.getDimSize(0), width = x.getDimSize(3);
  auto type = [](ArrayRef<int64_t> shape, Type element) {
    return RankedTensorType::get(shape, element);
  };
  if (form.kind == FormKind::Scan) {
    int64_t order = form.query ? widthOf(form.query) : 1;
    return {{"state", type({batch, heads, order, width}, stateElement(x)), -1}};
  }
  if (form.kind == FormKind::Attend) {
    int64_t keyHeads = std::max(headsOf(form.key), x.getDimSize(2));
    int64_t order = widthOf(form.key);
    Type element = x.getElementType();
    return {{"k", type({batch, keyHeads, slots, order}, element), 2},
            {"v", type({batch, keyHeads, slots, width}, element), 2}};
  }
  int64_t taps = widthOf(form.taps);
  if (ShapedType::isDynamic(taps))
    return {};
  return {{"window", type({batch, std::max<int64_t>(taps - 1, 0), heads, width},
                          x.getElementType()),
           -1}};
}

std::vector<StateTensor> weft::stateTensors(const MatrixForm &form,
                                            RankedTensorType x, int64_t heads,
                                            int64_t slots) {
  std::vector<StateTensor> states;
  if (form.firstDense() || form.reverse)
    return states;
  if (form.kind == FormKind::Scan || form.kind == FormKind::Attend ||
      form.kind == FormKind::Convolve)
    return leafStates(form, x, heads, slots);
  for (const MatrixForm &part : form.parts)
    llvm::append_range(states, stateTensors(part, x, heads, slots));
  if (std::optional<MatrixForm> divisor = divisorForm(form)) {
    auto ones = RankedTensorType::get(
        {x.getDimSize(0), x.getDimSize(1), x.getDimSize(2), 1},
        x.getElementType());
    for (StateTensor &state : stateTensors(*divisor, ones, heads, slots)) {
      state.name = "divisor." + state.name;
      states.push_back(std::move(state));
    }
  }
  return states;
}

std::optional<MatrixForm> weft::divisorForm(const MatrixForm &quotient) {
  if (quotient.kind != FormKind::Quotient)
    return std::nullopt;
  MatrixForm form = quotient.parts.front();
  if (quotient.by != mixer::Normalizer::Count)
    return form;
  if (form.kind == FormKind::Scan)
    return std::nullopt;
  form.countsPresent = true;
  return form;
}
