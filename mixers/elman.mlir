// Elman network: one layer of tanh, its output fed back.
//
//   h_t = tanh(x_t + R^T h_{t-1} + bias),  y_t = h_t   (for each head)
//
// Shapes: x [B, T, H, D] (projections of the input), r [H, D, D] (from, to),
// bias [H, D], y [B, T, H, D]; state h [B, H, D], zero before the first token.
// Paper: Elman, Finding structure in time, Cognitive Science 14 (1990).
// Parameters: r, bias.
func.func @elman(%x: tensor<2x?x2x12xf32> {mixer.name = "x", mixer.time = 1 : i64},
                 %r: tensor<2x12x12xf32> {mixer.name = "r", mixer.range = array<f64: -0.3, 0.3>},
                 %bias: tensor<2x12xf32> {mixer.name = "bias"})
    -> (tensor<2x?x2x12xf32> {mixer.name = "y"}) {
  %c1 = arith.constant 1 : index
  %h0 = arith.constant dense<0.0> : tensor<2x2x12xf32>
  %T = tensor.dim %x, %c1 : tensor<2x?x2x12xf32>
  %y0 = tensor.empty(%T) : tensor<2x?x2x12xf32>
  %y, %hT = mixer.recurrence ins(%x : tensor<2x?x2x12xf32>) outs(%y0 : tensor<2x?x2x12xf32>)
      init(%h0 : tensor<2x2x12xf32>) heads {
  ^bb0(%head: index, %xt: tensor<12xf32>, %h: tensor<12xf32>):
    %R = tensor.extract_slice %r[%head, 0, 0] [1, 12, 12] [1, 1, 1] : tensor<2x12x12xf32> to tensor<12x12xf32>
    %b = tensor.extract_slice %bias[%head, 0] [1, 12] [1, 1] : tensor<2x12xf32> to tensor<12xf32>
    %given = arith.addf %xt, %b : tensor<12xf32>
    %sum = linalg.vecmat ins(%h, %R : tensor<12xf32>, tensor<12x12xf32>) outs(%given : tensor<12xf32>) -> tensor<12xf32>
    %next = math.tanh %sum : tensor<12xf32>
    mixer.yield %next, %next : tensor<12xf32>, tensor<12xf32>
  }
  return %y : tensor<2x?x2x12xf32>
}
