// Gated delta rule: the delta rule after a decay per head.
//
//     M_ij = q_iᵀ A_i ⋯ A_{j+1} k_j beta_j / √K
//     A_t = exp(log_a_t) (I - beta_t k_t k_tᵀ)    j ≤ i
//
// Shapes: q, k [B, T, H, K], v [B, T, H, V], log_a, beta [B, T, H].
// Paper: Yang et al., 2024, arXiv:2412.06464.
// Parameters: H = 4, K = 16, V = 8; keys of length at most 1.
#d = affine_map<(b, t, h, d) -> (b, t, h, d)>
#h = affine_map<(b, t, h, d) -> (b, t, h)>
func.func @gated_delta_net(
    %q: tensor<2x?x4x16xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %k: tensor<2x?x4x16xf32> {mixer.name = "k", mixer.time = 1 : i64, mixer.range = array<f64: -0.25, 0.25>},
    %v: tensor<2x?x4x8xf32> {mixer.name = "v", mixer.time = 1 : i64},
    %log_a: tensor<2x?x4xf32> {mixer.name = "log_a", mixer.time = 1 : i64, mixer.range = array<f64: 0xFFF0000000000000, 0.0>},
    %beta: tensor<2x?x4xf32> {mixer.name = "beta", mixer.time = 1 : i64, mixer.range = array<f64: 0.0, 1.0>})
    -> (tensor<2x?x4x8xf32> {mixer.name = "y"}) {
  %written = linalg.generic {indexing_maps = [#d, #h, #d], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%k, %beta : tensor<2x?x4x16xf32>, tensor<2x?x4xf32>) outs(%k : tensor<2x?x4x16xf32>) {
  ^bb0(%x: f32, %s: f32, %o: f32):
    %p = arith.mulf %x, %s : f32
    linalg.yield %p : f32
  } -> tensor<2x?x4x16xf32>
  %a = arith.negf %k : tensor<2x?x4x16xf32>
  %M = mixer.semiseparable %q, %written decay(%log_a : tensor<2x?x4xf32>) erase(%a, %written : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>) erase_reads decayed {scale = 0.25 : f32} : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  %y = mixer.apply %M, %v : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
