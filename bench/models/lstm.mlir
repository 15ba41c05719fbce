// LSTM of 512 with the projection of its input (Hochreiter and Schmidhuber, 1997):
//
//   (i, f, z, o) = w x_t + r^T h_{t-1} + bias
//   c_t = sigmoid(f) c_{t-1} + sigmoid(i) tanh(z),  y_t = h_t = sigmoid(o) tanh(c_t)
ml_program.global private @w(#ml_program.extern : tensor<2048x512xf32>) : tensor<2048x512xf32>
ml_program.global private @r(#ml_program.extern : tensor<1x512x4x512xf32>) : tensor<1x512x4x512xf32>
ml_program.global private @bias(#ml_program.extern : tensor<4x512xf32>) : tensor<4x512xf32>
func.func @forward(%x: tensor<1x?x512xf32> {mixer.name = "x", mixer.time = 1 : i64})
    -> (tensor<1x?x1x512xf32> {mixer.name = "y"}) {
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %start = arith.constant dense<0.0> : tensor<1x1x512xf32>
  %T = tensor.dim %x, %c1 : tensor<1x?x512xf32>
  %w = ml_program.global_load_const @w : tensor<2048x512xf32>
  %r = ml_program.global_load_const @r : tensor<1x512x4x512xf32>
  %b = ml_program.global_load_const @bias : tensor<4x512xf32>
  %rows = tensor.empty(%T) : tensor<1x?x2048xf32>
  %init = linalg.fill ins(%zero : f32) outs(%rows : tensor<1x?x2048xf32>) -> tensor<1x?x2048xf32>
  %p = linalg.contract indexing_maps = [affine_map<(b, t, n, k) -> (b, t, k)>, affine_map<(b, t, n, k) -> (n, k)>,
                                        affine_map<(b, t, n, k) -> (b, t, n)>]
      ins(%x, %w : tensor<1x?x512xf32>, tensor<2048x512xf32>) outs(%init : tensor<1x?x2048xf32>) -> tensor<1x?x2048xf32>
  %given = tensor.expand_shape %p [[0], [1], [2, 3, 4]] output_shape [1, %T, 1, 4, 512] : tensor<1x?x2048xf32> into tensor<1x?x1x4x512xf32>
  %y0 = tensor.empty(%T) : tensor<1x?x1x512xf32>
  %y, %hT, %cT = mixer.recurrence ins(%given : tensor<1x?x1x4x512xf32>) outs(%y0 : tensor<1x?x1x512xf32>)
      init(%start, %start : tensor<1x1x512xf32>, tensor<1x1x512xf32>) heads {
  ^bb0(%head: index, %xt: tensor<4x512xf32>, %h: tensor<512xf32>, %c: tensor<512xf32>):
    %R = tensor.extract_slice %r[%head, 0, 0, 0] [1, 512, 4, 512] [1, 1, 1, 1] : tensor<1x512x4x512xf32> to tensor<512x4x512xf32>
    %biased = arith.addf %xt, %b : tensor<4x512xf32>
    %g = linalg.contract indexing_maps = [affine_map<(g, d, n) -> (n)>, affine_map<(g, d, n) -> (n, g, d)>, affine_map<(g, d, n) -> (g, d)>]
        ins(%h, %R : tensor<512xf32>, tensor<512x4x512xf32>) outs(%biased : tensor<4x512xf32>) -> tensor<4x512xf32>
    %one = arith.constant dense<1.0> : tensor<4x512xf32>
    %minus = arith.negf %g : tensor<4x512xf32>
    %exp = math.exp %minus : tensor<4x512xf32>
    %more = arith.addf %exp, %one : tensor<4x512xf32>
    %gates = arith.divf %one, %more : tensor<4x512xf32>
    %i = tensor.extract_slice %gates[0, 0] [1, 512] [1, 1] : tensor<4x512xf32> to tensor<512xf32>
    %f = tensor.extract_slice %gates[1, 0] [1, 512] [1, 1] : tensor<4x512xf32> to tensor<512xf32>
    %z = tensor.extract_slice %g[2, 0] [1, 512] [1, 1] : tensor<4x512xf32> to tensor<512xf32>
    %o = tensor.extract_slice %gates[3, 0] [1, 512] [1, 1] : tensor<4x512xf32> to tensor<512xf32>
    %new = math.tanh %z : tensor<512xf32>
    %kept = arith.mulf %f, %c : tensor<512xf32>
    %written = arith.mulf %i, %new : tensor<512xf32>
    %cell = arith.addf %kept, %written : tensor<512xf32>
    %seen = math.tanh %cell : tensor<512xf32>
    %next = arith.mulf %o, %seen : tensor<512xf32>
    mixer.yield %next, %next, %cell : tensor<512xf32>, tensor<512xf32>, tensor<512xf32>
  }
  return %y : tensor<1x?x1x512xf32>
}
