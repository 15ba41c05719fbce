// Gated linear attention: a decay per key channel and token.
//
//     M_ij = Σ_d q_id k_jd exp(Σ_{j < s ≤ i} log_a_sd) / √K    j ≤ i
//
// Shapes: q, k, log_a [B, T, H, K], v [B, T, H, V].
// Paper: Yang et al., 2023, arXiv:2312.06635.
// Parameters: H = 4, K = 16, V = 8; log_a = log σ(W x) / 16 in the paper.
func.func @gla(
    %q: tensor<2x?x4x16xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %k: tensor<2x?x4x16xf32> {mixer.name = "k", mixer.time = 1 : i64},
    %v: tensor<2x?x4x8xf32> {mixer.name = "v", mixer.time = 1 : i64},
    %log_a: tensor<2x?x4x16xf32> {mixer.name = "log_a", mixer.time = 1 : i64, mixer.range = array<f64: 0xFFF0000000000000, 0.0>})
    -> (tensor<2x?x4x8xf32> {mixer.name = "y"}) {
  %M = mixer.semiseparable %q, %k decay(%log_a : tensor<2x?x4x16xf32>) {scale = 0.25 : f32} : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  %y = mixer.apply %M, %v : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
