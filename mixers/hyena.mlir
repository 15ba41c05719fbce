// Order-2 long convolution between two gates (the mixer of Hyena).
//
//     M_ij = x0_i (taps_{i-j} + bias δ_ij) x1_j    j ≤ i
//
// Shapes: x0, x1, v [B, T, H, 1] with a head for each channel, taps [H, L] for
// at most L - 1 tokens back, bias [H].
// Paper: Poli et al., 2023, arXiv:2302.10866.
// Parameters: H = 32, L = 96.
#all = affine_map<(b, t, h, d) -> (b, t, h, d)>
#head = affine_map<(b, t, h, d) -> (h)>
func.func @hyena(
    %x0: tensor<2x?x32x1xf32> {mixer.name = "x0", mixer.time = 1 : i64},
    %x1: tensor<2x?x32x1xf32> {mixer.name = "x1", mixer.time = 1 : i64},
    %v: tensor<2x?x32x1xf32> {mixer.name = "v", mixer.time = 1 : i64},
    %taps: tensor<32x96xf32> {mixer.name = "taps", mixer.range = array<f64: -0.1, 0.1>},
    %bias: tensor<32xf32> {mixer.name = "bias"})
    -> (tensor<2x?x32x1xf32> {mixer.name = "y"}) {
  %T = mixer.toeplitz %taps : tensor<32x96xf32>
  %u = arith.mulf %x1, %v : tensor<2x?x32x1xf32>
  %c = mixer.apply %T, %u : tensor<2x?x32x1xf32> -> tensor<2x?x32x1xf32>
  %y = linalg.generic {indexing_maps = [#all, #all, #head, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%x0, %u, %bias : tensor<2x?x32x1xf32>, tensor<2x?x32x1xf32>, tensor<32xf32>) outs(%c : tensor<2x?x32x1xf32>) {
  ^bb0(%g: f32, %w: f32, %d: f32, %s: f32):
    %skip = arith.mulf %d, %w : f32
    %sum = arith.addf %s, %skip : f32
    %r = arith.mulf %g, %sum : f32
    linalg.yield %r : f32
  } -> tensor<2x?x32x1xf32>
  return %y : tensor<2x?x32x1xf32>
}
