// A decay per head and token, as in simple gated linear attention and, constant
// over time, in RetNet: M_ij = q_i·k_j exp(Σ_{j < s ≤ i} log_a_s); q comes scaled.
func.func @forward(%q: tensor<1x?x4x128xf32> {mixer.name = "q", mixer.time = 1 : i64},
                   %k: tensor<1x?x4x128xf32> {mixer.name = "k", mixer.time = 1 : i64},
                   %v: tensor<1x?x4x128xf32> {mixer.name = "v", mixer.time = 1 : i64},
                   %log_a: tensor<1x?x4xf32> {mixer.name = "log_a", mixer.time = 1 : i64,
                                              mixer.range = array<f64: 0xFFF0000000000000, 0.0>})
    -> (tensor<1x?x4x128xf32> {mixer.name = "y"}) {
  %M = mixer.semiseparable %q, %k decay(%log_a : tensor<1x?x4xf32>) : tensor<1x?x4x128xf32>, tensor<1x?x4x128xf32>
  %y = mixer.apply %M, %v : tensor<1x?x4x128xf32> -> tensor<1x?x4x128xf32>
  return %y : tensor<1x?x4x128xf32>
}
