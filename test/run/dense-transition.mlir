// A dense transition that heads share in groups, read after the update and
// before it: every form, pieces, packed sequences and decode.
// RUN: weftc check %s | FileCheck %s
// CHECK-NOT: FAIL
// CHECK-DAG: PASS dense
// CHECK-DAG: PASS recurrent
// CHECK-DAG: PASS chunked
// CHECK-DAG: PASS scan
// CHECK-DAG: PASS lanes
// CHECK-NOT: FAIL
func.func @forward(
    %q: tensor<2x?x8x8xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %k: tensor<2x?x1x8xf32> {mixer.name = "k", mixer.time = 1 : i64},
    %x: tensor<2x?x8x3xf32> {mixer.name = "x", mixer.time = 1 : i64},
    %u: tensor<8x8xf32> {mixer.name = "u"},
    %a: tensor<1x8x8xf32> {mixer.name = "a", mixer.range = array<f64: -0.4, 0.4>},
    %b: tensor<8x8x8xf32> {mixer.name = "b", mixer.range = array<f64: -0.4, 0.4>})
    -> (tensor<2x?x8x3xf32> {mixer.name = "y"}) {
  %M = mixer.semiseparable %q, %k dense(%a : tensor<1x8x8xf32>) {scale = 0.5 : f32} : tensor<2x?x8x8xf32>, tensor<2x?x1x8xf32>
  %N = mixer.semiseparable %q, %k bonus(%u : tensor<8x8xf32>) dense(%b : tensor<8x8x8xf32>) read pre : tensor<2x?x8x8xf32>, tensor<2x?x1x8xf32>
  %S = mixer.add %M, %N
  %y = mixer.apply %S, %x : tensor<2x?x8x3xf32> -> tensor<2x?x8x3xf32>
  return %y : tensor<2x?x8x3xf32>
}
