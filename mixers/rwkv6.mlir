// RWKV-6: a decay per key channel, read before the update, a bonus for the token
// itself.
//
//     M_ij = Σ_d r_id k_jd exp(Σ_{j < s < i} log_w_sd)    j < i
//     M_ii = Σ_d r_id u_d k_id
//
// Shapes: r, k, log_w [B, T, H, K], v [B, T, H, V], u [H, K].
// Paper: Peng et al., 2024, arXiv:2404.05892.
// Parameters: H = 4, K = 16, V = 8; log_w = -exp(w) in the paper.
func.func @rwkv6(
    %r: tensor<2x?x4x16xf32> {mixer.name = "r", mixer.time = 1 : i64},
    %k: tensor<2x?x4x16xf32> {mixer.name = "k", mixer.time = 1 : i64},
    %v: tensor<2x?x4x8xf32> {mixer.name = "v", mixer.time = 1 : i64},
    %log_w: tensor<2x?x4x16xf32> {mixer.name = "log_w", mixer.time = 1 : i64, mixer.range = array<f64: 0xFFF0000000000000, 0.0>},
    %u: tensor<4x16xf32> {mixer.name = "u"})
    -> (tensor<2x?x4x8xf32> {mixer.name = "y"}) {
  %M = mixer.semiseparable %r, %k decay(%log_w : tensor<2x?x4x16xf32>) bonus(%u : tensor<4x16xf32>) read pre : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  %y = mixer.apply %M, %v : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
