// A Mamba-2 block (Dao and Gu 2024, arXiv:2405.21060): width 32, inner width
// 64 as 4 heads of 16, state 16, one group, convolution over 4 tokens.
#rows = affine_map<(b, t, n, k) -> (b, t, k)>
#weight = affine_map<(b, t, n, k) -> (n, k)>
#out = affine_map<(b, t, n, k) -> (b, t, n)>
#full = affine_map<(b, t, d) -> (b, t, d)>
#channel = affine_map<(b, t, d) -> (d)>
#token = affine_map<(b, t, d) -> (b, t)>
#full4 = affine_map<(b, t, h, d) -> (b, t, h, d)>
#head4 = affine_map<(b, t, h, d) -> (b, t, h)>
#skip4 = affine_map<(b, t, h, d) -> (h)>

ml_program.global private @in_proj(#ml_program.extern : tensor<164x32xf32>) : tensor<164x32xf32>
ml_program.global private @conv_weight(#ml_program.extern : tensor<96x4xf32>) : tensor<96x4xf32>
ml_program.global private @conv_bias(#ml_program.extern : tensor<96xf32>) : tensor<96xf32>
ml_program.global private @dt_bias(#ml_program.extern : tensor<4xf32>) : tensor<4xf32>
ml_program.global private @a_log(#ml_program.extern : tensor<4xf32>) : tensor<4xf32>
ml_program.global private @skip(#ml_program.extern : tensor<4xf32>) : tensor<4xf32>
ml_program.global private @norm(#ml_program.extern : tensor<64xf32>) : tensor<64xf32>
ml_program.global private @out_proj(#ml_program.extern : tensor<32x64xf32>) : tensor<32x64xf32>

func.func @forward(%x: tensor<2x?x32xf32> {mixer.name = "x", mixer.time = 1 : i64})
    -> (tensor<2x?x32xf32> {mixer.name = "y"}) {
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %T = tensor.dim %x, %c1 : tensor<2x?x32xf32>

  // [z | x B C | dt] = in_proj x
  %in_proj = ml_program.global_load_const @in_proj : tensor<164x32xf32>
  %p_empty = tensor.empty(%T) : tensor<2x?x164xf32>
  %p_zero = linalg.fill ins(%zero : f32) outs(%p_empty : tensor<2x?x164xf32>) -> tensor<2x?x164xf32>
  %p = linalg.generic {indexing_maps = [#rows, #weight, #out], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%x, %in_proj : tensor<2x?x32xf32>, tensor<164x32xf32>) outs(%p_zero : tensor<2x?x164xf32>) {
  ^bb0(%a: f32, %w: f32, %s: f32):
    %m = arith.mulf %a, %w : f32
    %r = arith.addf %s, %m : f32
    linalg.yield %r : f32
  } -> tensor<2x?x164xf32>
  %z = tensor.extract_slice %p[0, 0, 0] [2, %T, 64] [1, 1, 1] : tensor<2x?x164xf32> to tensor<2x?x64xf32>
  %xbc = tensor.extract_slice %p[0, 0, 64] [2, %T, 96] [1, 1, 1] : tensor<2x?x164xf32> to tensor<2x?x96xf32>
  %dt_raw = tensor.extract_slice %p[0, 0, 160] [2, %T, 4] [1, 1, 1] : tensor<2x?x164xf32> to tensor<2x?x4xf32>

  // silu(conv(x B C) + bias), a head for each channel
  %taps = ml_program.global_load_const @conv_weight : tensor<96x4xf32>
  %bias = ml_program.global_load_const @conv_bias : tensor<96xf32>
  %channels = tensor.expand_shape %xbc [[0], [1], [2, 3]] output_shape [2, %T, 96, 1] : tensor<2x?x96xf32> into tensor<2x?x96x1xf32>
  %Conv = mixer.toeplitz %taps : tensor<96x4xf32>
  %conv4 = mixer.apply %Conv, %channels : tensor<2x?x96x1xf32> -> tensor<2x?x96x1xf32>
  %conv = tensor.collapse_shape %conv4 [[0], [1], [2, 3]] : tensor<2x?x96x1xf32> into tensor<2x?x96xf32>
  %act_empty = tensor.empty(%T) : tensor<2x?x96xf32>
  %act = linalg.generic {indexing_maps = [#full, #channel, #full], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%conv, %bias : tensor<2x?x96xf32>, tensor<96xf32>) outs(%act_empty : tensor<2x?x96xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %u = arith.addf %a, %b : f32
    %neg = arith.negf %u : f32
    %e = math.exp %neg : f32
    %den = arith.addf %one, %e : f32
    %r = arith.divf %u, %den : f32
    linalg.yield %r : f32
  } -> tensor<2x?x96xf32>
  %v_flat = tensor.extract_slice %act[0, 0, 0] [2, %T, 64] [1, 1, 1] : tensor<2x?x96xf32> to tensor<2x?x64xf32>
  %v = tensor.expand_shape %v_flat [[0], [1], [2, 3]] output_shape [2, %T, 4, 16] : tensor<2x?x64xf32> into tensor<2x?x4x16xf32>
  %b_flat = tensor.extract_slice %act[0, 0, 64] [2, %T, 16] [1, 1, 1] : tensor<2x?x96xf32> to tensor<2x?x16xf32>
  %k = tensor.expand_shape %b_flat [[0], [1], [2, 3]] output_shape [2, %T, 1, 16] : tensor<2x?x16xf32> into tensor<2x?x1x16xf32>
  %c_flat = tensor.extract_slice %act[0, 0, 80] [2, %T, 16] [1, 1, 1] : tensor<2x?x96xf32> to tensor<2x?x16xf32>
  %q = tensor.expand_shape %c_flat [[0], [1], [2, 3]] output_shape [2, %T, 1, 16] : tensor<2x?x16xf32> into tensor<2x?x1x16xf32>

  // dt = softplus(dt + bias), log a = -exp(a_log) dt
  %dt_bias = ml_program.global_load_const @dt_bias : tensor<4xf32>
  %a_log = ml_program.global_load_const @a_log : tensor<4xf32>
  %g_empty = tensor.empty(%T) : tensor<2x?x4xf32>
  %dt, %log_a = linalg.generic {indexing_maps = [#full, #channel, #channel, #full, #full], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%dt_raw, %dt_bias, %a_log : tensor<2x?x4xf32>, tensor<4xf32>, tensor<4xf32>) outs(%g_empty, %g_empty : tensor<2x?x4xf32>, tensor<2x?x4xf32>) {
  ^bb0(%a: f32, %b: f32, %l: f32, %o0: f32, %o1: f32):
    %u = arith.addf %a, %b : f32
    %e = math.exp %u : f32
    %soft = math.log1p %e : f32
    %el = math.exp %l : f32
    %rate = arith.negf %el : f32
    %g = arith.mulf %rate, %soft : f32
    linalg.yield %soft, %g : f32, f32
  } -> (tensor<2x?x4xf32>, tensor<2x?x4xf32>)
  %vdt_empty = tensor.empty(%T) : tensor<2x?x4x16xf32>
  %vdt = linalg.generic {indexing_maps = [#full4, #head4, #full4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%v, %dt : tensor<2x?x4x16xf32>, tensor<2x?x4xf32>) outs(%vdt_empty : tensor<2x?x4x16xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %r = arith.mulf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<2x?x4x16xf32>

  // M_ij = c_i · b_j exp(Σ log a)
  %L = mixer.decay %log_a : tensor<2x?x4xf32>
  %G = mixer.gram %q, %k : tensor<2x?x1x16xf32>, tensor<2x?x1x16xf32>
  %M = mixer.hadamard %L, %G
  %s = mixer.apply %M, %vdt : tensor<2x?x4x16xf32> -> tensor<2x?x4x16xf32>

  // (s + skip v) silu(z), root mean square norm, out projection
  %skip = ml_program.global_load_const @skip : tensor<4xf32>
  %sk_empty = tensor.empty(%T) : tensor<2x?x4x16xf32>
  %sk = linalg.generic {indexing_maps = [#full4, #full4, #skip4, #full4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%s, %v, %skip : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>, tensor<4xf32>) outs(%sk_empty : tensor<2x?x4x16xf32>) {
  ^bb0(%a: f32, %b: f32, %d: f32, %o: f32):
    %m = arith.mulf %b, %d : f32
    %r = arith.addf %a, %m : f32
    linalg.yield %r : f32
  } -> tensor<2x?x4x16xf32>
  %sk_flat = tensor.collapse_shape %sk [[0], [1], [2, 3]] : tensor<2x?x4x16xf32> into tensor<2x?x64xf32>
  %h_empty = tensor.empty(%T) : tensor<2x?x64xf32>
  %gated = linalg.generic {indexing_maps = [#full, #full, #full], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%sk_flat, %z : tensor<2x?x64xf32>, tensor<2x?x64xf32>) outs(%h_empty : tensor<2x?x64xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %neg = arith.negf %b : f32
    %e = math.exp %neg : f32
    %den = arith.addf %one, %e : f32
    %silu = arith.divf %b, %den : f32
    %r = arith.mulf %a, %silu : f32
    linalg.yield %r : f32
  } -> tensor<2x?x64xf32>
  %n_empty = tensor.empty(%T) : tensor<2x?xf32>
  %n_zero = linalg.fill ins(%zero : f32) outs(%n_empty : tensor<2x?xf32>) -> tensor<2x?xf32>
  %squares = linalg.generic {indexing_maps = [#full, #token], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%gated : tensor<2x?x64xf32>) outs(%n_zero : tensor<2x?xf32>) {
  ^bb0(%a: f32, %sum: f32):
    %m = arith.mulf %a, %a : f32
    %r = arith.addf %sum, %m : f32
    linalg.yield %r : f32
  } -> tensor<2x?xf32>
  %norm = ml_program.global_load_const @norm : tensor<64xf32>
  %share = arith.constant 1.5625e-02 : f32
  %eps = arith.constant 1.0e-05 : f32
  %normed = linalg.generic {indexing_maps = [#full, #token, #channel, #full], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%gated, %squares, %norm : tensor<2x?x64xf32>, tensor<2x?xf32>, tensor<64xf32>) outs(%h_empty : tensor<2x?x64xf32>) {
  ^bb0(%a: f32, %sum: f32, %w: f32, %o: f32):
    %mean = arith.mulf %sum, %share : f32
    %var = arith.addf %mean, %eps : f32
    %scale = math.rsqrt %var : f32
    %unit = arith.mulf %a, %scale : f32
    %r = arith.mulf %unit, %w : f32
    linalg.yield %r : f32
  } -> tensor<2x?x64xf32>
  %out_proj = ml_program.global_load_const @out_proj : tensor<32x64xf32>
  %y_empty = tensor.empty(%T) : tensor<2x?x32xf32>
  %y_zero = linalg.fill ins(%zero : f32) outs(%y_empty : tensor<2x?x32xf32>) -> tensor<2x?x32xf32>
  %y = linalg.generic {indexing_maps = [#rows, #weight, #out], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%normed, %out_proj : tensor<2x?x64xf32>, tensor<32x64xf32>) outs(%y_zero : tensor<2x?x32xf32>) {
  ^bb0(%a: f32, %w: f32, %sum: f32):
    %m = arith.mulf %a, %w : f32
    %r = arith.addf %sum, %m : f32
    linalg.yield %r : f32
  } -> tensor<2x?x32xf32>
  return %y : tensor<2x?x32xf32>
}
