// mLSTM: a matrix memory with an exponential input gate, divided by what it holds
// of the query.
//
//     M_ij = D_ij q_i·k_j / √K / max(|Σ_j D_ij q_i·k_j / √K|, 1)
//     D_ij = exp(Σ_{j < s ≤ i} log_f_s + log_i_j)    j ≤ i
//
// Shapes: q, k [B, T, H, K], v [B, T, H, V], log_f, log_i [B, T, H].
// Paper: Beck et al., 2024, arXiv:2405.04517.
// Parameters: H = 4, K = 16, V = 8; log_f = log σ(f) in the paper.
func.func @mlstm(
    %q: tensor<2x?x4x16xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %k: tensor<2x?x4x16xf32> {mixer.name = "k", mixer.time = 1 : i64},
    %v: tensor<2x?x4x8xf32> {mixer.name = "v", mixer.time = 1 : i64},
    %log_f: tensor<2x?x4xf32> {mixer.name = "log_f", mixer.time = 1 : i64, mixer.range = array<f64: 0xFFF0000000000000, 0.0>},
    %log_i: tensor<2x?x4xf32> {mixer.name = "log_i", mixer.time = 1 : i64})
    -> (tensor<2x?x4x8xf32> {mixer.name = "y"}) {
  %M = mixer.semiseparable %q, %k decay(%log_f : tensor<2x?x4xf32>) gain(%log_i : tensor<2x?x4xf32>) {scale = 0.25 : f32} : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  %N = mixer.normalize %M by abs_max_one
  %y = mixer.apply %N, %v : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
