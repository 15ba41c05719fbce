// minGRU: a mean that moves by a gate of the input alone.
//
//     M_ij = exp(Σ_{j < s ≤ i} log_f_s)    j ≤ i, applied to (1 - f_j) h_j
//
// Shapes: h [B, T, D, 1], log_f [B, T, D]; a head is a channel.
// Paper: Feng et al., 2024, arXiv:2410.01201.
// Parameters: D = 8; f = 1 - z = σ(-W x) and h = g(W x) in the paper.
func.func @min_gru(
    %h: tensor<2x?x8x1xf32> {mixer.name = "h", mixer.time = 1 : i64},
    %log_f: tensor<2x?x8xf32> {mixer.name = "log_f", mixer.time = 1 : i64, mixer.range = array<f64: 0xFFF0000000000000, 0.0>})
    -> (tensor<2x?x8x1xf32> {mixer.name = "y"}) {
  %less = math.expm1 %log_f : tensor<2x?x8xf32>
  %z = arith.negf %less : tensor<2x?x8xf32>
  %c1 = arith.constant 1 : index
  %T = tensor.dim %h, %c1 : tensor<2x?x8x1xf32>
  %gate = tensor.expand_shape %z [[0], [1], [2, 3]] output_shape [2, %T, 8, 1] : tensor<2x?x8xf32> into tensor<2x?x8x1xf32>
  %u = arith.mulf %gate, %h : tensor<2x?x8x1xf32>
  %M = mixer.decay %log_f : tensor<2x?x8xf32>
  %y = mixer.apply %M, %u : tensor<2x?x8x1xf32> -> tensor<2x?x8x1xf32>
  return %y : tensor<2x?x8x1xf32>
}
