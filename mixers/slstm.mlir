// sLSTM: an LSTM whose input gate is an exponential, kept finite by a maximum.
//
//   (i, f, z, o) = x_t + R^T h_{t-1} + bias,  l = log sigmoid(f)      (for each head)
//   m_t = max(l + m_{t-1}, i), or i at the first token of a sequence (where n = 0)
//   c_t = e^{l + m_{t-1} - m_t} c_{t-1} + e^{i - m_t} tanh(z)
//   n_t = e^{l + m_{t-1} - m_t} n_{t-1} + e^{i - m_t},  h_t = sigmoid(o) c_t / n_t,  y_t = h_t
//
// The normalizer is the paper's and the xlstm package's: n is not clamped
// (flashrnn starts from m = 0 and takes max(n, 1), which gives other outputs).
// The first token is told by n for each entry, not for the whole batch.
//
// Shapes: x [B, T, H, 4, D] (projections of the input, gates i, f, z, o),
// r [H, D, 4, D] (from, gate, to), bias [H, 4, D], y [B, T, H, D]; states h, c,
// n, m [B, H, D], zero before the first token.
// Paper: Beck et al., 2024, arXiv:2405.04517.
// Parameters: r, bias.
#d = affine_map<(d) -> (d)>
func.func @slstm(%x: tensor<2x?x2x4x12xf32> {mixer.name = "x", mixer.time = 1 : i64},
                 %r: tensor<2x12x4x12xf32> {mixer.name = "r", mixer.range = array<f64: -0.3, 0.3>},
                 %bias: tensor<2x4x12xf32> {mixer.name = "bias"})
    -> (tensor<2x?x2x12xf32> {mixer.name = "y"}) {
  %c1 = arith.constant 1 : index
  %s0 = arith.constant dense<0.0> : tensor<2x2x12xf32>
  %T = tensor.dim %x, %c1 : tensor<2x?x2x4x12xf32>
  %y0 = tensor.empty(%T) : tensor<2x?x2x12xf32>
  %y, %states:4 = mixer.recurrence ins(%x : tensor<2x?x2x4x12xf32>) outs(%y0 : tensor<2x?x2x12xf32>)
      init(%s0, %s0, %s0, %s0 : tensor<2x2x12xf32>, tensor<2x2x12xf32>, tensor<2x2x12xf32>, tensor<2x2x12xf32>) heads {
  ^bb0(%head: index, %xt: tensor<4x12xf32>, %h: tensor<12xf32>, %c: tensor<12xf32>, %n: tensor<12xf32>, %m: tensor<12xf32>):
    %R = tensor.extract_slice %r[%head, 0, 0, 0] [1, 12, 4, 12] [1, 1, 1, 1] : tensor<2x12x4x12xf32> to tensor<12x4x12xf32>
    %b = tensor.extract_slice %bias[%head, 0, 0] [1, 4, 12] [1, 1, 1] : tensor<2x4x12xf32> to tensor<4x12xf32>
    %given = arith.addf %xt, %b : tensor<4x12xf32>
    %g = linalg.contract indexing_maps = [affine_map<(g, d, n) -> (n)>, affine_map<(g, d, n) -> (n, g, d)>, affine_map<(g, d, n) -> (g, d)>]
        ins(%h, %R : tensor<12xf32>, tensor<12x4x12xf32>) outs(%given : tensor<4x12xf32>) -> tensor<4x12xf32>
    %i = tensor.extract_slice %g[0, 0] [1, 12] [1, 1] : tensor<4x12xf32> to tensor<12xf32>
    %f = tensor.extract_slice %g[1, 0] [1, 12] [1, 1] : tensor<4x12xf32> to tensor<12xf32>
    %z = tensor.extract_slice %g[2, 0] [1, 12] [1, 1] : tensor<4x12xf32> to tensor<12xf32>
    %o = tensor.extract_slice %g[3, 0] [1, 12] [1, 1] : tensor<4x12xf32> to tensor<12xf32>
    %e = tensor.empty() : tensor<12xf32>
    %next:4 = linalg.generic {indexing_maps = [#d, #d, #d, #d, #d, #d, #d, #d, #d, #d, #d], iterator_types = ["parallel"]}
        ins(%i, %f, %z, %o, %c, %n, %m : tensor<12xf32>, tensor<12xf32>, tensor<12xf32>, tensor<12xf32>, tensor<12xf32>, tensor<12xf32>, tensor<12xf32>)
        outs(%e, %e, %e, %e : tensor<12xf32>, tensor<12xf32>, tensor<12xf32>, tensor<12xf32>) {
    ^bb0(%i1: f32, %f1: f32, %z1: f32, %o1: f32, %cell: f32, %n1: f32, %m1: f32, %0: f32, %1: f32, %2: f32, %3: f32):
      %zero = arith.constant 0.0 : f32
      %one = arith.constant 1.0 : f32
      // l = min(f, 0) - log(1 + e^-|f|)
      %low = arith.minimumf %f1, %zero : f32
      %abs = math.absf %f1 : f32
      %far = arith.negf %abs : f32
      %small = math.exp %far : f32
      %rest = math.log1p %small : f32
      %l = arith.subf %low, %rest : f32
      %moved = arith.addf %l, %m1 : f32
      %max = arith.maximumf %moved, %i1 : f32
      %first = arith.cmpf oeq, %n1, %zero : f32
      %m2 = arith.select %first, %i1, %max : f32
      %lf = arith.subf %moved, %m2 : f32
      %li = arith.subf %i1, %m2 : f32
      %keep = math.exp %lf : f32
      %write = math.exp %li : f32
      %new = math.tanh %z1 : f32
      %ck = arith.mulf %keep, %cell : f32
      %cw = arith.mulf %write, %new : f32
      %c2 = arith.addf %ck, %cw : f32
      %nk = arith.mulf %keep, %n1 : f32
      %n2 = arith.addf %nk, %write : f32
      %minus = arith.negf %o1 : f32
      %exp = math.exp %minus : f32
      %more = arith.addf %exp, %one : f32
      %mean = arith.divf %c2, %n2 : f32
      %h2 = arith.divf %mean, %more : f32
      linalg.yield %h2, %c2, %n2, %m2 : f32, f32, f32, f32
    } -> (tensor<12xf32>, tensor<12xf32>, tensor<12xf32>, tensor<12xf32>)
    mixer.yield %next#0, %next#0, %next#1, %next#2, %next#3 : tensor<12xf32>, tensor<12xf32>, tensor<12xf32>, tensor<12xf32>, tensor<12xf32>
  }
  return %y : tensor<2x?x2x12xf32>
}
