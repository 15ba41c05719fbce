// Softmax attention over a window of 32 tokens.
func.func @window(
    %q: tensor<1x?x2x16xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %k: tensor<1x?x2x16xf32> {mixer.name = "k", mixer.time = 1 : i64},
    %v: tensor<1x?x2x8xf32> {mixer.name = "v", mixer.time = 1 : i64})
    -> (tensor<1x?x2x8xf32> {mixer.name = "y"}) {
  %S = mixer.gram %q, %k {scale = 0.25 : f32} : tensor<1x?x2x16xf32>, tensor<1x?x2x16xf32>
  %W = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %w = arith.constant 32 : index
    %zero = arith.constant 0 : index
    %age = arith.subi %i, %j : index
    %seen = arith.cmpi sge, %age, %zero : index
    %near = arith.cmpi slt, %age, %w : index
    %keep = arith.andi %seen, %near : i1
    mixer.yield %keep : i1
  }
  %P = mixer.softmax %W
  %y = mixer.apply %P, %v : tensor<1x?x2x8xf32> -> tensor<1x?x2x8xf32>
  return %y : tensor<1x?x2x8xf32>
}
