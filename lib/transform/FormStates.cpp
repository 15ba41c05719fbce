// What an applied matrix carries from token to token.
#include "lib/transform/AttendSteps.h"

using namespace mlir;
using namespace weft;

/// Whether rows read tokens that are still to come.
static bool looksAhead(const MatrixForm &form) {
  return form.reverse ||
         (form.kind == FormKind::Convolve && form.firstLag < 0);
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

static RankedTensorType withWidth(RankedTensorType x, int64_t width) {
  return x.clone({x.getDimSize(0), x.getDimSize(1), x.getDimSize(2), width});
}

static std::vector<StateTensor> scanStates(const MatrixForm &form,
                                           RankedTensorType x, int64_t heads) {
  int64_t batch = x.getDimSize(0);
  int64_t order = form.query ? widthOf(form.query) : 1;
  if (form.system)
    order = mixer::structureOf(form.system->getResult(0)).order;
  Type element = stateElement(x);
  std::vector<StateTensor> states = {
      {"state",
       RankedTensorType::get({batch, heads, order, x.getDimSize(3)}, element),
       -1}};
  if (form.gain)
    states.push_back(
        {"max", RankedTensorType::get({batch, heads}, element), -1});
  return states;
}

static std::vector<StateTensor> attendStates(const MatrixForm &form,
                                             RankedTensorType x, int64_t heads,
                                             int64_t slots) {
  int64_t keyHeads = std::max(headsOf(form.key), x.getDimSize(2));
  auto cache = [&](int64_t width) {
    return x.clone({x.getDimSize(0), keyHeads, slots, width});
  };
  std::vector<StateTensor> states = {{"k", cache(widthOf(form.key)), 2},
                                     {"v", cache(x.getDimSize(3)), 2}};
  int64_t batch = x.getDimSize(0);
  for (const ColumnData &data : columnDataOf(form, heads))
    states.push_back(
        {data.name,
         RankedTensorType::get({batch, data.heads, slots}, data.element), 2});
  Type wide = Float64Type::get(x.getContext());
  for (Value summed : summedBy(form))
    states.push_back(
        {"sum", RankedTensorType::get({batch, headsOf(summed)}, wide), -1});
  return states;
}

static std::vector<StateTensor> convolveStates(const MatrixForm &form,
                                               RankedTensorType x,
                                               int64_t heads, int64_t slots) {
  auto tokens = [&](int64_t rows) {
    return x.clone({x.getDimSize(0), rows, heads, x.getDimSize(3)});
  };
  // Taps of a number that is not known may reach back to the first token.
  int64_t taps = form.system ? ShapedType::kDynamic : widthOf(form.taps);
  if (ShapedType::isDynamic(taps))
    return {{"inputs", tokens(slots), 1}};
  return {{"window", tokens(form.firstLag + taps - 1), -1}};
}

static void append(std::vector<StateTensor> &states,
                   std::vector<StateTensor> more, StringRef prefix = "") {
  for (StateTensor &state : more) {
    state.name = prefix.str() + state.name;
    states.push_back(std::move(state));
  }
}

static std::vector<StateTensor> quotientStates(const MatrixForm &form,
                                               RankedTensorType x,
                                               int64_t heads, int64_t slots) {
  const MatrixForm &part = form.parts.front();
  if (sumsInScan(form))
    return scanStates(part, withWidth(x, x.getDimSize(3) + 1), heads);
  std::vector<StateTensor> states = stateTensors(part, x, heads, slots);
  if (std::optional<MatrixForm> divisor = divisorForm(form))
    append(states, stateTensors(*divisor, withWidth(x, 1), heads, slots),
           "divisor.");
  return states;
}

RankedTensorType weft::innerType(const MatrixForm &compose,
                                 RankedTensorType x) {
  int64_t heads = std::max(compose.innerHeads, x.getDimSize(2));
  return x.clone({x.getDimSize(0), compose.innerRows, heads, x.getDimSize(3)});
}

std::vector<StateTensor> weft::stateTensors(const MatrixForm &form,
                                            RankedTensorType x, int64_t heads,
                                            int64_t slots) {
  std::vector<StateTensor> states;
  if (stateObstacle(form))
    return states;
  switch (form.kind) {
  case FormKind::Scan:
    return scanStates(form, x, heads);
  case FormKind::Attend:
    return attendStates(form, x, heads, slots);
  case FormKind::Convolve:
    return convolveStates(form, x, heads, slots);
  case FormKind::Quotient:
    return quotientStates(form, x, heads, slots);
  case FormKind::Compose: {
    RankedTensorType inner = innerType(form, x);
    append(states,
           stateTensors(form.parts[1], x, inner.getDimSize(2), slots));
    append(states, stateTensors(form.parts[0], inner, heads, slots));
    return states;
  }
  default:
    for (const MatrixForm &part : form.parts)
      append(states, stateTensors(part, x, heads, slots));
  }
  if (form.kind == FormKind::Shift)
    states.push_back(
        {"row", x.clone({x.getDimSize(0), 1, heads, x.getDimSize(3)}), -1});
  return states;
}

std::optional<std::string> weft::stateObstacle(const MatrixForm &form) {
  switch (form.kind) {
  case FormKind::Dense:
    return "no state is known of the matrix: " + form.reason;
  case FormKind::Given:
    return "no state is known of a matrix that is given entry by entry";
  case FormKind::Gather:
    return "no state is known of a matrix that picks rows";
  default:
    break;
  }
  if (looksAhead(form))
    return "a part of the matrix runs from the last token to the first";
  for (const MatrixForm &part : form.parts)
    if (std::optional<std::string> obstacle = stateObstacle(part))
      return obstacle;
  return std::nullopt;
}

bool weft::sumsInScan(const MatrixForm &quotient) {
  return quotient.kind == FormKind::Quotient &&
         quotient.by != mixer::Normalizer::Count &&
         quotient.parts.front().kind == FormKind::Scan;
}

std::optional<MatrixForm> weft::divisorForm(const MatrixForm &quotient) {
  if (quotient.kind != FormKind::Quotient || sumsInScan(quotient))
    return std::nullopt;
  MatrixForm form = quotient.parts.front();
  if (quotient.by != mixer::Normalizer::Count)
    return form;
  if (form.kind == FormKind::Scan)
    return std::nullopt;
  form.countsPresent = true;
  return form;
}
