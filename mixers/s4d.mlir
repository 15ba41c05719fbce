// Diagonal state space model (S4D): N complex modes a head, zero-order hold.
//
//     M_ij = 2 Re Σ_n c_n (e^{dt A_n} - 1) / A_n e^{dt A_n (i-j)}    j ≤ i
//     A = -e^{log_a} + i a_imag,  dt = e^{log_dt}
//
// e^z - 1 is written without cancellation; the sign of a_imag is free.
// Shapes: x [B, T, H, D], log_dt [H], log_a and a_imag [H, N], c [H, N, 2].
// Paper: Gu et al., 2022, arXiv:2206.11893.
// Parameters: H = 4, D = 4, N = 16.
#head = affine_map<(h, n) -> (h)>
#id = affine_map<(h, n) -> (h, n)>
func.func @s4d(
    %x: tensor<2x?x4x4xf32> {mixer.name = "x", mixer.time = 1 : i64},
    %log_dt: tensor<4xf32> {mixer.name = "log_dt", mixer.range = array<f64: -6.9, -2.3>},
    %log_a: tensor<4x16xf32> {mixer.name = "log_a", mixer.range = array<f64: -1.0, 2.0>},
    %a_imag: tensor<4x16xf32> {mixer.name = "a_imag", mixer.range = array<f64: 0.1, 50.0>},
    %c: tensor<4x16x2xf32> {mixer.name = "c"})
    -> (tensor<2x?x4x4xf32> {mixer.name = "y"}) {
  %half = arith.constant 0.5 : f32
  %two = arith.constant 2.0 : f32
  %cre = tensor.extract_slice %c[0, 0, 0] [4, 16, 1] [1, 1, 1] : tensor<4x16x2xf32> to tensor<4x16xf32>
  %cim = tensor.extract_slice %c[0, 0, 1] [4, 16, 1] [1, 1, 1] : tensor<4x16x2xf32> to tensor<4x16xf32>
  %e = tensor.empty() : tensor<4x16xf32>
  %p:4 = linalg.generic {indexing_maps = [#head, #id, #id, #id, #id, #id, #id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%log_dt, %log_a, %a_imag, %cre, %cim : tensor<4xf32>, tensor<4x16xf32>, tensor<4x16xf32>, tensor<4x16xf32>, tensor<4x16xf32>)
      outs(%e, %e, %e, %e : tensor<4x16xf32>, tensor<4x16xf32>, tensor<4x16xf32>, tensor<4x16xf32>) {
  ^bb0(%ld: f32, %la: f32, %ai: f32, %cr: f32, %ci: f32, %o0: f32, %o1: f32, %o2: f32, %o3: f32):
    %dt = math.exp %ld : f32
    %m = math.exp %la : f32
    %ar = arith.negf %m : f32
    %g = arith.mulf %dt, %ar : f32
    %w = arith.mulf %dt, %ai : f32
    // e^z - 1 = expm1(g) cos w - 2 sin²(w / 2) + i e^g sin w
    %e1 = math.expm1 %g : f32
    %eg = math.exp %g : f32
    %cos = math.cos %w : f32
    %sin = math.sin %w : f32
    %wh = arith.mulf %w, %half : f32
    %sh = math.sin %wh : f32
    %s1 = arith.mulf %sh, %sh : f32
    %s2 = arith.mulf %s1, %two : f32
    %r0 = arith.mulf %e1, %cos : f32
    %zr = arith.subf %r0, %s2 : f32
    %zi = arith.mulf %eg, %sin : f32
    // h = z conj(A) / |A|²
    %n0 = arith.mulf %ar, %ar : f32
    %n1 = arith.mulf %ai, %ai : f32
    %n = arith.addf %n0, %n1 : f32
    %h0 = arith.mulf %zr, %ar : f32
    %h1 = arith.mulf %zi, %ai : f32
    %h2 = arith.addf %h0, %h1 : f32
    %hr = arith.divf %h2, %n : f32
    %h3 = arith.mulf %zi, %ar : f32
    %h4 = arith.mulf %zr, %ai : f32
    %h5 = arith.subf %h3, %h4 : f32
    %hi = arith.divf %h5, %n : f32
    %c0 = arith.mulf %cr, %hr : f32
    %c1 = arith.mulf %ci, %hi : f32
    %kr = arith.subf %c0, %c1 : f32
    %c2 = arith.mulf %cr, %hi : f32
    %c3 = arith.mulf %ci, %hr : f32
    %ki = arith.addf %c2, %c3 : f32
    linalg.yield %kr, %ki, %g, %w : f32, f32, f32, f32
  } -> (tensor<4x16xf32>, tensor<4x16xf32>, tensor<4x16xf32>, tensor<4x16xf32>)
  %M = mixer.vandermonde %p#0, %p#1, %p#2, %p#3 {scale = 2.0 : f32} : tensor<4x16xf32>
  %y = mixer.apply %M, %x : tensor<2x?x4x4xf32> -> tensor<2x?x4x4xf32>
  return %y : tensor<2x?x4x4xf32>
}
