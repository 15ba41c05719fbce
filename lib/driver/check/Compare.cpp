#include "lib/driver/check/Compare.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace weft;
using namespace weft::driver;

void Difference::include(const Difference &other) {
  relative = std::max(relative, other.relative);
  ulps = std::max(ulps, other.ulps);
  sameBits &= other.sameBits;
}

/// The step from |value| to the next f32.
static double ulp(double value) {
  float magnitude =
      std::max(float(std::abs(value)), std::numeric_limits<float>::min());
  return double(std::nextafter(magnitude,
                               std::numeric_limits<float>::infinity())) -
         magnitude;
}

static bool sameRounded(const Array &actual, const Array &reference,
                        int64_t i) {
  double expected = reference.at(i);
  return actual.at(i) ==
         (actual.dtype == WEFT_F64 ? expected : double(float(expected)));
}

Difference driver::compare(const Array &actual, const Array &reference) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (actual.dims != reference.dims)
    return {infinity, infinity, false};
  bool heads = reference.dims.size() > 3;
  int64_t batch = heads ? reference.dims[0] : 1;
  int64_t groups = heads ? reference.dims[2] : 1;
  int64_t width = 1;
  for (size_t d = 3; d < reference.dims.size(); ++d)
    width *= reference.dims[d];
  std::vector<double> error(batch * groups), scale(batch * groups);
  int64_t perBatch = batch ? reference.elements() / batch : 0;
  Difference result;
  for (int64_t i = 0; i < reference.elements(); ++i) {
    int64_t group = heads ? i / perBatch * groups + i / width % groups : 0;
    double difference = std::abs(actual.at(i) - reference.at(i));
    if (!std::isfinite(difference))
      return {infinity, infinity, false};
    result.sameBits &= sameRounded(actual, reference, i);
    error[group] = std::max(error[group], difference);
    scale[group] = std::max(scale[group], std::abs(reference.at(i)));
  }
  for (size_t group = 0; group < error.size(); ++group)
    if (error[group] > 0) {
      result.relative = std::max(result.relative,
                                 error[group] / std::max(scale[group], 1e-30));
      result.ulps = std::max(result.ulps, error[group] / ulp(scale[group]));
    }
  return result;
}

Difference driver::compare(const std::vector<Array> &actual,
                           const std::vector<Array> &reference) {
  Difference result;
  for (size_t i = 0; i < reference.size(); ++i)
    result.include(compare(actual[i], reference[i]));
  return result;
}
