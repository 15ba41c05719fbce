// How far two results are apart.
#ifndef WEFT_DRIVER_CHECK_COMPARE_H
#define WEFT_DRIVER_CHECK_COMPARE_H

#include "lib/driver/check/ModelLibrary.h"

namespace weft::driver {

/// The largest difference of `actual` from `reference` as a share of the
/// largest absolute reference value, taken for each batch entry and head of a
/// tensor [B, T, H, D] and for others over the whole tensor. Infinite if the
/// shapes differ or a value is not finite.
double relativeError(const Array &actual, const Array &reference);
double relativeError(const std::vector<Array> &actual,
                     const std::vector<Array> &reference);

bool sameBits(const std::vector<Array> &a, const std::vector<Array> &b);

} // namespace weft::driver

#endif // WEFT_DRIVER_CHECK_COMPARE_H
