#include "lib/runtime/Sampler.h"

#include <algorithm>
#include <cmath>

using namespace weft::runtime;

Status weft::runtime::checkOptions(const SamplerOptions &options) {
  if (!(options.temperature >= 0) || std::isinf(options.temperature))
    return makeError(ExitCode::Usage, "--temp expects a number >= 0, got %g",
                     options.temperature);
  if (options.topK < 0)
    return makeError(ExitCode::Usage, "--top-k expects a number >= 0, got %lld",
                     (long long)options.topK);
  if (!(options.topP > 0 && options.topP <= 1))
    return makeError(ExitCode::Usage,
                     "--top-p expects a number above 0 and at most 1, got %g",
                     options.topP);
  return {};
}

std::optional<int64_t> weft::runtime::bestToken(const float *logits,
                                                int64_t count) {
  std::optional<int64_t> best;
  for (int64_t token = 0; token < count; ++token)
    if (std::isfinite(logits[token]) &&
        (!best || logits[token] > logits[*best]))
      best = token;
  return best;
}

void Sampler::collect(const float *logits, int64_t count) {
  candidates.clear();
  for (int64_t token = 0; token < count; ++token)
    if (std::isfinite(logits[token]))
      candidates.push_back({token, logits[token], 0});
}

/// Sorts best first what a limit needs sorted, and applies top-k.
void Sampler::keepBest() {
  size_t kept = candidates.size();
  if (options.topK > 0)
    kept = std::min(kept, static_cast<size_t>(options.topK));
  if (kept == candidates.size() && options.topP == 1)
    return;
  std::partial_sort(
      candidates.begin(), candidates.begin() + kept, candidates.end(),
      [](const Candidate &a, const Candidate &b) {
        return a.logit != b.logit ? a.logit > b.logit : a.token < b.token;
      });
  candidates.resize(kept);
}

/// weight = exp((logit − max) / temperature); gives the sum.
double Sampler::weigh() {
  float most = candidates[0].logit;
  for (const Candidate &candidate : candidates)
    most = std::max(most, candidate.logit);
  double total = 0;
  for (Candidate &candidate : candidates) {
    double distance = static_cast<double>(candidate.logit) - most;
    candidate.weight = std::exp(distance / options.temperature);
    total += candidate.weight;
  }
  return total;
}

/// Keeps the shortest run of best candidates with top-p of the weight.
double Sampler::keepMass(double total) {
  if (options.topP == 1)
    return total;
  double sum = 0;
  for (size_t at = 0; at < candidates.size(); ++at) {
    sum += candidates[at].weight;
    if (sum >= options.topP * total) {
      candidates.resize(at + 1);
      return sum;
    }
  }
  return sum;
}

int64_t Sampler::draw(double total) {
  double rest = random.uniform() * total;
  for (const Candidate &candidate : candidates) {
    rest -= candidate.weight;
    if (rest < 0)
      return candidate.token;
  }
  // Rounding may leave a crumb; weights of 0 must not get it.
  for (size_t at = candidates.size(); at-- > 0;)
    if (candidates[at].weight > 0)
      return candidates[at].token;
  return candidates[0].token;
}

std::optional<int64_t> Sampler::choose(const float *logits, int64_t count) {
  if (options.temperature == 0)
    return bestToken(logits, count);
  collect(logits, count);
  if (candidates.empty())
    return std::nullopt;
  keepBest();
  double total = weigh();
  return draw(keepMass(total));
}
