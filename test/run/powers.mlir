// A dense system that does not change over time: a scan with a state of its
// order, and taps from powers of its matrix in every form of a convolution.
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
    %c: tensor<4x8xf32> {mixer.name = "c"}, %b: tensor<4x8xf32> {mixer.name = "b"},
    %a: tensor<4x8x8xf32> {mixer.name = "a", mixer.range = array<f64: -0.2, 0.2>})
    -> (tensor<2x?x4x3xf32> {mixer.name = "y"}) {
  %M = mixer.powers %c, %a, %b : tensor<4x8xf32>, tensor<4x8x8xf32>, tensor<4x8xf32>
  %y = mixer.apply %M, %x : tensor<2x?x4x3xf32> -> tensor<2x?x4x3xf32>
  return %y : tensor<2x?x4x3xf32>
}
