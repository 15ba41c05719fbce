// Short causal convolution of each channel, then SiLU, as before the scans and
// attentions of many mixers.
//
//     M_ij = taps_{i-j}    0 ≤ i - j < 4,    y = silu(M x)
//
// The last tap of a causal_conv1d weight is tap 0. No bias.
// Shapes: x [B, T, H, 1] with a head for each channel, taps [H, L].
// Paper: Gu and Dao, 2023, arXiv:2312.00752.
// Parameters: H = 32, L = 4.
#id = affine_map<(b, t, h, d) -> (b, t, h, d)>
func.func @short_conv(
    %x: tensor<2x?x32x1xf32> {mixer.name = "x", mixer.time = 1 : i64},
    %taps: tensor<32x4xf32> {mixer.name = "taps"})
    -> (tensor<2x?x32x1xf32> {mixer.name = "y"}) {
  %M = mixer.toeplitz %taps : tensor<32x4xf32>
  %u = mixer.apply %M, %x : tensor<2x?x32x1xf32> -> tensor<2x?x32x1xf32>
  %one = arith.constant 1.0 : f32
  %y = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      outs(%u : tensor<2x?x32x1xf32>) {
  ^bb0(%s: f32):
    %n = arith.negf %s : f32
    %e = math.exp %n : f32
    %d = arith.addf %e, %one : f32
    %r = arith.divf %s, %d : f32
    linalg.yield %r : f32
  } -> tensor<2x?x32x1xf32>
  return %y : tensor<2x?x32x1xf32>
}
