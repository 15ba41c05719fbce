// Causal softmax attention with a sink: a learned share of the weight that goes
// nowhere.
//
//     M_ij = exp(s_ij) / (exp(sink_h) + Σ_{j ≤ i} exp(s_ij))    s_ij = q_i·k_j / √K, j ≤ i
//
// Shapes: q, k [B, T, H, K], v [B, T, H, V], sink [H].
// Paper: OpenAI, 2025, arXiv:2508.10925; Xiao et al., 2023, arXiv:2309.17453.
// Parameters: H = 4, K = 16, V = 8.
func.func @sink(
    %q: tensor<2x?x4x16xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %k: tensor<2x?x4x16xf32> {mixer.name = "k", mixer.time = 1 : i64},
    %v: tensor<2x?x4x8xf32> {mixer.name = "v", mixer.time = 1 : i64},
    %sink: tensor<4xf32> {mixer.name = "sink"})
    -> (tensor<2x?x4x8xf32> {mixer.name = "y"}) {
  %S = mixer.gram %q, %k {scale = 0.25 : f32} : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  %C = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  %P = mixer.softmax %C sink(%sink : tensor<4xf32>)
  %y = mixer.apply %P, %v : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
