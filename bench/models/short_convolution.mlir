// Causal convolution of 4 taps a channel and SiLU, 1536 channels: y = silu(M x),
// M_ij = taps_{i-j}, 0 ≤ i - j < 4.
#id = affine_map<(b, t, h, d) -> (b, t, h, d)>
func.func @forward(%x: tensor<1x?x1536x1xf32> {mixer.name = "x", mixer.time = 1 : i64},
                   %taps: tensor<1536x4xf32> {mixer.name = "taps"})
    -> (tensor<1x?x1536x1xf32> {mixer.name = "y"}) {
  %M = mixer.toeplitz %taps : tensor<1536x4xf32>
  %u = mixer.apply %M, %x : tensor<1x?x1536x1xf32> -> tensor<1x?x1536x1xf32>
  %one = arith.constant 1.0 : f32
  %y = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      outs(%u : tensor<1x?x1536x1xf32>) {
  ^bb0(%s: f32):
    %n = arith.negf %s : f32
    %e = math.exp %n : f32
    %d = arith.addf %e, %one : f32
    %r = arith.divf %s, %d : f32
    linalg.yield %r : f32
  } -> tensor<1x?x1536x1xf32>
  return %y : tensor<1x?x1536x1xf32>
}
