// A causal convolution of four taps for each head.
func.func @short_conv(
    %x: tensor<2x?x4x8xf32> {mixer.name = "x", mixer.time = 1 : i64},
    %taps: tensor<4x4xf32> {mixer.name = "taps"})
    -> (tensor<2x?x4x8xf32> {mixer.name = "y"}) {
  %M = mixer.toeplitz %taps : tensor<4x4xf32>
  %y = mixer.apply %M, %x : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
