// The form of a convolution: multiply-adds of the taps against those of
// transforms, n log n.
#include "lib/transform/FormChoice.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace weft;

/// Taken for a number of taps that is not known.
static constexpr int64_t kUnknownTaps = 2048;
/// Up to here the direct form is one pass over x and y.
static constexpr int64_t kTapsOfOnePass = 8;
/// Channels that a transform takes together.
static constexpr int64_t kFftChannels = 32;
static constexpr int64_t kBlock = 32;

namespace {

/// Costs of a token and channel in multiply-adds at the rate of a contraction.
struct ConvolveCost {
  explicit ConvolveCost(mixer::ConvolveOp op);

  /// With more taps there is a pass for each: two loads and a store.
  double direct() const { return taps <= kTapsOfOnePass ? taps : 3 * taps; }
  /// Blocks of taps, which are made for each block of y: with a single feature
  /// they are used once.
  double blocked() const { return (taps + kBlock) * (1 + 2 / features); }
  /// Two transforms, forward and back, and a product for each piece of taps.
  double fft(int64_t block) const {
    double pieces = std::ceil(taps / block);
    return 24 * (std::log2(2.0 * block) + 2 + pieces) * padding;
  }
  int64_t fftBlock() const;

  double taps, features, padding;
  int64_t longestBlock;
};

} // namespace

static int64_t extent(Value tensor, int64_t axis) {
  return cast<RankedTensorType>(tensor.getType()).getDimSize(axis);
}

ConvolveCost::ConvolveCost(mixer::ConvolveOp op) {
  int64_t count = extent(op.getTaps(), 1);
  taps = ShapedType::isDynamic(count) ? kUnknownTaps : count;
  features = extent(op.getX(), 3);
  double channels = extent(op.getX(), 2) * features;
  padding = std::ceil(channels / kFftChannels) * kFftChannels / channels;
  // Tiles of a transform are private to a task.
  longestBlock = op.getX().getType().getElementType().isF64() ? 512 : 1024;
}

/// The power of two of least cost.
int64_t ConvolveCost::fftBlock() const {
  int64_t best = 16;
  for (int64_t block = best; block <= longestBlock; block *= 2)
    if (fft(block) < fft(best))
      best = block;
  return best;
}

static std::string rounded(double cost) {
  return std::to_string(int64_t(std::llround(cost)));
}

FormChoice weft::convolveInForm(mixer::ConvolveOp op, StringRef form,
                                int64_t asked) {
  ConvolveCost cost(op);
  int64_t chunk = 0;
  if (form == "blocked")
    chunk = asked ? asked : kBlock;
  else if (form == "fft")
    chunk = asked ? std::clamp<int64_t>(llvm::PowerOf2Ceil(asked), 2,
                                        cost.longestBlock)
                  : cost.fftBlock();
  return {form.str(), chunk, ""};
}

FormChoice weft::chooseConvolve(mixer::ConvolveOp op) {
  if (extent(op.getX(), 1) == 1)
    return {"direct", 0, "there is one token"};
  ConvolveCost cost(op);
  std::pair<double, StringRef> costs[] = {
      {cost.direct(), "direct"},
      {cost.blocked(), "blocked"},
      {cost.fft(cost.fftBlock()), "fft"}};
  StringRef form = std::min_element(std::begin(costs), std::end(costs))->second;
  FormChoice choice = convolveInForm(op, form, 0);
  for (auto [value, name] : costs)
    choice.reason += name.str() + " " + rounded(value) + ", ";
  choice.reason += "in multiply-adds a token and channel (" +
                   rounded(cost.taps) + " taps)";
  return choice;
}
