// Forgetting attention: softmax attention whose scores fade with learned gates.
//
//     s_ij = q_i·k_j / √K + Σ_{j < s ≤ i} log_f_s, j ≤ i    M = softmax(s)
//
// Shapes: q, k [B, T, H, K], v [B, T, H, V], log_f [B, T, H] (log sigmoid of the
// gate).
// Paper: Lin et al., 2025, arXiv:2503.02130.
// Parameters: H = 4, K = 16, V = 8.
func.func @forgetting(
    %q: tensor<2x?x4x16xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %k: tensor<2x?x4x16xf32> {mixer.name = "k", mixer.time = 1 : i64},
    %v: tensor<2x?x4x8xf32> {mixer.name = "v", mixer.time = 1 : i64},
    %log_f: tensor<2x?x4xf32> {mixer.name = "log_f", mixer.time = 1 : i64, mixer.range = array<f64: 0xFFF0000000000000, 0.0>})
    -> (tensor<2x?x4x8xf32> {mixer.name = "y"}) {
  %S = mixer.gram %q, %k {scale = 0.25 : f32} : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  %F = mixer.segment_sum %log_f : tensor<2x?x4xf32>
  %A = mixer.add %S, %F
  %C = mixer.mask %A {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  %P = mixer.softmax %C
  %y = mixer.apply %P, %v : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
