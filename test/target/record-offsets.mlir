// RUN: weft-opt %s --weft-record-interface | FileCheck %s

// What says where packed sequences begin is known through calls, also of a
// function that calls itself.

// CHECK: inputs = [{{.*}}name = "x"{{.*}}name = "cuts"{{.*}}], last_row_only = 0 : i64, name = "model", offsets = array<i64: 1>
func.func private @mix(%x: tensor<1x?x4xf32>, %cuts: tensor<3xi64> {mixer.offsets}) -> tensor<1x?x4xf32> {
  return %x : tensor<1x?x4xf32>
}
func.func private @again(%x: tensor<1x?x4xf32>, %cuts: tensor<3xi64>) -> tensor<1x?x4xf32> {
  %y = call @again(%x, %cuts) : (tensor<1x?x4xf32>, tensor<3xi64>) -> tensor<1x?x4xf32>
  %z = call @mix(%y, %cuts) : (tensor<1x?x4xf32>, tensor<3xi64>) -> tensor<1x?x4xf32>
  return %z : tensor<1x?x4xf32>
}
func.func @model(%x: tensor<1x?x4xf32> {mixer.name = "x", mixer.time = 1 : i64},
                 %cuts: tensor<3xi64> {mixer.name = "cuts"}) -> (tensor<1x?x4xf32> {mixer.name = "y"}) {
  %y = call @again(%x, %cuts) : (tensor<1x?x4xf32>, tensor<3xi64>) -> tensor<1x?x4xf32>
  return %y : tensor<1x?x4xf32>
}
