func.func @damped(
    %q: tensor<2x?x2x128xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %v: tensor<2x?x2x128xf32> {mixer.name = "v", mixer.time = 1 : i64},
    %x: tensor<2x?x2xf32> {mixer.name = "x", mixer.time = 1 : i64})
    -> (tensor<2x?x2x128xf32> {mixer.name = "y"}) {
  %g = example.damping %x : tensor<2x?x2xf32>
  %M = mixer.semiseparable %q, %q decay(%g : tensor<2x?x2xf32>) : tensor<2x?x2x128xf32>, tensor<2x?x2x128xf32>
  %y = mixer.apply %M, %v : tensor<2x?x2x128xf32> -> tensor<2x?x2x128xf32>
  return %y : tensor<2x?x2x128xf32>
}
