// Linear attention: a feature map in place of the softmax, rows divided by their
// sum.
//
//     M_ij = φ(q_i)·φ(k_j) / Σ_{j ≤ i} φ(q_i)·φ(k_j)    φ(x) = elu(x) + 1
//
// Shapes: q [B, T, H, K], k [B, T, Hk, K], v [B, T, Hk, V].
// Paper: Katharopoulos et al., 2020, arXiv:2006.16236.
// Parameters: H = 4, Hk = 2, K = 16, V = 8.
func.func private @feature(%x: tensor<2x?x4x16xf32>) -> tensor<2x?x4x16xf32> {
  %zero = arith.constant 0.0 : f32
  %y = linalg.map ins(%x : tensor<2x?x4x16xf32>) outs(%x : tensor<2x?x4x16xf32>) (%e: f32, %o: f32) {
    %above = arith.maximumf %e, %zero : f32
    %below = arith.minimumf %e, %zero : f32
    %exp = math.exp %below : f32
    %sum = arith.addf %above, %exp : f32
    linalg.yield %sum : f32
  }
  return %y : tensor<2x?x4x16xf32>
}
func.func @linear_attention(
    %q: tensor<2x?x4x16xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %k: tensor<2x?x4x16xf32> {mixer.name = "k", mixer.time = 1 : i64},
    %v: tensor<2x?x2x8xf32> {mixer.name = "v", mixer.time = 1 : i64})
    -> (tensor<2x?x4x8xf32> {mixer.name = "y"}) {
  %fq = call @feature(%q) : (tensor<2x?x4x16xf32>) -> tensor<2x?x4x16xf32>
  %fk = call @feature(%k) : (tensor<2x?x4x16xf32>) -> tensor<2x?x4x16xf32>
  %M = mixer.semiseparable %fq, %fk : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  %N = mixer.normalize %M by sum
  %y = mixer.apply %N, %v : tensor<2x?x2x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
