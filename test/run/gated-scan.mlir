// A decay times a gram, heads in groups, with gates from 0 to -80: every form
// against the dense matrix.
// RUN: weftc check %s | FileCheck %s
// CHECK-NOT: FAIL
// CHECK-DAG: PASS recurrent{{.*}}gate -80
// CHECK-DAG: PASS chunked, chunk 16{{.*}}gate 0,
// CHECK-DAG: PASS chunked, chunk 16{{.*}}gate -0.0001
// CHECK-DAG: PASS chunked, chunk 16{{.*}}gate -5
// CHECK-DAG: PASS chunked, chunk 16{{.*}}gate -80
// CHECK-NOT: FAIL
func.func @forward(
    %q: tensor<2x?x2x16xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %k: tensor<2x?x2x16xf32> {mixer.name = "k", mixer.time = 1 : i64},
    %v: tensor<2x?x4x8xf32> {mixer.name = "v", mixer.time = 1 : i64},
    %g: tensor<2x?x4xf32> {mixer.name = "log_a", mixer.time = 1 : i64, mixer.range = array<f64: -2.0, 0.0>})
    -> (tensor<2x?x4x8xf32> {mixer.name = "y"}) {
  %L = mixer.decay %g : tensor<2x?x4xf32>
  %G = mixer.gram %q, %k {scale = 0.25 : f32} : tensor<2x?x2x16xf32>, tensor<2x?x2x16xf32>
  %M = mixer.hadamard %L, %G
  %y = mixer.apply %M, %v : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
