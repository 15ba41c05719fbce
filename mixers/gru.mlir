// GRU: a gated mean of what it remembers and what it hears, as cuDNN has it
// (the reset gate acts after the recurrent product).
//
//   (g, r, z) = R^T h_{t-1} + (bias_0, bias_1, bias_2)            (for each head)
//   n = tanh(x_n + bias_3 + sigmoid(x_r + r) g)
//   h_t = u h_{t-1} + (1 - u) n,  u = sigmoid(x_z + z),  y_t = h_t
//
// Shapes: x [B, T, H, 3, D] (projections of the input, rows r, z, n),
// r [H, D, 3, D] (from, row g, r or z, to), bias [H, 4, D], y [B, T, H, D];
// state h [B, H, D], zero before the first token.
// Paper: Cho et al., 2014, arXiv:1406.1078.
// Parameters: r, bias.
func.func @gru(%x: tensor<2x?x2x3x12xf32> {mixer.name = "x", mixer.time = 1 : i64},
               %r: tensor<2x12x3x12xf32> {mixer.name = "r", mixer.range = array<f64: -0.3, 0.3>},
               %bias: tensor<2x4x12xf32> {mixer.name = "bias"})
    -> (tensor<2x?x2x12xf32> {mixer.name = "y"}) {
  %c1 = arith.constant 1 : index
  %h0 = arith.constant dense<0.0> : tensor<2x2x12xf32>
  %T = tensor.dim %x, %c1 : tensor<2x?x2x3x12xf32>
  %y0 = tensor.empty(%T) : tensor<2x?x2x12xf32>
  %y, %hT = mixer.recurrence ins(%x : tensor<2x?x2x3x12xf32>) outs(%y0 : tensor<2x?x2x12xf32>)
      init(%h0 : tensor<2x2x12xf32>) heads {
  ^bb0(%head: index, %xt: tensor<3x12xf32>, %h: tensor<12xf32>):
    %R = tensor.extract_slice %r[%head, 0, 0, 0] [1, 12, 3, 12] [1, 1, 1, 1] : tensor<2x12x3x12xf32> to tensor<12x3x12xf32>
    %b = tensor.extract_slice %bias[%head, 0, 0] [1, 3, 12] [1, 1, 1] : tensor<2x4x12xf32> to tensor<3x12xf32>
    %bn = tensor.extract_slice %bias[%head, 3, 0] [1, 1, 12] [1, 1, 1] : tensor<2x4x12xf32> to tensor<12xf32>
    %grz = linalg.contract indexing_maps = [affine_map<(g, d, n) -> (n)>, affine_map<(g, d, n) -> (n, g, d)>, affine_map<(g, d, n) -> (g, d)>]
        ins(%h, %R : tensor<12xf32>, tensor<12x3x12xf32>) outs(%b : tensor<3x12xf32>) -> tensor<3x12xf32>
    %g = tensor.extract_slice %grz[0, 0] [1, 12] [1, 1] : tensor<3x12xf32> to tensor<12xf32>
    %rz = tensor.extract_slice %grz[1, 0] [2, 12] [1, 1] : tensor<3x12xf32> to tensor<2x12xf32>
    %xrz = tensor.extract_slice %xt[0, 0] [2, 12] [1, 1] : tensor<3x12xf32> to tensor<2x12xf32>
    %xn = tensor.extract_slice %xt[2, 0] [1, 12] [1, 1] : tensor<3x12xf32> to tensor<12xf32>
    %one = arith.constant dense<1.0> : tensor<2x12xf32>
    %sum = arith.addf %xrz, %rz : tensor<2x12xf32>
    %minus = arith.negf %sum : tensor<2x12xf32>
    %exp = math.exp %minus : tensor<2x12xf32>
    %more = arith.addf %exp, %one : tensor<2x12xf32>
    %gates = arith.divf %one, %more : tensor<2x12xf32>
    %reset = tensor.extract_slice %gates[0, 0] [1, 12] [1, 1] : tensor<2x12xf32> to tensor<12xf32>
    %keep = tensor.extract_slice %gates[1, 0] [1, 12] [1, 1] : tensor<2x12xf32> to tensor<12xf32>
    %gated = arith.mulf %reset, %g : tensor<12xf32>
    %given = arith.addf %xn, %bn : tensor<12xf32>
    %heard = arith.addf %given, %gated : tensor<12xf32>
    %n = math.tanh %heard : tensor<12xf32>
    %apart = arith.subf %h, %n : tensor<12xf32>
    %kept = arith.mulf %keep, %apart : tensor<12xf32>
    %next = arith.addf %n, %kept : tensor<12xf32>
    mixer.yield %next, %next : tensor<12xf32>, tensor<12xf32>
  }
  return %y : tensor<2x?x2x12xf32>
}
