// A gated short convolution: width 32; [b | c | u] = in_proj x,
// y = out_proj (c · conv(b · u)), over 3 tokens, a head for each channel.
#rows = affine_map<(b, t, n, k) -> (b, t, k)>
#weight = affine_map<(b, t, n, k) -> (n, k)>
#out = affine_map<(b, t, n, k) -> (b, t, n)>

ml_program.global private @in_proj(#ml_program.extern : tensor<96x32xf32>) : tensor<96x32xf32>
ml_program.global private @conv_weight(#ml_program.extern : tensor<32x3xf32>) : tensor<32x3xf32>
ml_program.global private @out_proj(#ml_program.extern : tensor<32x32xf32>) : tensor<32x32xf32>

func.func @forward(%x: tensor<2x?x32xf32> {mixer.name = "x", mixer.time = 1 : i64})
    -> (tensor<2x?x32xf32> {mixer.name = "y"}) {
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %T = tensor.dim %x, %c1 : tensor<2x?x32xf32>
  %in_proj = ml_program.global_load_const @in_proj : tensor<96x32xf32>
  %p_empty = tensor.empty(%T) : tensor<2x?x96xf32>
  %p_zero = linalg.fill ins(%zero : f32) outs(%p_empty : tensor<2x?x96xf32>) -> tensor<2x?x96xf32>
  %p = linalg.contract indexing_maps = [#rows, #weight, #out]
      ins(%x, %in_proj : tensor<2x?x32xf32>, tensor<96x32xf32>) outs(%p_zero : tensor<2x?x96xf32>) -> tensor<2x?x96xf32>
  %b = tensor.extract_slice %p[0, 0, 0] [2, %T, 32] [1, 1, 1] : tensor<2x?x96xf32> to tensor<2x?x32xf32>
  %c = tensor.extract_slice %p[0, 0, 32] [2, %T, 32] [1, 1, 1] : tensor<2x?x96xf32> to tensor<2x?x32xf32>
  %u = tensor.extract_slice %p[0, 0, 64] [2, %T, 32] [1, 1, 1] : tensor<2x?x96xf32> to tensor<2x?x32xf32>

  %bu = arith.mulf %b, %u : tensor<2x?x32xf32>
  %channels = tensor.expand_shape %bu [[0], [1], [2, 3]] output_shape [2, %T, 32, 1] : tensor<2x?x32xf32> into tensor<2x?x32x1xf32>
  %taps = ml_program.global_load_const @conv_weight : tensor<32x3xf32>
  %M = mixer.toeplitz %taps : tensor<32x3xf32>
  %mixed = mixer.apply %M, %channels : tensor<2x?x32x1xf32> -> tensor<2x?x32x1xf32>
  %flat = tensor.collapse_shape %mixed [[0], [1], [2, 3]] : tensor<2x?x32x1xf32> into tensor<2x?x32xf32>
  %gated = arith.mulf %c, %flat : tensor<2x?x32xf32>

  %out_proj = ml_program.global_load_const @out_proj : tensor<32x32xf32>
  %y_empty = tensor.empty(%T) : tensor<2x?x32xf32>
  %y_zero = linalg.fill ins(%zero : f32) outs(%y_empty : tensor<2x?x32xf32>) -> tensor<2x?x32xf32>
  %y = linalg.contract indexing_maps = [#rows, #weight, #out]
      ins(%gated, %out_proj : tensor<2x?x32xf32>, tensor<32x32xf32>) outs(%y_zero : tensor<2x?x32xf32>) -> tensor<2x?x32xf32>
  return %y : tensor<2x?x32xf32>
}
