// The weights of a model in memory: expanded and packed from its file, once.
#ifndef WEFT_RUNTIME_WEIGHTS_H
#define WEFT_RUNTIME_WEIGHTS_H

#include "lib/runtime/Descriptor.h"
#include "lib/runtime/Result.h"

#include <vector>

namespace weft::runtime {

class ThreadTeam;
class WeightFile;

/// The weights file of a model: `path`, else the embedded one, else the path
/// given at compile time.
Result<WeightFile> openWeightFile(const weft_descriptor &descriptor,
                                  const char *path);

class Weights {
public:
  Weights() = default;
  Weights(const Weights &) = delete;
  Weights &operator=(const Weights &) = delete;
  ~Weights();

  /// Expands all weights, in parallel on `team`. Without weights that come
  /// from a file, none is opened.
  Status load(const weft_descriptor &descriptor, const char *path,
              ThreadTeam &team);

  /// One pointer for each weft_weight.
  void *const *table() const { return pointers.data(); }
  /// Tells files of the same model apart; 0 if there is no file.
  uint64_t fingerprint() const { return identity; }

private:
  Status reserve(const weft_descriptor &descriptor);

  std::vector<void *> pointers;
  uint8_t *arena = nullptr;
  int64_t arenaBytes = 0;
  uint64_t identity = 0;
};

} // namespace weft::runtime

#endif // WEFT_RUNTIME_WEIGHTS_H
