// What a program does with a tensor that a reader accepted: touches all of its
// bytes and expands it. Under the sanitizers, a wrong size shows here.
#ifndef WEFT_FUZZ_EXPAND_H
#define WEFT_FUZZ_EXPAND_H

#include "lib/runtime/LoadWeight.h"

#include <cstdlib>

namespace weft::fuzz {

inline void expand(const runtime::TensorView &tensor) {
  volatile uint8_t sum = 0;
  for (uint64_t i = 0; i < tensor.bytes; ++i)
    sum = sum + tensor.data[i];
  std::optional<int64_t> elements = runtime::elementCount(tensor.shape);
  if (!elements || runtime::byteCount(tensor.type, tensor.shape) !=
                       static_cast<int64_t>(tensor.bytes))
    abort();
  std::vector<float> values(*elements);
  for (int64_t panel : {0, 2, 16})
    (void)static_cast<bool>(
        runtime::loadWeight("file", tensor, panel, values.data()));
}

} // namespace weft::fuzz

#endif // WEFT_FUZZ_EXPAND_H
