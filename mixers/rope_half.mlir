// Causal softmax attention with rotary positions: the first half of the channels is paired with
// the second.
//
//     s_ij = (R_i q_i)·(R_j k_j) / √K, j ≤ i    M = softmax(s)
//     R_t turns the channels (d, d + K / 2) by t 10000^(-2d / K)
//
// Shapes: q, k [B, T, H, K], v [B, T, H, V].
// Paper: Su et al., 2021, arXiv:2104.09864 (another order of the channels).
// Parameters: H = 4, K = 16, V = 8; a table of the angles of one token and one of
// the signs of the sine.
func.func private @turn(%x: tensor<2x?x4x16xf32>) -> tensor<2x?x4x16xf32> {
  %angles = arith.constant dense<[1.0, 0.3162277638912201, 0.10000000149011612, 0.03162277489900589, 0.009999999776482582, 0.003162277629598975, 0.0010000000474974513, 0.0003162277571391314, 1.0, 0.3162277638912201, 0.10000000149011612, 0.03162277489900589, 0.009999999776482582, 0.003162277629598975, 0.0010000000474974513, 0.0003162277571391314]> : tensor<16xf32>
  %signs = arith.constant dense<[-1.0, -1.0, -1.0, -1.0, -1.0, -1.0, -1.0, -1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]> : tensor<16xf32>
  %one = arith.constant 1 : index
  %flip = arith.constant 8 : index
  %T = tensor.dim %x, %one : tensor<2x?x4x16xf32>
  %p = mixer.positions %T : tensor<?xindex>
  %e = tensor.empty(%T) : tensor<2x?x4x16xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(b, t, h, d) -> (b, t, h, d)>, affine_map<(b, t, h, d) -> (t)>, affine_map<(b, t, h, d) -> (d)>,
      affine_map<(b, t, h, d) -> (d)>, affine_map<(b, t, h, d) -> (b, t, h, d)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%x, %p, %angles, %signs : tensor<2x?x4x16xf32>, tensor<?xindex>, tensor<16xf32>, tensor<16xf32>) outs(%e : tensor<2x?x4x16xf32>) {
  ^bb0(%own: f32, %position: index, %angle: f32, %sign: f32, %o: f32):
    %b = linalg.index 0 : index
    %t = linalg.index 1 : index
    %h = linalg.index 2 : index
    %d = linalg.index 3 : index
    %partner = arith.xori %d, %flip : index
    %other = tensor.extract %x[%b, %t, %h, %partner] : tensor<2x?x4x16xf32>
    %whole = arith.index_cast %position : index to i64
    %tokens = arith.sitofp %whole : i64 to f32
    %turn = arith.mulf %tokens, %angle : f32
    %cos = math.cos %turn : f32
    %sin = math.sin %turn : f32
    %signed = arith.mulf %sin, %sign : f32
    %near = arith.mulf %own, %cos : f32
    %far = arith.mulf %other, %signed : f32
    %r = arith.addf %near, %far : f32
    linalg.yield %r : f32
  } -> tensor<2x?x4x16xf32>
  return %y : tensor<2x?x4x16xf32>
}
func.func @rope_half(
    %q: tensor<2x?x4x16xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %k: tensor<2x?x4x16xf32> {mixer.name = "k", mixer.time = 1 : i64},
    %v: tensor<2x?x4x8xf32> {mixer.name = "v", mixer.time = 1 : i64}) -> (tensor<2x?x4x8xf32> {mixer.name = "y"}) {
  %qt = call @turn(%q) : (tensor<2x?x4x16xf32>) -> tensor<2x?x4x16xf32>
  %kt = call @turn(%k) : (tensor<2x?x4x16xf32>) -> tensor<2x?x4x16xf32>
  %S = mixer.gram %qt, %kt {scale = 0.25 : f32} : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  %C = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  %P = mixer.softmax %C
  %y = mixer.apply %P, %v : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
