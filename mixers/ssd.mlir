// State space duality (the mixer of Mamba-2): a scalar decay per head and token.
//
//     M_ij = c_i·b_j exp(Σ_{j < s ≤ i} log_a_s)    j ≤ i
//
// Shapes: c, b [B, T, G, N] shared by H / G heads, x [B, T, H, P] (dt · x of the
// paper), log_a [B, T, H] (dt · A).
// Paper: Dao and Gu, 2024, arXiv:2405.21060.
// Parameters: H = 4, G = 1, N = 16, P = 8.
func.func @ssd(
    %c: tensor<2x?x1x16xf32> {mixer.name = "c", mixer.time = 1 : i64},
    %b: tensor<2x?x1x16xf32> {mixer.name = "b", mixer.time = 1 : i64},
    %x: tensor<2x?x4x8xf32> {mixer.name = "x", mixer.time = 1 : i64},
    %log_a: tensor<2x?x4xf32> {mixer.name = "log_a", mixer.time = 1 : i64, mixer.range = array<f64: 0xFFF0000000000000, 0.0>})
    -> (tensor<2x?x4x8xf32> {mixer.name = "y"}) {
  %M = mixer.semiseparable %c, %b decay(%log_a : tensor<2x?x4xf32>) : tensor<2x?x1x16xf32>, tensor<2x?x1x16xf32>
  %y = mixer.apply %M, %x : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
