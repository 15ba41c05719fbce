// y = x Wᵀ for 2048 rows, W 768 x 768 a weight of the model.
ml_program.global private @w(#ml_program.extern : tensor<768x768xf32>) : tensor<768x768xf32>
func.func @forward(%x: tensor<1x?x768xf32> {mixer.name = "x", mixer.time = 1 : i64})
    -> (tensor<1x?x768xf32> {mixer.name = "y"}) {
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %T = tensor.dim %x, %c1 : tensor<1x?x768xf32>
  %w = ml_program.global_load_const @w : tensor<768x768xf32>
  %empty = tensor.empty(%T) : tensor<1x?x768xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<1x?x768xf32>) -> tensor<1x?x768xf32>
  %y = linalg.contract indexing_maps = [affine_map<(b, t, n, k) -> (b, t, k)>, affine_map<(b, t, n, k) -> (n, k)>,
                                        affine_map<(b, t, n, k) -> (b, t, n)>]
      ins(%x, %w : tensor<1x?x768xf32>, tensor<768x768xf32>) outs(%init : tensor<1x?x768xf32>) -> tensor<1x?x768xf32>
  return %y : tensor<1x?x768xf32>
}
