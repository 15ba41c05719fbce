// Retention: a constant decay per head, queries and keys turned by position.
//
//     M_ij = γ_h^{i-j} q_iᵀ R^{i-j} k_j / √K    γ_h = 1 - 2^{-5-h}    j ≤ i
//
// R turns the pair (2d, 2d + 1) by -θ_d, θ_d = 10000^{-2d/K}, which is the same as
// turning q_i by i θ_d and k_j by j θ_d.
// Shapes: q, k [B, T, H, K], v [B, T, H, V].
// Paper: Sun et al., 2023, arXiv:2307.08621 (without the group norm after it).
// Parameters: H = 4, K = 16, V = 8; log γ and θ are constants.
func.func @retnet(
    %q: tensor<2x?x4x16xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %k: tensor<2x?x4x16xf32> {mixer.name = "k", mixer.time = 1 : i64},
    %v: tensor<2x?x4x8xf32> {mixer.name = "v", mixer.time = 1 : i64})
    -> (tensor<2x?x4x8xf32> {mixer.name = "y"}) {
  %log_gamma = arith.constant dense<[-0.0317486971616745, -0.01574835740029812, -0.007843177765607834, -0.003913899417966604]> : tensor<4xf32>
  %theta = arith.constant dense<[[-1.0, -0.3162277638912201, -0.10000000149011612, -0.03162277489900589, -0.009999999776482582, -0.003162277629598975, -0.0010000000474974513, -0.0003162277571391314]]> : tensor<1x8xf32>
  %M = mixer.semiseparable %q, %k decay(%log_gamma : tensor<4xf32>) rotate(%theta : tensor<1x8xf32>) {scale = 0.25 : f32} : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  %y = mixer.apply %M, %v : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
