// The llama architecture: pre-norm decoder layers of grouped-query attention
// with rotary positions and a gated feed-forward network (Touvron et al. 2023,
// arXiv:2302.13971).
#ifndef WEFT_FRONTEND_LLAMA_H
#define WEFT_FRONTEND_LLAMA_H

#include "mlir/IR/BuiltinOps.h"

namespace weft::frontend {

struct LlamaConfig {
  int64_t layers;
  int64_t width;
  int64_t feedForward;
  int64_t heads;
  int64_t keyHeads;
  int64_t headDim;
  int64_t vocabulary;
  double ropeTheta;
  double epsilon;
  /// No output projection of its own: the embedding serves as one.
  bool tiedEmbedding;
};

/// Adds to `module` the private function of one layer and the public
/// @forward(input_ids [1, T]) -> logits [1, T, vocabulary]. Weights carry
/// their GGUF names.
void buildLlama(mlir::ModuleOp module, const LlamaConfig &config);

} // namespace weft::frontend

#endif // WEFT_FRONTEND_LLAMA_H
