// State-space duality (arXiv:2405.21060): M_ij = c_i·b_j exp(Σ_{j<s≤i} log_a_s),
// 24 heads of 64, a state of 128 that all heads share.
func.func @forward(%c: tensor<1x?x1x128xf32> {mixer.name = "c", mixer.time = 1 : i64},
                   %b: tensor<1x?x1x128xf32> {mixer.name = "b", mixer.time = 1 : i64},
                   %log_a: tensor<1x?x24xf32> {mixer.name = "log_a", mixer.time = 1 : i64,
                                               mixer.range = array<f64: 0xFFF0000000000000, 0.0>},
                   %x: tensor<1x?x24x64xf32> {mixer.name = "x", mixer.time = 1 : i64})
    -> (tensor<1x?x24x64xf32> {mixer.name = "y"}) {
  %L = mixer.decay %log_a : tensor<1x?x24xf32>
  %G = mixer.gram %c, %b : tensor<1x?x1x128xf32>, tensor<1x?x1x128xf32>
  %M = mixer.hadamard %L, %G
  %y = mixer.apply %M, %x : tensor<1x?x24x64xf32> -> tensor<1x?x24x64xf32>
  return %y : tensor<1x?x24x64xf32>
}
