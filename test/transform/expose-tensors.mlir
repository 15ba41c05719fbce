// RUN: weft-opt %s --weft-expose-tensors | FileCheck %s

func.func private @layer(%x: tensor<1x?x8xf32>) -> tensor<1x?x8xf32> {
  return %x : tensor<1x?x8xf32>
}

// CHECK-LABEL: func.func @forward
// CHECK-SAME: -> (tensor<1x?x8xf32> {mixer.name = "y"}, tensor<1x?x8xf32> {mixer.name = "0.layer"}, tensor<1x?x8xf32> {mixer.name = "1.layer"})
func.func @forward(%x: tensor<1x?x8xf32>) -> (tensor<1x?x8xf32> {mixer.name = "y"}) {
  // CHECK: %[[A:.*]] = call @layer
  %a = call @layer(%x) : (tensor<1x?x8xf32>) -> tensor<1x?x8xf32>
  // CHECK: %[[B:.*]] = call @layer
  %b = call @layer(%a) : (tensor<1x?x8xf32>) -> tensor<1x?x8xf32>
  // CHECK: return %[[B]], %[[A]], %[[B]]
  return %b : tensor<1x?x8xf32>
}
