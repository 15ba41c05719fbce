// Gated linear attention (arXiv:2312.06635): a decay per key channel and token,
// M_ij = Σ_d q_id k_jd exp(Σ_{j < s ≤ i} log_a_sd); q comes scaled.
func.func @forward(%q: tensor<1x?x4x128xf32> {mixer.name = "q", mixer.time = 1 : i64},
                   %k: tensor<1x?x4x128xf32> {mixer.name = "k", mixer.time = 1 : i64},
                   %v: tensor<1x?x4x128xf32> {mixer.name = "v", mixer.time = 1 : i64},
                   %log_a: tensor<1x?x4x128xf32> {mixer.name = "log_a", mixer.time = 1 : i64,
                                                  mixer.range = array<f64: 0xFFF0000000000000, 0.0>})
    -> (tensor<1x?x4x128xf32> {mixer.name = "y"}) {
  %M = mixer.semiseparable %q, %k decay(%log_a : tensor<1x?x4x128xf32>) : tensor<1x?x4x128xf32>, tensor<1x?x4x128xf32>
  %y = mixer.apply %M, %v : tensor<1x?x4x128xf32> -> tensor<1x?x4x128xf32>
  return %y : tensor<1x?x4x128xf32>
}
