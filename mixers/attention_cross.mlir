// Softmax attention over the tokens of another sequence, such as those of an
// encoder: a row needs nothing of earlier rows.
//
//     M_ij = exp(s_ij) / Σ_j exp(s_ij)    s_ij = q_i·k_j / √K
//
// Shapes: q [B, T, H, K], k [B, S, Hk, K], v [B, S, Hk, V].
// Paper: Bahdanau et al., 2014, arXiv:1409.0473; Vaswani et al., 2017,
// arXiv:1706.03762.
// Parameters: H = 4, Hk = 2, K = 16, V = 8, S = 37.
func.func @attention_cross(
    %q: tensor<2x?x4x16xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %k: tensor<2x37x2x16xf32> {mixer.name = "k"},
    %v: tensor<2x37x2x8xf32> {mixer.name = "v"})
    -> (tensor<2x?x4x8xf32> {mixer.name = "y"}) {
  %S = mixer.gram %q, %k {scale = 0.25 : f32} : tensor<2x?x4x16xf32>, tensor<2x37x2x16xf32>
  %P = mixer.softmax %S
  %y = mixer.apply %P, %v : tensor<2x37x2x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
