// Causal softmax attention, scores bounded smoothly.
//
//     s_ij = c tanh(q_i·k_j / (√K c)), j ≤ i    M = softmax(s)
//
// Shapes: q, k [B, T, H, K], v [B, T, H, V].
// Paper: Gemma Team, 2024, arXiv:2408.00118.
// Parameters: H = 4, K = 16, V = 8, c = 50.
func.func @soft_cap(
    %q: tensor<2x?x4x16xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %k: tensor<2x?x4x16xf32> {mixer.name = "k", mixer.time = 1 : i64},
    %v: tensor<2x?x4x8xf32> {mixer.name = "v", mixer.time = 1 : i64})
    -> (tensor<2x?x4x8xf32> {mixer.name = "y"}) {
  %cap = arith.constant 50.0 : f32
  %S = mixer.gram %q, %k {scale = 0.25 : f32} : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  %A = mixer.map %S {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %part = arith.divf %s, %cap : f32
    %bounded = math.tanh %part : f32
    %r = arith.mulf %bounded, %cap : f32
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
