// What an applied matrix carries from token to token.
#include "lib/transform/Classify.h"

using namespace mlir;
using namespace weft;

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
