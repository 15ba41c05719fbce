// LSTM: a cell that gates what it keeps, writes and shows.
//
//   (i, f, z, o) = x_t + R^T h_{t-1} + bias            (for each head)
//   c_t = sigmoid(f) c_{t-1} + sigmoid(i) tanh(z),  h_t = sigmoid(o) tanh(c_t),  y_t = h_t
//
// Shapes: x [B, T, H, 4, D] (projections of the input, gates i, f, z, o),
// r [H, D, 4, D] (from, gate, to), bias [H, 4, D], y [B, T, H, D]; states h, c
// [B, H, D], zero before the first token.
// Paper: Hochreiter and Schmidhuber, Long short-term memory, Neural Computation
// 9 (1997); forget gate: Gers et al. (2000).
// Parameters: r, bias.
func.func @lstm(%x: tensor<2x?x2x4x12xf32> {mixer.name = "x", mixer.time = 1 : i64},
                %r: tensor<2x12x4x12xf32> {mixer.name = "r", mixer.range = array<f64: -0.3, 0.3>},
                %bias: tensor<2x4x12xf32> {mixer.name = "bias"})
    -> (tensor<2x?x2x12xf32> {mixer.name = "y"}) {
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : tensor<2x2x12xf32>
  %T = tensor.dim %x, %c1 : tensor<2x?x2x4x12xf32>
  %y0 = tensor.empty(%T) : tensor<2x?x2x12xf32>
  %y, %hT, %cT = mixer.recurrence ins(%x : tensor<2x?x2x4x12xf32>) outs(%y0 : tensor<2x?x2x12xf32>)
      init(%zero, %zero : tensor<2x2x12xf32>, tensor<2x2x12xf32>) heads {
  ^bb0(%head: index, %xt: tensor<4x12xf32>, %h: tensor<12xf32>, %c: tensor<12xf32>):
    %R = tensor.extract_slice %r[%head, 0, 0, 0] [1, 12, 4, 12] [1, 1, 1, 1] : tensor<2x12x4x12xf32> to tensor<12x4x12xf32>
    %b = tensor.extract_slice %bias[%head, 0, 0] [1, 4, 12] [1, 1, 1] : tensor<2x4x12xf32> to tensor<4x12xf32>
    %given = arith.addf %xt, %b : tensor<4x12xf32>
    %g = linalg.contract indexing_maps = [affine_map<(g, d, n) -> (n)>, affine_map<(g, d, n) -> (n, g, d)>, affine_map<(g, d, n) -> (g, d)>]
        ins(%h, %R : tensor<12xf32>, tensor<12x4x12xf32>) outs(%given : tensor<4x12xf32>) -> tensor<4x12xf32>
    %one = arith.constant dense<1.0> : tensor<4x12xf32>
    %minus = arith.negf %g : tensor<4x12xf32>
    %exp = math.exp %minus : tensor<4x12xf32>
    %more = arith.addf %exp, %one : tensor<4x12xf32>
    %gates = arith.divf %one, %more : tensor<4x12xf32>
    %i = tensor.extract_slice %gates[0, 0] [1, 12] [1, 1] : tensor<4x12xf32> to tensor<12xf32>
    %f = tensor.extract_slice %gates[1, 0] [1, 12] [1, 1] : tensor<4x12xf32> to tensor<12xf32>
    %z = tensor.extract_slice %g[2, 0] [1, 12] [1, 1] : tensor<4x12xf32> to tensor<12xf32>
    %o = tensor.extract_slice %gates[3, 0] [1, 12] [1, 1] : tensor<4x12xf32> to tensor<12xf32>
    %new = math.tanh %z : tensor<12xf32>
    %kept = arith.mulf %f, %c : tensor<12xf32>
    %written = arith.mulf %i, %new : tensor<12xf32>
    %cell = arith.addf %kept, %written : tensor<12xf32>
    %seen = math.tanh %cell : tensor<12xf32>
    %next = arith.mulf %o, %seen : tensor<12xf32>
    mixer.yield %next, %next, %cell : tensor<12xf32>, tensor<12xf32>, tensor<12xf32>
  }
  return %y : tensor<2x?x2x12xf32>
}
