// Causal linear attention with its row sums, and an anticausal one: the sum and
// the transpose of scans.
// RUN: weftc check %s --tolerance=1e-4 | FileCheck %s
// CHECK-NOT: FAIL
// CHECK-DAG: PASS recurrent
// CHECK-DAG: PASS chunked, chunk 16
// CHECK-NOT: FAIL
func.func @forward(
    %q: tensor<2x?x2x8xf32> {mixer.name = "q", mixer.time = 1 : i64, mixer.range = array<f64: 0.1, 1.0>},
    %k: tensor<2x?x2x8xf32> {mixer.name = "k", mixer.time = 1 : i64, mixer.range = array<f64: 0.1, 1.0>},
    %v: tensor<2x?x2x8xf32> {mixer.name = "v", mixer.time = 1 : i64})
    -> (tensor<2x?x2x8xf32> {mixer.name = "y"}) {
  %G = mixer.gram %q, %k : tensor<2x?x2x8xf32>, tensor<2x?x2x8xf32>
  %C = mixer.mask %G {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  %N = mixer.normalize %C by sum
  %y = mixer.apply %N, %v : tensor<2x?x2x8xf32> -> tensor<2x?x2x8xf32>
  return %y : tensor<2x?x2x8xf32>
}
