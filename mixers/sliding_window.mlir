// Causal softmax attention over the last W tokens.
//
//     M_ij = exp(s_ij) / Σ_j exp(s_ij)    s_ij = q_i·k_j / √K, 0 ≤ i - j < W
//
// Shapes: q, k [B, T, H, K], v [B, T, H, V].
// Paper: Beltagy et al., 2020, arXiv:2004.05150.
// Parameters: H = 4, K = 16, V = 8, W = 20.
func.func @sliding_window(
    %q: tensor<2x?x4x16xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %k: tensor<2x?x4x16xf32> {mixer.name = "k", mixer.time = 1 : i64},
    %v: tensor<2x?x4x8xf32> {mixer.name = "v", mixer.time = 1 : i64})
    -> (tensor<2x?x4x8xf32> {mixer.name = "y"}) {
  %W = arith.constant 20 : index
  %S = mixer.gram %q, %k {scale = 0.25 : f32} : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  %C = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %age = arith.subi %i, %j : index
    %keep = arith.cmpi ult, %age, %W : index
    mixer.yield %keep : i1
  }
  %P = mixer.softmax %C
  %y = mixer.apply %P, %v : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
