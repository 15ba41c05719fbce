// Linear recurrent unit: complex states that decay and turn at constant rates.
//
//     M_ij = Re Σ_n C_dn λ_n^{i-j} u_jn    λ = exp(log_r + i theta)    j ≤ i, applied to 1
//
// Shapes: u [B, T, 1, 2N], pairs (Re, Im) of √(1 - |λ|²) B x; c [H, 2N], pairs (Re C,
// -Im C); log_r, theta [1, N]; y [B, T, H, 1], a head for each output.
// Paper: Orvieto et al., 2023, arXiv:2303.06349.
// Parameters: H = 4, N = 8; log_r = -exp(ν), theta = exp(θ) in the paper.
func.func @lru(
    %u: tensor<2x?x1x16xf32> {mixer.name = "u", mixer.time = 1 : i64},
    %c: tensor<4x16xf32> {mixer.name = "c"},
    %log_r: tensor<1x8xf32> {mixer.name = "log_r", mixer.range = array<f64: 0xFFF0000000000000, 0.0>},
    %theta: tensor<1x8xf32> {mixer.name = "theta"})
    -> (tensor<2x?x4x1xf32> {mixer.name = "y"}) {
  %c1 = arith.constant 1 : index
  %one = arith.constant 1.0 : f32
  %T = tensor.dim %u, %c1 : tensor<2x?x1x16xf32>
  %none = tensor.empty(%T) : tensor<2x?x1x1xf32>
  %ones = linalg.fill ins(%one : f32) outs(%none : tensor<2x?x1x1xf32>) -> tensor<2x?x1x1xf32>
  %empty = tensor.empty(%T) : tensor<2x?x4x16xf32>
  %q = linalg.broadcast ins(%c : tensor<4x16xf32>) outs(%empty : tensor<2x?x4x16xf32>) dimensions = [0, 1]
  %M = mixer.semiseparable %q, %u decay(%log_r : tensor<1x8xf32>) rotate(%theta : tensor<1x8xf32>) : tensor<2x?x4x16xf32>, tensor<2x?x1x16xf32>
  %y = mixer.apply %M, %ones : tensor<2x?x1x1xf32> -> tensor<2x?x4x1xf32>
  return %y : tensor<2x?x4x1xf32>
}
