// RWKV-7: a decay per key channel plus an erasure of rank one that reads the state
// before its decay.
//
//     M_ij = r_iᵀ A_i ⋯ A_{j+1} k_j    A_t = diag(exp(log_w_t)) - (κ_t a_t) κ_tᵀ    j ≤ i
//
// Shapes: r, k, log_w, kappa, a [B, T, H, K], v [B, T, H, V].
// Paper: Peng et al., 2025, arXiv:2503.14456.
// Parameters: H = 4, K = 16, V = 8; κ of length at most 1, a in (0, 1).
func.func @rwkv7(
    %r: tensor<2x?x4x16xf32> {mixer.name = "r", mixer.time = 1 : i64},
    %k: tensor<2x?x4x16xf32> {mixer.name = "k", mixer.time = 1 : i64},
    %v: tensor<2x?x4x8xf32> {mixer.name = "v", mixer.time = 1 : i64},
    %log_w: tensor<2x?x4x16xf32> {mixer.name = "log_w", mixer.time = 1 : i64, mixer.range = array<f64: 0xFFF0000000000000, 0.0>},
    %kappa: tensor<2x?x4x16xf32> {mixer.name = "kappa", mixer.time = 1 : i64, mixer.range = array<f64: -0.25, 0.25>},
    %a: tensor<2x?x4x16xf32> {mixer.name = "a", mixer.time = 1 : i64, mixer.range = array<f64: 0.0, 1.0>})
    -> (tensor<2x?x4x8xf32> {mixer.name = "y"}) {
  %minus = arith.negf %kappa : tensor<2x?x4x16xf32>
  %b = arith.mulf %kappa, %a : tensor<2x?x4x16xf32>
  %M = mixer.semiseparable %r, %k decay(%log_w : tensor<2x?x4x16xf32>) erase(%minus, %b : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>) : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  %y = mixer.apply %M, %v : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
