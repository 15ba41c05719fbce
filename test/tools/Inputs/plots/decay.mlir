// A decay for each token and head, times a gram.
func.func @decay(
    %q: tensor<1x?x2x16xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %k: tensor<1x?x2x16xf32> {mixer.name = "k", mixer.time = 1 : i64},
    %v: tensor<1x?x2x8xf32> {mixer.name = "v", mixer.time = 1 : i64},
    %log_a: tensor<1x?x2xf32> {mixer.name = "log_a", mixer.time = 1 : i64, mixer.range = array<f64: -0.15, 0.0>})
    -> (tensor<1x?x2x8xf32> {mixer.name = "y"}) {
  %L = mixer.decay %log_a : tensor<1x?x2xf32>
  %G = mixer.gram %q, %k {scale = 0.25 : f32} : tensor<1x?x2x16xf32>, tensor<1x?x2x16xf32>
  %M = mixer.hadamard %L, %G
  %y = mixer.apply %M, %v : tensor<1x?x2x8xf32> -> tensor<1x?x2x8xf32>
  return %y : tensor<1x?x2x8xf32>
}
