// Selective scan as a Mamba layer uses it (arXiv:2312.00752): the step's
// softplus, the skip and the gate included, 1536 channels with 16 states each.
//
//     dt = softplus(s),  M_ij = Σ_n c_in b_jn exp(a_dn Σ_{j < l ≤ i} dt_ld)    j ≤ i
//     y = (M (dt x) + skip x) silu(z)
#d = affine_map<(b, t, d) -> (b, t, d)>
#skip = affine_map<(b, t, d) -> (d)>
#step = affine_map<(b, t, d, n) -> (b, t, d)>
#state = affine_map<(b, t, d, n) -> (d, n)>
#all = affine_map<(b, t, d, n) -> (b, t, d, n)>
func.func @forward(%x: tensor<1x?x1536xf32> {mixer.name = "x", mixer.time = 1 : i64},
                   %s: tensor<1x?x1536xf32> {mixer.name = "s", mixer.time = 1 : i64},
                   %a: tensor<1536x16xf32> {mixer.name = "a", mixer.range = array<f64: 0xFFF0000000000000, 0.0>},
                   %b: tensor<1x?x1x16xf32> {mixer.name = "b", mixer.time = 1 : i64},
                   %c: tensor<1x?x1x16xf32> {mixer.name = "c", mixer.time = 1 : i64},
                   %skip: tensor<1536xf32> {mixer.name = "skip"},
                   %z: tensor<1x?x1536xf32> {mixer.name = "z", mixer.time = 1 : i64})
    -> (tensor<1x?x1536xf32> {mixer.name = "y"}) {
  %c1 = arith.constant 1 : index
  %one = arith.constant 1.0 : f32
  %zero = arith.constant 0.0 : f32
  %T = tensor.dim %x, %c1 : tensor<1x?x1536xf32>
  %row = tensor.empty(%T) : tensor<1x?x1536xf32>
  %dt = linalg.generic {indexing_maps = [#d, #d], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%s : tensor<1x?x1536xf32>) outs(%row : tensor<1x?x1536xf32>) {
  ^bb0(%in: f32, %o: f32):
    %above = arith.maximumf %in, %zero : f32
    %size = math.absf %in : f32
    %minus = arith.negf %size : f32
    %e = math.exp %minus : f32
    %l = math.log1p %e : f32
    %sum = arith.addf %above, %l : f32
    linalg.yield %sum : f32
  } -> tensor<1x?x1536xf32>
  %decays = tensor.empty(%T) : tensor<1x?x1536x16xf32>
  %log_a = linalg.generic {indexing_maps = [#step, #state, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%dt, %a : tensor<1x?x1536xf32>, tensor<1536x16xf32>) outs(%decays : tensor<1x?x1536x16xf32>) {
  ^bb0(%t: f32, %r: f32, %o: f32):
    %p = arith.mulf %t, %r : f32
    linalg.yield %p : f32
  } -> tensor<1x?x1536x16xf32>
  %written = arith.mulf %dt, %x : tensor<1x?x1536xf32>
  %u = tensor.expand_shape %written [[0], [1], [2, 3]] output_shape [1, %T, 1536, 1] : tensor<1x?x1536xf32> into tensor<1x?x1536x1xf32>
  %M = mixer.semiseparable %c, %b decay(%log_a : tensor<1x?x1536x16xf32>) : tensor<1x?x1x16xf32>, tensor<1x?x1x16xf32>
  %heads = mixer.apply %M, %u : tensor<1x?x1536x1xf32> -> tensor<1x?x1536x1xf32>
  %read = tensor.collapse_shape %heads [[0], [1], [2, 3]] : tensor<1x?x1536x1xf32> into tensor<1x?x1536xf32>
  %y = linalg.generic {indexing_maps = [#d, #d, #skip, #d, #d], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%read, %x, %skip, %z : tensor<1x?x1536xf32>, tensor<1x?x1536xf32>, tensor<1536xf32>, tensor<1x?x1536xf32>)
      outs(%row : tensor<1x?x1536xf32>) {
  ^bb0(%scan: f32, %in: f32, %k: f32, %gate: f32, %o: f32):
    %kept = arith.mulf %k, %in : f32
    %sum = arith.addf %scan, %kept : f32
    %minus = arith.negf %gate : f32
    %e = math.exp %minus : f32
    %more = arith.addf %e, %one : f32
    %silu = arith.divf %gate, %more : f32
    %r = arith.mulf %sum, %silu : f32
    linalg.yield %r : f32
  } -> tensor<1x?x1536xf32>
  return %y : tensor<1x?x1536xf32>
}
