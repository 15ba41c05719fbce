// --expect: outputs against the tensors of a file.
#include "lib/runtime/NamedTensors.h"

#include "lib/runtime/ElementTypes.h"
#include "lib/runtime/Elements.h"

#include <cmath>

using namespace weft::runtime;

/// "[0, 3, 2]", the coordinates of an element.
static std::string placeOf(int64_t index, const std::vector<int64_t> &shape) {
  std::vector<int64_t> coordinates(shape.size());
  for (size_t axis = shape.size(); axis-- > 0; index /= shape[axis])
    coordinates[axis] = index % shape[axis];
  return shapeText(coordinates);
}

static Error differs(const std::string &path, const std::string &name,
                      const std::string &what) {
  return makeError(ExitCode::ComparisonFailed, "%s: output '%s' %s",
                   path.c_str(), name.c_str(), what.c_str());
}

static Error worstElement(const std::string &path, const OutputTensor &output,
                          int64_t index, double got, double expected,
                          double allowed, int64_t wrong, int64_t count) {
  char text[256];
  int length = snprintf(text, sizeof(text), "at %s expects %.9g, got %.9g",
                        placeOf(index, output.shape).c_str(), expected, got);
  if (std::isfinite(got - expected))
    length += snprintf(text + length, sizeof(text) - length,
                       ": the difference is %.3g, %.3g is allowed",
                       std::fabs(got - expected), allowed);
  snprintf(text + length, sizeof(text) - length,
           " (%lld of %lld elements differ)", static_cast<long long>(wrong),
           static_cast<long long>(count));
  return differs(path, output.name, text);
}

static Status compareTensor(const std::string &path, const TensorView &expected,
                            const OutputTensor &output, double rtol,
                            double atol) {
  std::optional<weft_dtype> type = elementTypeOf(expected.type);
  if (!type)
    return differs(path, output.name,
                    std::string("cannot be compared with ") +
                        nameOf(expected.type));
  if (expected.shape != output.shape)
    return differs(path, output.name,
                    "expects shape " + shapeText(expected.shape) + ", got " +
                        shapeText(output.shape));
  int64_t count = elementCount(output.shape).value_or(0);
  int64_t worst = -1, wrong = 0;
  double worstExcess = 0;
  for (int64_t i = 0; i < count; ++i) {
    double want = elementAt(*type, expected.data, i);
    double got = elementAt(output.dtype, output.data.get(), i);
    if (want == got || (std::isnan(want) && std::isnan(got)))
      continue;
    // Infinite for NaN and for infinities that should be elsewhere.
    double excess = std::fabs(got - want) / (atol + rtol * std::fabs(want));
    if (!(std::isfinite(got) && std::isfinite(want)))
      excess = INFINITY;
    if (!(excess > 1))
      continue;
    ++wrong;
    if (excess > worstExcess || worst < 0) {
      worst = i;
      worstExcess = excess;
    }
  }
  if (worst < 0)
    return {};
  double want = elementAt(*type, expected.data, worst);
  return worstElement(path, output, worst,
                      elementAt(output.dtype, output.data.get(), worst), want,
                      atol + rtol * std::fabs(want), wrong, count);
}

Status
weft::runtime::compareOutputs(const std::string &path, double rtol, double atol,
                              const std::vector<OutputTensor> &outputs) {
  Result<SafetensorsFile> file = SafetensorsFile::open(path);
  if (!file)
    return file.takeError();
  bool compared = false;
  for (const OutputTensor &output : outputs) {
    const TensorView *expected = file->findTensor(output.name);
    if (!expected)
      continue;
    compared = true;
    if (Status same = compareTensor(path, *expected, output, rtol, atol); !same)
      return same;
  }
  if (!compared)
    return inputError(path, "holds none of the outputs to compare");
  return {};
}
