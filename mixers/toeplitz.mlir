// Two-sided Toeplitz mixing: weights that depend on the distance alone.
//
//     M_ij = taps_{i-j+15}    -15 ≤ i - j ≤ 15
//
// Shapes: x [B, T, H, D], taps [H, 31] from the farthest token ahead to the
// farthest one back. Not causal: there is no decode.
// Paper: Qin et al., 2023, arXiv:2305.04749.
// Parameters: H = 4, D = 8, 15 lags on either side.
func.func @toeplitz(
    %x: tensor<2x?x4x8xf32> {mixer.name = "x", mixer.time = 1 : i64},
    %taps: tensor<4x31xf32> {mixer.name = "taps"})
    -> (tensor<2x?x4x8xf32> {mixer.name = "y"}) {
  %M = mixer.toeplitz %taps {first_lag = -15} : tensor<4x31xf32>
  %y = mixer.apply %M, %x : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
