// GRU of 512 with the projection of its input, the reset gate after the recurrent
// product as in cuDNN (arXiv:1406.1078):
//
//   (x_r, x_z, x_n) = w x_t,  (g, r, z) = R^T h_{t-1} + (bias_0, bias_1, bias_2)
//   n = tanh(x_n + bias_3 + sigmoid(x_r + r) g)
//   y_t = h_t = u h_{t-1} + (1 - u) n,  u = sigmoid(x_z + z)
ml_program.global private @w(#ml_program.extern : tensor<1536x512xf32>) : tensor<1536x512xf32>
ml_program.global private @r(#ml_program.extern : tensor<1x512x3x512xf32>) : tensor<1x512x3x512xf32>
ml_program.global private @bias(#ml_program.extern : tensor<4x512xf32>) : tensor<4x512xf32>
func.func @forward(%x: tensor<1x?x512xf32> {mixer.name = "x", mixer.time = 1 : i64})
    -> (tensor<1x?x1x512xf32> {mixer.name = "y"}) {
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %h0 = arith.constant dense<0.0> : tensor<1x1x512xf32>
  %T = tensor.dim %x, %c1 : tensor<1x?x512xf32>
  %w = ml_program.global_load_const @w : tensor<1536x512xf32>
  %r = ml_program.global_load_const @r : tensor<1x512x3x512xf32>
  %bias = ml_program.global_load_const @bias : tensor<4x512xf32>
  %rows = tensor.empty(%T) : tensor<1x?x1536xf32>
  %init = linalg.fill ins(%zero : f32) outs(%rows : tensor<1x?x1536xf32>) -> tensor<1x?x1536xf32>
  %p = linalg.contract indexing_maps = [affine_map<(b, t, n, k) -> (b, t, k)>, affine_map<(b, t, n, k) -> (n, k)>,
                                        affine_map<(b, t, n, k) -> (b, t, n)>]
      ins(%x, %w : tensor<1x?x512xf32>, tensor<1536x512xf32>) outs(%init : tensor<1x?x1536xf32>) -> tensor<1x?x1536xf32>
  %inputs = tensor.expand_shape %p [[0], [1], [2, 3, 4]] output_shape [1, %T, 1, 3, 512] : tensor<1x?x1536xf32> into tensor<1x?x1x3x512xf32>
  %y0 = tensor.empty(%T) : tensor<1x?x1x512xf32>
  %y, %hT = mixer.recurrence ins(%inputs : tensor<1x?x1x3x512xf32>) outs(%y0 : tensor<1x?x1x512xf32>)
      init(%h0 : tensor<1x1x512xf32>) heads {
  ^bb0(%head: index, %xt: tensor<3x512xf32>, %h: tensor<512xf32>):
    %R = tensor.extract_slice %r[%head, 0, 0, 0] [1, 512, 3, 512] [1, 1, 1, 1] : tensor<1x512x3x512xf32> to tensor<512x3x512xf32>
    %b = tensor.extract_slice %bias[0, 0] [3, 512] [1, 1] : tensor<4x512xf32> to tensor<3x512xf32>
    %bn = tensor.extract_slice %bias[3, 0] [1, 512] [1, 1] : tensor<4x512xf32> to tensor<512xf32>
    %grz = linalg.contract indexing_maps = [affine_map<(g, d, n) -> (n)>, affine_map<(g, d, n) -> (n, g, d)>, affine_map<(g, d, n) -> (g, d)>]
        ins(%h, %R : tensor<512xf32>, tensor<512x3x512xf32>) outs(%b : tensor<3x512xf32>) -> tensor<3x512xf32>
    %g = tensor.extract_slice %grz[0, 0] [1, 512] [1, 1] : tensor<3x512xf32> to tensor<512xf32>
    %rz = tensor.extract_slice %grz[1, 0] [2, 512] [1, 1] : tensor<3x512xf32> to tensor<2x512xf32>
    %xrz = tensor.extract_slice %xt[0, 0] [2, 512] [1, 1] : tensor<3x512xf32> to tensor<2x512xf32>
    %xn = tensor.extract_slice %xt[2, 0] [1, 512] [1, 1] : tensor<3x512xf32> to tensor<512xf32>
    %one = arith.constant dense<1.0> : tensor<2x512xf32>
    %sum = arith.addf %xrz, %rz : tensor<2x512xf32>
    %minus = arith.negf %sum : tensor<2x512xf32>
    %exp = math.exp %minus : tensor<2x512xf32>
    %more = arith.addf %exp, %one : tensor<2x512xf32>
    %gates = arith.divf %one, %more : tensor<2x512xf32>
    %reset = tensor.extract_slice %gates[0, 0] [1, 512] [1, 1] : tensor<2x512xf32> to tensor<512xf32>
    %keep = tensor.extract_slice %gates[1, 0] [1, 512] [1, 1] : tensor<2x512xf32> to tensor<512xf32>
    %gated = arith.mulf %reset, %g : tensor<512xf32>
    %given = arith.addf %xn, %bn : tensor<512xf32>
    %heard = arith.addf %given, %gated : tensor<512xf32>
    %n = math.tanh %heard : tensor<512xf32>
    %apart = arith.subf %h, %n : tensor<512xf32>
    %kept = arith.mulf %keep, %apart : tensor<512xf32>
    %next = arith.addf %n, %kept : tensor<512xf32>
    mixer.yield %next, %next : tensor<512xf32>, tensor<512xf32>
  }
  return %y : tensor<1x?x1x512xf32>
}
