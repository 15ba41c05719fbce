// Both directions of a dense system: as a scan, the transpose has Aᵀ and what is
// written and read changed places.
// RUN: weftc check %s | FileCheck %s
// CHECK-NOT: FAIL
// CHECK-DAG: PASS recurrent
// CHECK-DAG: PASS chunked
// CHECK-DAG: PASS scan
// CHECK-DAG: PASS direct
// CHECK-DAG: PASS blocked
// CHECK-DAG: PASS fft
// CHECK-NOT: FAIL
func.func @forward(
    %x: tensor<2x?x4x3xf32> {mixer.name = "x", mixer.time = 1 : i64},
    %c: tensor<4x6xf32> {mixer.name = "c"}, %b: tensor<4x6xf32> {mixer.name = "b"},
    %a: tensor<4x6x6xf32> {mixer.name = "a", mixer.range = array<f64: -0.4, 0.4>})
    -> (tensor<2x?x4x3xf32> {mixer.name = "y"}) {
  %M = mixer.powers %c, %a, %b {scale = 0.5 : f32} : tensor<4x6xf32>, tensor<4x6x6xf32>, tensor<4x6xf32>
  %N = mixer.transpose %M
  %S = mixer.add %M, %N
  %y = mixer.apply %S, %x : tensor<2x?x4x3xf32> -> tensor<2x?x4x3xf32>
  return %y : tensor<2x?x4x3xf32>
}
