// Expands a stored weight to the f32 layout that compiled code reads.
#ifndef WEFT_RUNTIME_LOADWEIGHT_H
#define WEFT_RUNTIME_LOADWEIGHT_H

#include "lib/runtime/Result.h"
#include "lib/runtime/Tensor.h"

namespace weft::runtime {

/// How [N, K] lies in memory: row-major if `panel` is 0, else as
/// [N / panel][K][panel], so that the rows of a panel are vector lanes.
struct WeightLayout {
  int64_t rows;
  int64_t columns;
  int64_t panel;
};

/// The layout of a tensor: K is its innermost dimension, N all others. An error
/// if its type cannot be expanded or if N does not consist of whole panels.
/// `file` is named in the error.
Result<WeightLayout> weightLayout(const std::string &file,
                                  const TensorView &tensor, int64_t panel);

/// Expands rows [first, last), whole panels, into `out`, where the whole weight
/// lies. Threads may do so for disjoint ranges.
void loadWeightRows(const TensorView &tensor, const WeightLayout &layout,
                    int64_t first, int64_t last, float *out);

/// Expands all of it.
Status loadWeight(const std::string &file, const TensorView &tensor,
                  int64_t panel, float *out);

} // namespace weft::runtime

#endif // WEFT_RUNTIME_LOADWEIGHT_H
