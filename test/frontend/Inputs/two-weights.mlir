// y = (gain + bias + kept) x; two weights of a file and one of the module.
ml_program.global private @gain(#ml_program.extern : tensor<3x4xf32>) : tensor<3x4xf32>
ml_program.global private @bias(#ml_program.extern : tensor<4xf32>) : tensor<4xf32>
ml_program.global private @kept(dense<1.0> : tensor<4xf32>) : tensor<4xf32>
func.func @forward(%x: tensor<1x?x4xf32> {mixer.name = "x", mixer.time = 1 : i64})
    -> (tensor<1x?x4xf32> {mixer.name = "y"}) {
  return %x : tensor<1x?x4xf32>
}
