// Causal softmax attention inside documents that are packed into one sequence.
//
//     M_ij = exp(s_ij) / Σ_j exp(s_ij)    s_ij = q_i·k_j / √K, j ≤ i, d_i = d_j
//
// Shapes: q, k [B, T, H, K], v [B, T, H, V], d (documents) [B, T], ids.
// Paper: Dong et al., 2024, arXiv:2412.05496.
// Parameters: H = 4, K = 16, V = 8.
func.func @document_mask(
    %q: tensor<2x?x4x16xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %k: tensor<2x?x4x16xf32> {mixer.name = "k", mixer.time = 1 : i64},
    %v: tensor<2x?x4x8xf32> {mixer.name = "v", mixer.time = 1 : i64},
    %documents: tensor<2x?xi32> {mixer.name = "documents", mixer.time = 1 : i64})
    -> (tensor<2x?x4x8xf32> {mixer.name = "y"}) {
  %S = mixer.gram %q, %k {scale = 0.25 : f32} : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  %C = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  %D = mixer.mask %C {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %mine = tensor.extract %documents[%b, %i] : tensor<2x?xi32>
    %its = tensor.extract %documents[%b, %j] : tensor<2x?xi32>
    %same = arith.cmpi eq, %mine, %its : i32
    mixer.yield %same : i1
  }
  %P = mixer.softmax %D
  %y = mixer.apply %P, %v : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
