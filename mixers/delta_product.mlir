// Gated delta product: R delta rules for each token, one decay before them, read
// after the last.
//
//     M_i,(j,s) = q_iᵀ A_i ⋯ A_{j+1} (I - beta_jR k_jR k_jRᵀ) ⋯ (I - beta_j,s+1 …) k_js beta_js / √K
//     A_t = (I - beta_tR k_tR k_tRᵀ) ⋯ (I - beta_t1 k_t1 k_t1ᵀ) exp(log_a_t)    j ≤ i
//
// Shapes: q [B, T, H, K], k [B, T, R, H, K], v [B, T, R, H, V], log_a [B, T, H], beta
// [B, T, R, H].
// Paper: Siems et al., 2025, arXiv:2502.10297.
// Parameters: R = 2, H = 4, K = 16, V = 8; keys of length at most 1.
#t = affine_map<(b, t, r, h) -> (b, t, h)>
#r = affine_map<(b, t, r, h) -> (b, t, r, h)>
#h = affine_map<(b, t, r, h, d) -> (b, t, r, h)>
#d = affine_map<(b, t, r, h, d) -> (b, t, r, h, d)>
func.func @delta_product(
    %q: tensor<2x?x4x16xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %k: tensor<2x?x2x4x16xf32> {mixer.name = "k", mixer.time = 1 : i64, mixer.range = array<f64: -0.25, 0.25>},
    %v: tensor<2x?x2x4x8xf32> {mixer.name = "v", mixer.time = 1 : i64},
    %log_a: tensor<2x?x4xf32> {mixer.name = "log_a", mixer.time = 1 : i64, mixer.range = array<f64: 0xFFF0000000000000, 0.0>},
    %beta: tensor<2x?x2x4xf32> {mixer.name = "beta", mixer.time = 1 : i64, mixer.range = array<f64: 0.0, 1.0>})
    -> (tensor<2x?x4x8xf32> {mixer.name = "y"}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %T = tensor.dim %q, %c1 : tensor<2x?x4x16xf32>
  %none = tensor.empty(%T) : tensor<2x?x2x4xf32>
  %g = linalg.generic {indexing_maps = [#t, #r], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%log_a : tensor<2x?x4xf32>) outs(%none : tensor<2x?x2x4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = linalg.index 2 : index
    %first = arith.cmpi eq, %r, %c0 : index
    %p = arith.select %first, %x, %zero : f32
    linalg.yield %p : f32
  } -> tensor<2x?x2x4xf32>
  %w = linalg.generic {indexing_maps = [#d, #h, #d], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]}
      ins(%k, %beta : tensor<2x?x2x4x16xf32>, tensor<2x?x2x4xf32>) outs(%k : tensor<2x?x2x4x16xf32>) {
  ^bb0(%x: f32, %s: f32, %o: f32):
    %p = arith.mulf %x, %s : f32
    linalg.yield %p : f32
  } -> tensor<2x?x2x4x16xf32>
  %each = tensor.empty(%T) : tensor<2x?x2x4x16xf32>
  %qs = linalg.broadcast ins(%q : tensor<2x?x4x16xf32>) outs(%each : tensor<2x?x2x4x16xf32>) dimensions = [2]
  %minus = arith.negf %k : tensor<2x?x2x4x16xf32>
  %q1 = tensor.collapse_shape %qs [[0], [1, 2], [3], [4]] : tensor<2x?x2x4x16xf32> into tensor<2x?x4x16xf32>
  %k1 = tensor.collapse_shape %w [[0], [1, 2], [3], [4]] : tensor<2x?x2x4x16xf32> into tensor<2x?x4x16xf32>
  %a1 = tensor.collapse_shape %minus [[0], [1, 2], [3], [4]] : tensor<2x?x2x4x16xf32> into tensor<2x?x4x16xf32>
  %v1 = tensor.collapse_shape %v [[0], [1, 2], [3], [4]] : tensor<2x?x2x4x8xf32> into tensor<2x?x4x8xf32>
  %g1 = tensor.collapse_shape %g [[0], [1, 2], [3]] : tensor<2x?x2x4xf32> into tensor<2x?x4xf32>
  %M = mixer.semiseparable %q1, %k1 decay(%g1 : tensor<2x?x4xf32>) erase(%a1, %k1 : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>) erase_reads decayed {scale = 0.25 : f32} : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  %y1 = mixer.apply %M, %v1 : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  %ys = tensor.expand_shape %y1 [[0], [1, 2], [3], [4]] output_shape [2, %T, 2, 4, 8] : tensor<2x?x4x8xf32> into tensor<2x?x2x4x8xf32>
  %y = tensor.extract_slice %ys[0, 0, 1, 0, 0] [2, %T, 1, 4, 8] [1, 1, 1, 1, 1] : tensor<2x?x2x4x8xf32> to tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
