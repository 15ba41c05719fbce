// y = softmax(causal(q kᵀ / 8)) v, 8 heads of 64.
func.func @forward(%q: tensor<1x?x8x64xf32> {mixer.name = "q", mixer.time = 1 : i64},
                   %k: tensor<1x?x8x64xf32> {mixer.name = "k", mixer.time = 1 : i64},
                   %v: tensor<1x?x8x64xf32> {mixer.name = "v", mixer.time = 1 : i64})
    -> (tensor<1x?x8x64xf32> {mixer.name = "y"}) {
  %S = mixer.gram %q, %k {scale = 0.125 : f32} : tensor<1x?x8x64xf32>, tensor<1x?x8x64xf32>
  %C = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %past = arith.cmpi sle, %j, %i : index
    mixer.yield %past : i1
  }
  %P = mixer.softmax %C
  %y = mixer.apply %P, %v : tensor<1x?x8x64xf32> -> tensor<1x?x8x64xf32>
  return %y : tensor<1x?x8x64xf32>
}
