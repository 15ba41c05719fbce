// Expands stored weights to f32: GGUF's quantised blocks and the float types.
#ifndef WEFT_RUNTIME_DEQUANTIZE_H
#define WEFT_RUNTIME_DEQUANTIZE_H

#include "lib/runtime/Tensor.h"

namespace weft::runtime {

/// Whether `dequantize` takes the type: F32, F16, BF16 and all blocks.
bool isExpandable(DataType type);

/// Expands `elements` values, whole blocks, that start at `data`.
void dequantize(DataType type, const uint8_t *data, int64_t elements,
                float *out);

float halfToFloat(uint16_t half);

} // namespace weft::runtime

#endif // WEFT_RUNTIME_DEQUANTIZE_H
