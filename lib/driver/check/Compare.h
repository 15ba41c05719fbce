// How far two results are apart.
#ifndef WEFT_DRIVER_CHECK_COMPARE_H
#define WEFT_DRIVER_CHECK_COMPARE_H

#include "lib/driver/check/ModelLibrary.h"

namespace weft::driver {

/// How far some outputs are from others.
struct Difference {
  /// The largest difference as a share of the largest absolute reference value,
  /// taken for each batch entry and head of a tensor [B, T, H, ...] and for
  /// others over the whole tensor. Infinite if the shapes differ or a value is
  /// not finite.
  double relative = 0;
  /// The same difference in f32 steps at that largest value.
  double ulps = 0;
  /// Whether every output is the reference, rounded to the type of the output.
  bool sameBits = true;

  void include(const Difference &other);
};

Difference compare(const Array &actual, const Array &reference);
Difference compare(const std::vector<Array> &actual,
                   const std::vector<Array> &reference);

} // namespace weft::driver

#endif // WEFT_DRIVER_CHECK_COMPARE_H
