// Both directions of dense transitions: the transpose runs in reverse with Aᵀ.
// RUN: weftc check %s | FileCheck %s
// CHECK-NOT: FAIL
// CHECK-DAG: PASS recurrent
// CHECK-DAG: PASS chunked
// CHECK-DAG: PASS scan
// CHECK-NOT: FAIL
func.func @forward(
    %q: tensor<2x?x4x6xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %k: tensor<2x?x2x6xf32> {mixer.name = "k", mixer.time = 1 : i64},
    %x: tensor<2x?x4x8xf32> {mixer.name = "x", mixer.time = 1 : i64},
    %a: tensor<4x6x6xf32> {mixer.name = "a", mixer.range = array<f64: -0.4, 0.4>})
    -> (tensor<2x?x4x8xf32> {mixer.name = "y"}) {
  %L = mixer.semiseparable %q, %k dense(%a : tensor<4x6x6xf32>) : tensor<2x?x4x6xf32>, tensor<2x?x2x6xf32>
  %P = mixer.semiseparable %k, %q dense(%a : tensor<4x6x6xf32>) read pre : tensor<2x?x2x6xf32>, tensor<2x?x4x6xf32>
  %U = mixer.transpose %P
  %M = mixer.add %L, %U
  %y = mixer.apply %M, %x : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
