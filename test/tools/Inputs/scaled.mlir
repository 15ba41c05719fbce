// y = w * x, with w in a file.
ml_program.global private @w(#ml_program.extern : tensor<4xf32>) : tensor<4xf32>
func.func @forward(%x: tensor<1x?x4xf32> {mixer.name = "x", mixer.time = 1 : i64})
    -> (tensor<1x?x4xf32> {mixer.name = "y"}) {
  %w = ml_program.global_load_const @w : tensor<4xf32>
  %one = arith.constant 1 : index
  %tokens = tensor.dim %x, %one : tensor<1x?x4xf32>
  %empty = tensor.empty(%tokens) : tensor<1x?x4xf32>
  %y = linalg.generic {
    indexing_maps = [affine_map<(b, t, d) -> (b, t, d)>, affine_map<(b, t, d) -> (d)>,
                     affine_map<(b, t, d) -> (b, t, d)>],
    iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x, %w : tensor<1x?x4xf32>, tensor<4xf32>) outs(%empty : tensor<1x?x4xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %product = arith.mulf %a, %b : f32
    linalg.yield %product : f32
  } -> tensor<1x?x4xf32>
  return %y : tensor<1x?x4xf32>
}
