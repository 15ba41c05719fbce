// What a model remembers of a sequence.
#ifndef WEFT_RUNTIME_STATE_H
#define WEFT_RUNTIME_STATE_H

#include "lib/runtime/Descriptor.h"
#include "lib/runtime/Result.h"

#include <memory>
#include <vector>

/// All states of a model in one zeroed mapping: the pages of a cache exist only
/// once a token has been written to them.
struct weft_state {
  static std::unique_ptr<weft_state>
  create(const weft_descriptor &descriptor, uint64_t fingerprint,
         int64_t batch);
  ~weft_state();

  void reset();
  void copyFrom(const weft_state &other);
  uint64_t savedBytes() const;
  void save(uint8_t *bytes) const;
  weft::runtime::Status load(const uint8_t *bytes, uint64_t size);

  /// One tensor of the state, and how much of it counts.
  struct Part {
    uint8_t *data;
    std::vector<int64_t> dims;
    int64_t bytes;
    // A cache is `outer` runs of rows of `rowBytes`, of which the first
    // `position` are used. Others are one used row.
    int64_t outer, rows, rowBytes;
    bool isCache;
  };
  int64_t usedRows(const Part &part) const;

  const weft_descriptor *descriptor = nullptr;
  uint64_t fingerprint = 0;
  int64_t batch = 1;
  int64_t position = 0;
  std::vector<Part> parts;

private:
  void addPart(const weft_tensor_info &tensor, int64_t cacheAxis);
  uint8_t *mapping = nullptr;
  int64_t mappedBytes = 0;
};

#endif // WEFT_RUNTIME_STATE_H
