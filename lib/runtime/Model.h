// An open model: its weights, its threads, and one call at a time.
#ifndef WEFT_RUNTIME_MODEL_H
#define WEFT_RUNTIME_MODEL_H

#include "lib/runtime/ThreadTeam.h"
#include "lib/runtime/Weights.h"

struct weft_model {
  const weft_descriptor *descriptor = nullptr;
  weft::runtime::Weights weights;
  weft::runtime::ThreadTeam team;
  std::atomic<bool> busy{false};

  /// What a saved state must carry to be this model's.
  uint64_t fingerprint() const {
    return descriptor->fingerprint ^ weights.fingerprint();
  }
};

#endif // WEFT_RUNTIME_MODEL_H
