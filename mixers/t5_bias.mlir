// Causal softmax attention with a learned bias for each bucket of distances: the
// first half of the buckets one distance each, the others spaced by its logarithm.
//
//     s_ij = q_i·k_j + bias[bucket(i - j), h], j ≤ i    M = softmax(s)
//     bucket(n) = n for n < E, else min(E + ⌊(N - E) log(n / E) / log(L / E)⌋, N - 1)
//
// Shapes: q, k [B, T, H, K], v [B, T, H, V], bias [N, H]; no 1/√K.
// Paper: Raffel et al., 2019, arXiv:1910.10683.
// Parameters: H = 4, K = 16, V = 8, N = 32, E = N / 2, L = 128: a table of
// bucket(n) for n < L.
func.func @t5_bias(
    %q: tensor<2x?x4x16xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %k: tensor<2x?x4x16xf32> {mixer.name = "k", mixer.time = 1 : i64},
    %v: tensor<2x?x4x8xf32> {mixer.name = "v", mixer.time = 1 : i64},
    %bias: tensor<32x4xf32> {mixer.name = "bias"}) -> (tensor<2x?x4x8xf32> {mixer.name = "y"}) {
  %buckets = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 16, 16, 17, 17, 18, 18, 18, 19, 19, 19, 20, 20, 20, 20, 21,
                                        21, 21, 21, 22, 22, 22, 22, 22, 23, 23, 23, 23, 23, 23, 24, 24, 24, 24, 24, 24, 25, 25, 25, 25, 25, 25, 25, 26, 26, 26, 26, 26,
                                        26, 26, 26, 27, 27, 27, 27, 27, 27, 27, 27, 27, 27, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 29, 29, 29, 29, 29, 29, 29, 29, 29,
                                        29, 29, 29, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31]> : tensor<128xindex>
  %zero = arith.constant 0 : index
  %last = arith.constant 127 : index
  %G = mixer.gram %q, %k : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  %S = mixer.map %G {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %age = arith.subi %i, %j : index
    %near = arith.minsi %age, %last : index
    %n = arith.maxsi %near, %zero : index
    %bucket = tensor.extract %buckets[%n] : tensor<128xindex>
    %w = tensor.extract %bias[%bucket, %h] : tensor<32x4xf32>
    %r = arith.addf %s, %w : f32
    mixer.yield %r : f32
  }
  %C = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  %P = mixer.softmax %C
  %y = mixer.apply %P, %v : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
