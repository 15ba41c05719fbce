// Gated delta rule (arXiv:2412.06464): M_ij = q_iᵀ A_i ⋯ A_{j+1} k_j beta_j with
// A_t = exp(log_a_t) (I - beta_t k_t k_tᵀ), keys of length 1; q comes scaled.
#d = affine_map<(b, t, h, d) -> (b, t, h, d)>
#h = affine_map<(b, t, h, d) -> (b, t, h)>
func.func @forward(%q: tensor<1x?x4x128xf32> {mixer.name = "q", mixer.time = 1 : i64},
                   %k: tensor<1x?x4x128xf32> {mixer.name = "k", mixer.time = 1 : i64},
                   %v: tensor<1x?x4x128xf32> {mixer.name = "v", mixer.time = 1 : i64},
                   %log_a: tensor<1x?x4xf32> {mixer.name = "log_a", mixer.time = 1 : i64,
                                              mixer.range = array<f64: 0xFFF0000000000000, 0.0>},
                   %beta: tensor<1x?x4xf32> {mixer.name = "beta", mixer.time = 1 : i64,
                                             mixer.range = array<f64: 0.0, 1.0>})
    -> (tensor<1x?x4x128xf32> {mixer.name = "y"}) {
  %written = linalg.generic {indexing_maps = [#d, #h, #d], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%k, %beta : tensor<1x?x4x128xf32>, tensor<1x?x4xf32>) outs(%k : tensor<1x?x4x128xf32>) {
  ^bb0(%x: f32, %s: f32, %o: f32):
    %p = arith.mulf %x, %s : f32
    linalg.yield %p : f32
  } -> tensor<1x?x4x128xf32>
  %a = arith.negf %k : tensor<1x?x4x128xf32>
  %M = mixer.semiseparable %q, %written decay(%log_a : tensor<1x?x4xf32>)
      erase(%a, %written : tensor<1x?x4x128xf32>, tensor<1x?x4x128xf32>) erase_reads decayed
      : tensor<1x?x4x128xf32>, tensor<1x?x4x128xf32>
  %y = mixer.apply %M, %v : tensor<1x?x4x128xf32> -> tensor<1x?x4x128xf32>
  return %y : tensor<1x?x4x128xf32>
}
