// What does not matter for the property is removed.
// RUN: weft-reduce %s -reduction-tree='traversal-mode=0 test=%S/Inputs/has_decay.sh' | FileCheck %s

// CHECK: mixer.decay
// CHECK-NOT: @unneeded
func.func @needed(%g: tensor<2x?x4xf32>, %x: tensor<2x?x4x8xf32>) -> tensor<2x?x4x8xf32> {
  %L = mixer.decay %g : tensor<2x?x4xf32>
  %y = mixer.apply %L, %x : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
func.func @unneeded(%x: tensor<2x?x4x8xf32>) -> tensor<2x?x4x8xf32> {
  return %x : tensor<2x?x4x8xf32>
}
