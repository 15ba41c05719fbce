// What carries state around a matrix: a shift its last row, a product the
// states of both factors, a normalized gain its maximum; scales and diagonals
// carry none. Cut anywhere, token by token and in every form.
// RUN: weftc check %s | FileCheck %s
// CHECK-NOT: FAIL
// CHECK: PASS

func.func @products(
    %q: tensor<2x?x2x8xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %k: tensor<2x?x1x8xf32> {mixer.name = "k", mixer.time = 1 : i64},
    %v: tensor<2x?x2x4xf32> {mixer.name = "v", mixer.time = 1 : i64},
    %g: tensor<2x?x2xf32> {mixer.name = "g", mixer.time = 1 : i64, mixer.range = array<f64: 0xFFF0000000000000, 0.0>},
    %i: tensor<2x?x2xf32> {mixer.name = "i", mixer.time = 1 : i64},
    %s: tensor<2x?x2xf32> {mixer.name = "s", mixer.time = 1 : i64},
    %taps: tensor<2x3xf32> {mixer.name = "taps"}) -> (tensor<2x?x2x4xf32> {mixer.name = "y"}) {
  %L = mixer.semiseparable %q, %k decay(%g : tensor<2x?x2xf32>) {scale = 0.25 : f32} : tensor<2x?x2x8xf32>, tensor<2x?x1x8xf32>
  %T = mixer.toeplitz %taps : tensor<2x3xf32>
  %S = mixer.shift %L
  %C = mixer.compose %S, %T
  %R = mixer.scale_rows %C, %s : tensor<2x?x2xf32>
  %D = mixer.diagonal %s : tensor<2x?x2xf32>
  %E = mixer.scale_cols %D, %g : tensor<2x?x2xf32>
  %A = mixer.add %R, %E
  %G = mixer.semiseparable %q, %k decay(%g : tensor<2x?x2xf32>) gain(%i : tensor<2x?x2xf32>) {scale = 0.25 : f32} : tensor<2x?x2x8xf32>, tensor<2x?x1x8xf32>
  %N = mixer.normalize %G by abs_max_one
  %P = mixer.semiseparable %q, %k decay(%g : tensor<2x?x2xf32>) read pre {scale = 0.25 : f32} : tensor<2x?x2x8xf32>, tensor<2x?x1x8xf32>
  %M = mixer.normalize %P by count
  %a = mixer.apply %A, %v : tensor<2x?x2x4xf32> -> tensor<2x?x2x4xf32>
  %b = mixer.apply %N, %v : tensor<2x?x2x4xf32> -> tensor<2x?x2x4xf32>
  %c = mixer.apply %M, %v : tensor<2x?x2x4xf32> -> tensor<2x?x2x4xf32>
  %ab = arith.addf %a, %b : tensor<2x?x2x4xf32>
  %y = arith.addf %ab, %c : tensor<2x?x2x4xf32>
  return %y : tensor<2x?x2x4xf32>
}
