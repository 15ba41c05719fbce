// Not causal: only the stateless forward exists; asking for decode is the error.
// RUN: weftc check %s | FileCheck %s
// RUN: not weftc %s --entries=forward,prefill,step -o %t.so 2>&1 | FileCheck %s --check-prefix=DECODE
// CHECK-NOT: FAIL
// CHECK-DAG: PASS blocked, chunk 16
// CHECK-NOT: FAIL
// DECODE: bidirectional-attention.mlir:[[# @LINE + 8]]:{{.*}}error:
func.func @forward(
    %q: tensor<2x?x4x16xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %k: tensor<2x?x2x16xf32> {mixer.name = "k", mixer.time = 1 : i64},
    %v: tensor<2x?x2x16xf32> {mixer.name = "v", mixer.time = 1 : i64})
    -> (tensor<2x?x4x16xf32> {mixer.name = "y"}) {
  %S = mixer.gram %q, %k {scale = 0.25 : f32} : tensor<2x?x4x16xf32>, tensor<2x?x2x16xf32>
  %P = mixer.softmax %S
  %y = mixer.apply %P, %v : tensor<2x?x2x16xf32> -> tensor<2x?x4x16xf32>
  return %y : tensor<2x?x4x16xf32>
}
