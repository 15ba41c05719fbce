// y = x Wᵀ for rows of 384, W 1536 x 384 a weight of the model.
ml_program.global private @w(#ml_program.extern : tensor<1536x384xf32>) : tensor<1536x384xf32>
func.func @forward(%x: tensor<1x?x384xf32> {mixer.name = "x", mixer.time = 1 : i64})
    -> (tensor<1x?x1536xf32> {mixer.name = "y"}) {
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %T = tensor.dim %x, %c1 : tensor<1x?x384xf32>
  %w = ml_program.global_load_const @w : tensor<1536x384xf32>
  %empty = tensor.empty(%T) : tensor<1x?x1536xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<1x?x1536xf32>) -> tensor<1x?x1536xf32>
  %y = linalg.contract indexing_maps = [affine_map<(b, t, n, k) -> (b, t, k)>, affine_map<(b, t, n, k) -> (n, k)>,
                                        affine_map<(b, t, n, k) -> (b, t, n)>]
      ins(%x, %w : tensor<1x?x384xf32>, tensor<1536x384xf32>) outs(%init : tensor<1x?x1536xf32>) -> tensor<1x?x1536xf32>
  return %y : tensor<1x?x1536xf32>
}
