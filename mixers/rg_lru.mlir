// Real-gated linear recurrent unit: a decay per channel, inputs scaled so that the
// size of the state stays.
//
//     M_ij = exp(Σ_{j < s ≤ i} log_a_s)    j ≤ i, applied to √(1 - a_j²) i_j x_j
//
// Shapes: x, i [B, T, D, 1], log_a [B, T, D]; a head is a channel.
// Paper: De et al., 2024, arXiv:2402.19427.
// Parameters: D = 8; log_a = -8 σ(W x) softplus(Λ) in the paper.
func.func @rg_lru(
    %x: tensor<2x?x8x1xf32> {mixer.name = "x", mixer.time = 1 : i64},
    %i: tensor<2x?x8x1xf32> {mixer.name = "i", mixer.time = 1 : i64, mixer.range = array<f64: 0.0, 1.0>},
    %log_a: tensor<2x?x8xf32> {mixer.name = "log_a", mixer.time = 1 : i64, mixer.range = array<f64: 0xFFF0000000000000, 0.0>})
    -> (tensor<2x?x8x1xf32> {mixer.name = "y"}) {
  %twice = arith.addf %log_a, %log_a : tensor<2x?x8xf32>
  %less = math.expm1 %twice : tensor<2x?x8xf32>
  %square = arith.negf %less : tensor<2x?x8xf32>
  %root = math.sqrt %square : tensor<2x?x8xf32>
  %c1 = arith.constant 1 : index
  %T = tensor.dim %x, %c1 : tensor<2x?x8x1xf32>
  %size = tensor.expand_shape %root [[0], [1], [2, 3]] output_shape [2, %T, 8, 1] : tensor<2x?x8xf32> into tensor<2x?x8x1xf32>
  %gated = arith.mulf %i, %x : tensor<2x?x8x1xf32>
  %u = arith.mulf %size, %gated : tensor<2x?x8x1xf32>
  %M = mixer.decay %log_a : tensor<2x?x8xf32>
  %y = mixer.apply %M, %u : tensor<2x?x8x1xf32> -> tensor<2x?x8x1xf32>
  return %y : tensor<2x?x8x1xf32>
}
