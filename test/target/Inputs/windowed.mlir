// Softmax attention over a window of 24 tokens, with grouped heads.
func.func @windowed(
    %q: tensor<2x?x4x16xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %k: tensor<2x?x2x16xf32> {mixer.name = "k", mixer.time = 1 : i64},
    %v: tensor<2x?x2x8xf32> {mixer.name = "v", mixer.time = 1 : i64})
    -> (tensor<2x?x4x8xf32> {mixer.name = "y"}) {
  %S = mixer.gram %q, %k {scale = 0.25 : f32} : tensor<2x?x4x16xf32>, tensor<2x?x2x16xf32>
  %W = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %w = arith.constant 24 : index
    %d = arith.subi %i, %j : index
    %near = arith.cmpi ult, %d, %w : index
    mixer.yield %near : i1
  }
  %P = mixer.softmax %W
  %y = mixer.apply %P, %v : tensor<2x?x2x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
