// Inputs that a check runs a model on.
#ifndef WEFT_DRIVER_CHECK_SAMPLES_H
#define WEFT_DRIVER_CHECK_SAMPLES_H

#include "lib/driver/check/ModelLibrary.h"

#include <map>
#include <random>

namespace weft::driver {

/// Values that an argument may take: `{mixer.range = [lo, hi]}`.
struct ValueRange {
  double lo, hi;
};
using ValueRanges = std::map<std::string, ValueRange>;
ValueRanges readRanges(mlir::ModuleOp module);

/// One way to draw inputs: at random within the declared ranges (normal where
/// none is declared), or with every input that is declared not positive, such
/// as a log decay, held at `gate`.
struct Sample {
  std::string name;
  std::optional<double> gate;
};
/// Random inputs and, if an input is declared not positive, the stressed gates
/// 0, -1e-4, -5 and -80.
std::vector<Sample> samples(const ValueRanges &ranges);

/// Draws the inputs of an entry for `tokens` tokens.
std::vector<Array> drawInputs(const weft_entry_info &entry, int64_t tokens,
                              int64_t vocabulary, const ValueRanges &ranges,
                              const Sample &sample, std::mt19937_64 &random);

/// The inputs with every number moved to the next f32 up or down, at random, if
/// that one is in its range.
std::vector<Array> roundedOnce(std::vector<Array> inputs,
                               const weft_entry_info &entry,
                               const ValueRanges &ranges,
                               std::mt19937_64 &random);

} // namespace weft::driver

#endif // WEFT_DRIVER_CHECK_SAMPLES_H
