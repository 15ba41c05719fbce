// Softmax attention over all tokens, later ones as well.
//
//     M_ij = exp(s_ij) / Σ_j exp(s_ij)    s_ij = q_i·k_j / √K
//
// Shapes: q, k [B, T, H, K], v [B, T, H, V]. Not causal: there is no decode.
// Paper: Devlin et al., 2018, arXiv:1810.04805.
// Parameters: H = 4, K = 16, V = 8.
func.func @attention_bidirectional(
    %q: tensor<2x?x4x16xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %k: tensor<2x?x4x16xf32> {mixer.name = "k", mixer.time = 1 : i64},
    %v: tensor<2x?x4x8xf32> {mixer.name = "v", mixer.time = 1 : i64})
    -> (tensor<2x?x4x8xf32> {mixer.name = "y"}) {
  %S = mixer.gram %q, %k {scale = 0.25 : f32} : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  %P = mixer.softmax %S
  %y = mixer.apply %P, %v : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
