// Softmax attention, causal but for a prefix that all tokens see.
//
//     M_ij = exp(s_ij) / Σ_j exp(s_ij)    s_ij = q_i·k_j / √K, j ≤ i or j < P
//
// Shapes: q, k [B, T, H, K], v [B, T, H, V]. The prefix looks ahead: there is no
// decode that could begin inside it.
// Paper: Raffel et al., 2019, arXiv:1910.10683.
// Parameters: H = 4, K = 16, V = 8, P = 20.
func.func @prefix_lm(
    %q: tensor<2x?x4x16xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %k: tensor<2x?x4x16xf32> {mixer.name = "k", mixer.time = 1 : i64},
    %v: tensor<2x?x4x8xf32> {mixer.name = "v", mixer.time = 1 : i64})
    -> (tensor<2x?x4x8xf32> {mixer.name = "y"}) {
  %P = arith.constant 20 : index
  %S = mixer.gram %q, %k {scale = 0.25 : f32} : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  %C = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %earlier = arith.cmpi sle, %j, %i : index
    %prefix = arith.cmpi slt, %j, %P : index
    %keep = arith.ori %earlier, %prefix : i1
    mixer.yield %keep : i1
  }
  %N = mixer.softmax %C
  %y = mixer.apply %N, %v : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
