// Linear memory of a Legendre memory unit (LMU): a dense system that holds the
// last θ tokens as coefficients of Legendre polynomials, read by c.
//
//     M_ij = c_hᵀ A_h^{i-j} b_h    j ≤ i
//     A = e^F,  b = F⁻¹ (e^F - I) g    (zero-order hold over one token)
//     F_mn = (2m + 1) / θ · (-1 if m < n, else (-1)^{m-n+1}),  g_m = (2m + 1) / θ · (-1)^m
//
// a and b are made once for each θ, outside; any other system does as well.
// Shapes: x [B, T, H, D], a [H, N, N], b and c [H, N].
// Paper: Voelker et al., 2019, NeurIPS; as a convolution: Chilkuri and Eliasmith, 2021, ICML.
// Parameters: H = 4, D = 4, N = 16.
func.func @lmu(
    %x: tensor<2x?x4x4xf32> {mixer.name = "x", mixer.time = 1 : i64},
    %a: tensor<4x16x16xf32> {mixer.name = "a", mixer.range = array<f64: -0.3, 0.3>},
    %b: tensor<4x16xf32> {mixer.name = "b"},
    %c: tensor<4x16xf32> {mixer.name = "c"})
    -> (tensor<2x?x4x4xf32> {mixer.name = "y"}) {
  %M = mixer.powers %c, %a, %b : tensor<4x16xf32>, tensor<4x16x16xf32>, tensor<4x16xf32>
  %y = mixer.apply %M, %x : tensor<2x?x4x4xf32> -> tensor<2x?x4x4xf32>
  return %y : tensor<2x?x4x4xf32>
}
