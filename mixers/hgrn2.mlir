// HGRN2: gated linear attention whose keys are what the forget gate leaves.
//
//     M_ij = Σ_d q_id (1 - f_jd) exp(Σ_{j < s ≤ i} log_f_sd)    j ≤ i
//
// Shapes: q, log_f [B, T, H, K], v [B, T, H, V].
// Paper: Qin et al., 2024, arXiv:2404.07904.
// Parameters: H = 4, K = 16, V = 8.
func.func @hgrn2(
    %q: tensor<2x?x4x16xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %v: tensor<2x?x4x8xf32> {mixer.name = "v", mixer.time = 1 : i64},
    %log_f: tensor<2x?x4x16xf32> {mixer.name = "log_f", mixer.time = 1 : i64, mixer.range = array<f64: 0xFFF0000000000000, 0.0>})
    -> (tensor<2x?x4x8xf32> {mixer.name = "y"}) {
  %f = math.expm1 %log_f : tensor<2x?x4x16xf32>
  %k = arith.negf %f : tensor<2x?x4x16xf32>
  %M = mixer.semiseparable %q, %k decay(%log_f : tensor<2x?x4x16xf32>) : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  %y = mixer.apply %M, %v : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
