// Hydra: a quasiseparable matrix, a scan from each end and a free diagonal.
//
//     M_ij = cf_i·bf_j exp(Σ_{j < s < i} log_af_s)    j < i
//     M_ii = d_i
//     M_ij = cb_i·bb_j exp(Σ_{i < s < j} log_ab_s)    j > i
//
// Shapes: cf, bf, cb, bb [B, T, G, N], log_af, log_ab, d [B, T, H], x [B, T, H, P].
// Paper: Hwang et al., 2024, arXiv:2407.09941 (definition of quasiseparable; the
// authors' code reads with the c of the token before, or after).
// Parameters: H = 4, G = 1, N = 16, P = 8.
func.func @hydra(
    %cf: tensor<2x?x1x16xf32> {mixer.name = "cf", mixer.time = 1 : i64},
    %bf: tensor<2x?x1x16xf32> {mixer.name = "bf", mixer.time = 1 : i64},
    %log_af: tensor<2x?x4xf32> {mixer.name = "log_af", mixer.time = 1 : i64, mixer.range = array<f64: 0xFFF0000000000000, 0.0>},
    %cb: tensor<2x?x1x16xf32> {mixer.name = "cb", mixer.time = 1 : i64},
    %bb: tensor<2x?x1x16xf32> {mixer.name = "bb", mixer.time = 1 : i64},
    %log_ab: tensor<2x?x4xf32> {mixer.name = "log_ab", mixer.time = 1 : i64, mixer.range = array<f64: 0xFFF0000000000000, 0.0>},
    %d: tensor<2x?x4xf32> {mixer.name = "d", mixer.time = 1 : i64},
    %x: tensor<2x?x4x8xf32> {mixer.name = "x", mixer.time = 1 : i64})
    -> (tensor<2x?x4x8xf32> {mixer.name = "y"}) {
  %F = mixer.semiseparable %cf, %bf decay(%log_af : tensor<2x?x4xf32>) read pre : tensor<2x?x1x16xf32>, tensor<2x?x1x16xf32>
  %B = mixer.semiseparable %bb, %cb decay(%log_ab : tensor<2x?x4xf32>) read pre : tensor<2x?x1x16xf32>, tensor<2x?x1x16xf32>
  %U = mixer.transpose %B
  %D = mixer.diagonal %d : tensor<2x?x4xf32>
  %L = mixer.add %F, %D
  %M = mixer.add %L, %U
  %y = mixer.apply %M, %x : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
