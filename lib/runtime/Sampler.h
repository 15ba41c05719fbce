// Chooses the next token from a row of logits.
#ifndef WEFT_RUNTIME_SAMPLER_H
#define WEFT_RUNTIME_SAMPLER_H

#include "lib/runtime/Random.h"
#include "lib/runtime/Result.h"

#include <vector>

namespace weft::runtime {

struct SamplerOptions {
  /// 0 takes the best logit always.
  double temperature = 0;
  /// Keep this many best tokens; 0 keeps all.
  int64_t topK = 0;
  /// Keep the fewest best tokens whose probabilities sum to this; 1 keeps all.
  double topP = 1;
  uint64_t seed = 0;
};

/// Says which option is out of its range.
Status checkOptions(const SamplerOptions &options);

/// Applies temperature, then top-k, then top-p, and draws from what is left.
/// Equal logits count as better by the lower token id, so that the same seed
/// and logits give the same tokens everywhere.
class Sampler {
public:
  explicit Sampler(const SamplerOptions &options)
      : options(options), random(options.seed) {}

  /// The chosen token, or nothing if no logit is a finite number.
  std::optional<int64_t> choose(const float *logits, int64_t count);

private:
  struct Candidate {
    int64_t token;
    float logit;
    double weight;
  };

  void collect(const float *logits, int64_t count);
  void keepBest();
  double weigh();
  double keepMass(double total);
  int64_t draw(double total);

  SamplerOptions options;
  Random random;
  std::vector<Candidate> candidates;
};

/// The lowest of the tokens with the largest logit, nothing if none is finite.
std::optional<int64_t> bestToken(const float *logits, int64_t count);

} // namespace weft::runtime

#endif // WEFT_RUNTIME_SAMPLER_H
