// Order-2 long convolution between two gates (the mixer of Hyena).
//
//     M_ij = x0_i (taps_{i-j} + bias δ_ij) x1_j    j ≤ i
//
// Shapes: x0, x1, v [B, T, H, 1] with a head for each channel, taps [H, L] for
// at most L - 1 tokens back, bias [H].
// Paper: Poli et al., 2023, arXiv:2302.10866.
// Parameters: H = 32, L = 96.
func.func @hyena(
    %x0: tensor<2x?x32x1xf32> {mixer.name = "x0", mixer.time = 1 : i64},
    %x1: tensor<2x?x32x1xf32> {mixer.name = "x1", mixer.time = 1 : i64},
    %v: tensor<2x?x32x1xf32> {mixer.name = "v", mixer.time = 1 : i64},
    %taps: tensor<32x96xf32> {mixer.name = "taps", mixer.range = array<f64: -0.1, 0.1>},
    %bias: tensor<32xf32> {mixer.name = "bias"})
    -> (tensor<2x?x32x1xf32> {mixer.name = "y"}) {
  %rows = tensor.collapse_shape %x0 [[0], [1], [2, 3]] : tensor<2x?x32x1xf32> into tensor<2x?x32xf32>
  %columns = tensor.collapse_shape %x1 [[0], [1], [2, 3]] : tensor<2x?x32x1xf32> into tensor<2x?x32xf32>
  %d = linalg.broadcast ins(%bias : tensor<32xf32>) outs(%rows : tensor<2x?x32xf32>) dimensions = [0, 1]
  %T = mixer.toeplitz %taps : tensor<32x96xf32>
  %D = mixer.diagonal %d : tensor<2x?x32xf32>
  %S = mixer.add %T, %D
  %R = mixer.scale_cols %S, %columns : tensor<2x?x32xf32>
  %M = mixer.scale_rows %R, %rows : tensor<2x?x32xf32>
  %y = mixer.apply %M, %v : tensor<2x?x32x1xf32> -> tensor<2x?x32x1xf32>
  return %y : tensor<2x?x32x1xf32>
}
