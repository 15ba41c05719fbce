// Causal softmax attention with a learned weight for each distance, after the
// softmax: rows are not divided again.
//
//     M_ij = P_ij c[h, min(i - j, L - 1)]    P = softmax(q_i·k_j / √K), j ≤ i
//
// Shapes: q, k [B, T, H, K], v [B, T, H, V], c [H, L].
// Paper: Luo et al., 2022, arXiv:2205.13401.
// Parameters: H = 4, K = 16, V = 8, L = 32.
func.func @urpe(
    %q: tensor<2x?x4x16xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %k: tensor<2x?x4x16xf32> {mixer.name = "k", mixer.time = 1 : i64},
    %v: tensor<2x?x4x8xf32> {mixer.name = "v", mixer.time = 1 : i64},
    %c: tensor<4x32xf32> {mixer.name = "c"})
    -> (tensor<2x?x4x8xf32> {mixer.name = "y"}) {
  %last = arith.constant 31 : index
  %zero = arith.constant 0 : index
  %S = mixer.gram %q, %k {scale = 0.25 : f32} : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  %C = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  %P = mixer.softmax %C
  %U = mixer.map %P {
  ^bb0(%p: f32, %b: index, %h: index, %i: index, %j: index):
    %age = arith.subi %i, %j : index
    %near = arith.minsi %age, %last : index
    %lag = arith.maxsi %near, %zero : index
    %w = tensor.extract %c[%h, %lag] : tensor<4x32xf32>
    %r = arith.mulf %p, %w : f32
    mixer.yield %r : f32
  }
  %y = mixer.apply %U, %v : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
