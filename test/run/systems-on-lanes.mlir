// Systems of many heads with one column each are scans with heads on lanes.
// RUN: weftc %s -o %t.so --explain 2>&1 | FileCheck %s
// RUN: weftc %s -o %t.so --form=lanes --explain 2>&1 | FileCheck %s
// CHECK: forward: scan: lanes: because
// CHECK: forward: scan: lanes: because
func.func @forward(
    %x: tensor<2x?x16x1xf32> {mixer.name = "x", mixer.time = 1 : i64},
    %c: tensor<16x8xf32> {mixer.name = "c"}, %w: tensor<16x8xf32> {mixer.name = "w"},
    %g: tensor<16x8xf32> {mixer.name = "g", mixer.range = array<f64: -1.0, 0.0>},
    %a: tensor<16x8x8xf32> {mixer.name = "a", mixer.range = array<f64: -0.3, 0.3>})
    -> (tensor<2x?x16x1xf32> {mixer.name = "y"}) {
  %M = mixer.vandermonde %c, %c, %g, %w : tensor<16x8xf32>
  %N = mixer.powers %c, %a, %w : tensor<16x8xf32>, tensor<16x8x8xf32>, tensor<16x8xf32>
  %S = mixer.add %M, %N
  %y = mixer.apply %S, %x : tensor<2x?x16x1xf32> -> tensor<2x?x16x1xf32>
  return %y : tensor<2x?x16x1xf32>
}
