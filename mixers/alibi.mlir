// Causal softmax attention with a linear penalty for distance.
//
//     s_ij = q_i·k_j / √K - 2^(-8 (h + 1) / H) (i - j), j ≤ i    M = softmax(s)
//
// Shapes: q, k [B, T, H, K], v [B, T, H, V].
// Paper: Press et al., 2021, arXiv:2108.12409.
// Parameters: H = 4, K = 16, V = 8.
func.func @alibi(
    %q: tensor<2x?x4x16xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %k: tensor<2x?x4x16xf32> {mixer.name = "k", mixer.time = 1 : i64},
    %v: tensor<2x?x4x8xf32> {mixer.name = "v", mixer.time = 1 : i64})
    -> (tensor<2x?x4x8xf32> {mixer.name = "y"}) {
  %slopes = arith.constant dense<[0.25, 0.0625, 0.015625, 0.00390625]> : tensor<4xf32>
  %S = mixer.gram %q, %k {scale = 0.25 : f32} : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  %A = mixer.map %S {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %age = arith.subi %i, %j : index
    %whole = arith.index_cast %age : index to i64
    %distance = arith.sitofp %whole : i64 to f32
    %slope = tensor.extract %slopes[%h] : tensor<4xf32>
    %penalty = arith.mulf %slope, %distance : f32
    %r = arith.subf %s, %penalty : f32
    mixer.yield %r : f32
  }
  %C = mixer.mask %A {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  %P = mixer.softmax %C
  %y = mixer.apply %P, %v : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
