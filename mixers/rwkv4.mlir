// RWKV-4: softmax over exponents that decay at a constant rate per channel.
//
//     M_ij = e_ij / Σ_{j ≤ i} e_ij
//     e_ij = exp((i - 1 - j) log_w + k_j) for j < i, e_ii = exp(u + k_i)
//
// Shapes: k [B, T, C], v [B, T, C, 1], log_w, u [C]; a head is a channel.
// Paper: Peng et al., 2023, arXiv:2305.13048.
// Parameters: C = 8; log_w = -exp(w) in the paper.
func.func @rwkv4(
    %k: tensor<2x?x8xf32> {mixer.name = "k", mixer.time = 1 : i64},
    %v: tensor<2x?x8x1xf32> {mixer.name = "v", mixer.time = 1 : i64},
    %log_w: tensor<8xf32> {mixer.name = "log_w", mixer.range = array<f64: 0xFFF0000000000000, 0.0>},
    %u: tensor<8xf32> {mixer.name = "u"})
    -> (tensor<2x?x8x1xf32> {mixer.name = "y"}) {
  %c1 = arith.constant 1 : index
  %one = arith.constant 1.0 : f32
  %T = tensor.dim %k, %c1 : tensor<2x?x8xf32>
  %none = tensor.empty(%T) : tensor<2x?x1x1xf32>
  %ones = linalg.fill ins(%one : f32) outs(%none : tensor<2x?x1x1xf32>) -> tensor<2x?x1x1xf32>
  %e = math.exp %u : tensor<8xf32>
  %bonus = tensor.expand_shape %e [[0, 1]] output_shape [8, 1] : tensor<8xf32> into tensor<8x1xf32>
  %M = mixer.semiseparable %ones, %ones decay(%log_w : tensor<8xf32>) gain(%k : tensor<2x?x8xf32>) bonus(%bonus : tensor<8x1xf32>) read pre : tensor<2x?x1x1xf32>, tensor<2x?x1x1xf32>
  %N = mixer.normalize %M by sum
  %y = mixer.apply %N, %v : tensor<2x?x8x1xf32> -> tensor<2x?x8x1xf32>
  return %y : tensor<2x?x8x1xf32>
}
