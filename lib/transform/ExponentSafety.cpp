#include "lib/transform/ExponentSafety.h"

#include "dialects/mixer/Mixer.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace weft;

/// e^88 is the largest power of e in f32.
static constexpr double kLargestExponent = 88;

static std::string number(double value) {
  if (value == -std::numeric_limits<double>::infinity())
    return "-inf";
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%g", value);
  return text;
}

static Safety unproved(Value decay, FloatRanges &ranges) {
  FloatRange range = ranges.of(decay);
  Value lost = ranges.lostAt(decay);
  std::string known =
      range.isUnknown() ? "nothing is known of " + describedValue(lost)
                        : ranges.argumentFor(decay) + " may be up to " +
                              number(range.high);
  return {false, "log decays are not shown to be at most 0: " + known, lost};
}

/// One factor e^g a token: with g > 0 the state itself grows.
static Safety stepwise(Value decay, FloatRanges &ranges) {
  if (ranges.of(decay).high <= 0)
    return {true, "log decay " + ranges.argumentFor(decay) + " ≤ 0", {}};
  return {true, "no exponents are added up, only factors multiplied", {}};
}

/// e^{c_j - c_i} over parts of a chunk, c the running sums of g.
static Safety bySums(Value decay, FloatRanges &ranges) {
  if (ranges.of(decay).high <= 0)
    return {true,
            "log decay " + ranges.argumentFor(decay) +
                " ≤ 0, and its sums are only over tokens between key and query",
            {}};
  return unproved(decay, ranges);
}

/// e^{c_i} for queries and e^{-c_j} for keys over a whole chunk.
static Safety factored(Value decay, int64_t chunk, FloatRanges &ranges) {
  FloatRange range = ranges.of(decay);
  if (range.high > 0)
    return unproved(decay, ranges);
  if (-range.low * chunk <= kLargestExponent)
    return {true,
            "log decay " + ranges.argumentFor(decay) + " ≥ " +
                number(range.low) + ", over " + std::to_string(chunk) +
                " tokens at most " + number(-range.low * chunk),
            {}};
  return {false,
          "gates factored over a chunk of " + std::to_string(chunk) +
              " tokens have exponents up to " + number(-range.low * chunk) +
              ": log decay " + ranges.argumentFor(decay) +
              " has the lower bound " + number(range.low),
          ranges.lostAt(decay)};
}

Safety weft::safetyOf(Operation *op, StringRef form, int64_t chunk,
                      FloatRanges &ranges) {
  auto scan = dyn_cast<mixer::ScanOp>(op);
  if (!scan)
    return {};
  Value decay = scan.getDecay();
  // m_i - (c_i - c_j + gain_j) ≥ 0 by the choice of m_i; channels have sums of
  // their own beside it.
  bool ofChannels =
      decay && cast<RankedTensorType>(decay.getType()).getRank() % 2 == 0;
  if (scan.getGain() && !ofChannels && form != "factored")
    return {true, "every exponent is relative to the running maximum", {}};
  if (!decay)
    return {};
  if (form == "recurrent" || form == "lanes" || form == "scan")
    return stepwise(decay, ranges);
  if (form == "factored")
    return factored(decay, chunk, ranges);
  return bySums(decay, ranges);
}
