// Attention by distance: softmax is not needed, rows are divided by their sums.
//
//     M_ij = exp(-Σ_d |q_id - k_jd|)    j ≤ i,    y = M x / Σ_j M_ij
func.func @laplace_attention(
    %q: tensor<2x?x2x8xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %k: tensor<2x?x2x8xf32> {mixer.name = "k", mixer.time = 1 : i64},
    %v: tensor<2x?x2x4xf32> {mixer.name = "v", mixer.time = 1 : i64})
    -> (tensor<2x?x2x4xf32> {mixer.name = "y"}) {
  %M = example.laplace %q, %k causal : tensor<2x?x2x8xf32>
  %N = mixer.normalize %M by sum
  %y = mixer.apply %N, %v : tensor<2x?x2x4xf32> -> tensor<2x?x2x4xf32>
  return %y : tensor<2x?x2x4xf32>
}
