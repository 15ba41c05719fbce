// Aaren: attention of one learned query, so that scores are a sequence.
//
//     M_ij = exp(s_j) / Σ_{j ≤ i} exp(s_j)    s_j = q·k_j    j ≤ i
//
// Shapes: s [B, T, H], v [B, T, H, V].
// Paper: Feng et al., 2024, arXiv:2405.13956.
// Parameters: H = 4, V = 8; the scores come with the projections.
func.func @aaren(
    %s: tensor<2x?x4xf32> {mixer.name = "s", mixer.time = 1 : i64},
    %v: tensor<2x?x4x8xf32> {mixer.name = "v", mixer.time = 1 : i64})
    -> (tensor<2x?x4x8xf32> {mixer.name = "y"}) {
  %c1 = arith.constant 1 : index
  %one = arith.constant 1.0 : f32
  %T = tensor.dim %s, %c1 : tensor<2x?x4xf32>
  %none = tensor.empty(%T) : tensor<2x?x1x1xf32>
  %ones = linalg.fill ins(%one : f32) outs(%none : tensor<2x?x1x1xf32>) -> tensor<2x?x1x1xf32>
  %M = mixer.semiseparable %ones, %ones gain(%s : tensor<2x?x4xf32>) : tensor<2x?x1x1xf32>, tensor<2x?x1x1xf32>
  %N = mixer.normalize %M by sum
  %y = mixer.apply %N, %v : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
