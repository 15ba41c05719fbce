// Causal convolution as long as the text, 768 channels: M_ij = taps_{i-j}, j ≤ i.
// The taps are a weight of the model: their spectrum may be kept.
ml_program.global private @taps(#ml_program.extern : tensor<768x2048xf32>) : tensor<768x2048xf32>
func.func @forward(%x: tensor<1x?x768x1xf32> {mixer.name = "x", mixer.time = 1 : i64})
    -> (tensor<1x?x768x1xf32> {mixer.name = "y"}) {
  %taps = ml_program.global_load_const @taps : tensor<768x2048xf32>
  %M = mixer.toeplitz %taps : tensor<768x2048xf32>
  %y = mixer.apply %M, %x : tensor<1x?x768x1xf32> -> tensor<1x?x768x1xf32>
  return %y : tensor<1x?x768x1xf32>
}
