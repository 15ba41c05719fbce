// Selective scan (Mamba): a decay per channel, state and token.
//
//     M_ij = Σ_n c_in b_jn exp(a_dn Σ_{j < s ≤ i} dt_sd)    j ≤ i, applied to dt_j x_j
//
// Shapes: x [B, T, D, 1], dt [B, T, D], a [D, N], b, c [B, T, 1, N]; a head is a
// channel.
// Paper: Gu and Dao, 2023, arXiv:2312.00752.
// Parameters: D = 6, N = 16; dt = softplus(…) and a = -exp(…) in the paper.
#t = affine_map<(b, t, d, n) -> (b, t, d)>
#n = affine_map<(b, t, d, n) -> (d, n)>
#tn = affine_map<(b, t, d, n) -> (b, t, d, n)>
func.func @mamba1(
    %x: tensor<2x?x6x1xf32> {mixer.name = "x", mixer.time = 1 : i64},
    %dt: tensor<2x?x6xf32> {mixer.name = "dt", mixer.time = 1 : i64, mixer.range = array<f64: 0.0, 1.0>},
    %a: tensor<6x16xf32> {mixer.name = "a", mixer.range = array<f64: 0xFFF0000000000000, 0.0>},
    %b: tensor<2x?x1x16xf32> {mixer.name = "b", mixer.time = 1 : i64},
    %c: tensor<2x?x1x16xf32> {mixer.name = "c", mixer.time = 1 : i64})
    -> (tensor<2x?x6x1xf32> {mixer.name = "y"}) {
  %c1 = arith.constant 1 : index
  %T = tensor.dim %dt, %c1 : tensor<2x?x6xf32>
  %empty = tensor.empty(%T) : tensor<2x?x6x16xf32>
  %log_a = linalg.generic {indexing_maps = [#t, #n, #tn], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%dt, %a : tensor<2x?x6xf32>, tensor<6x16xf32>) outs(%empty : tensor<2x?x6x16xf32>) {
  ^bb0(%s: f32, %r: f32, %o: f32):
    %p = arith.mulf %s, %r : f32
    linalg.yield %p : f32
  } -> tensor<2x?x6x16xf32>
  %step = tensor.expand_shape %dt [[0], [1], [2, 3]] output_shape [2, %T, 6, 1] : tensor<2x?x6xf32> into tensor<2x?x6x1xf32>
  %u = arith.mulf %step, %x : tensor<2x?x6x1xf32>
  %M = mixer.semiseparable %c, %b decay(%log_a : tensor<2x?x6x16xf32>) : tensor<2x?x1x16xf32>, tensor<2x?x1x16xf32>
  %y = mixer.apply %M, %u : tensor<2x?x6x1xf32> -> tensor<2x?x6x1xf32>
  return %y : tensor<2x?x6x1xf32>
}
