func.func @three_heads(
    %q: tensor<2x?x2x8xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %v: tensor<2x?x3x4xf32> {mixer.name = "v", mixer.time = 1 : i64})
    -> (tensor<2x?x2x4xf32> {mixer.name = "y"}) {
  %M = example.laplace %q, %q causal : tensor<2x?x2x8xf32>
  %y = mixer.apply %M, %v : tensor<2x?x3x4xf32> -> tensor<2x?x2x4xf32>
  return %y : tensor<2x?x2x4xf32>
}
