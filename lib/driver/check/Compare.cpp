#include "lib/driver/check/Compare.h"

#include <cmath>
#include <limits>

using namespace weft;
using namespace weft::driver;

double driver::relativeError(const Array &actual, const Array &reference) {
  if (actual.dims != reference.dims)
    return std::numeric_limits<double>::infinity();
  bool heads = reference.dims.size() == 4;
  int64_t batch = heads ? reference.dims[0] : 1;
  int64_t groups = heads ? reference.dims[2] : 1;
  int64_t width = heads ? reference.dims[3] : 1;
  std::vector<double> error(batch * groups), scale(batch * groups);
  int64_t perBatch = batch ? reference.elements() / batch : 0;
  for (int64_t i = 0; i < reference.elements(); ++i) {
    int64_t group = heads ? i / perBatch * groups + i / width % groups : 0;
    double difference = std::abs(actual.at(i) - reference.at(i));
    if (!std::isfinite(difference))
      return std::numeric_limits<double>::infinity();
    error[group] = std::max(error[group], difference);
    scale[group] = std::max(scale[group], std::abs(reference.at(i)));
  }
  double worst = 0;
  for (size_t group = 0; group < error.size(); ++group)
    if (error[group] > 0)
      worst = std::max(worst, error[group] / std::max(scale[group], 1e-30));
  return worst;
}

double driver::relativeError(const std::vector<Array> &actual,
                             const std::vector<Array> &reference) {
  double worst = 0;
  for (size_t i = 0; i < reference.size(); ++i)
    worst = std::max(worst, relativeError(actual[i], reference[i]));
  return worst;
}

bool driver::sameBits(const std::vector<Array> &a,
                      const std::vector<Array> &b) {
  for (size_t i = 0; i < a.size(); ++i)
    if (a[i].dims != b[i].dims || a[i].data != b[i].data)
      return false;
  return true;
}
