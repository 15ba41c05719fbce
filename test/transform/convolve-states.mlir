// RUN: weft-opt %s --weft-derive-decode='max-seq=32' --canonicalize --weft-simplify-mixers | FileCheck %s

// Taps of any number: the state is the list of all inputs, of which there are
// as many as the position says.
// CHECK-LABEL: func.func @forward(
// CHECK-SAME: %[[POS:[^:]*]]: index {mixer.position}
// CHECK-SAME: %[[INPUTS:[^:]*]]: tensor<2x32x4x1xf32> {mixer.cache_axis = 1 : i64, mixer.state = "inputs"}
// CHECK-SAME: %[[WINDOW:[^:]*]]: tensor<2x5x4x1xf32> {mixer.state = "window"}
// CHECK: mixer.convolve {{.*}} window(%[[INPUTS]] : tensor<2x32x4x1xf32>) length(%[[POS]])
// Three taps that begin three tokens back.
// CHECK: mixer.convolve {{.*}} window(%[[WINDOW]] : tensor<2x5x4x1xf32>) {first_lag = 3 : i64}
// CHECK-LABEL: func.func @step(
// CHECK: mixer.convolve {{.*}}tensor<2x1x4x1xf32>{{.*}} window(%{{.*}} : tensor<2x32x4x1xf32>) length(%{{.*}})
func.func @forward(%x: tensor<2x?x4x1xf32> {mixer.name = "x", mixer.time = 1 : i64}, %long: tensor<4x?xf32> {mixer.name = "long"}, %taps: tensor<4x3xf32> {mixer.name = "taps"})
    -> (tensor<2x?x4x1xf32> {mixer.name = "y"}) {
  %L = mixer.toeplitz %long : tensor<4x?xf32>
  %y = mixer.apply %L, %x : tensor<2x?x4x1xf32> -> tensor<2x?x4x1xf32>
  %M = mixer.toeplitz %taps {first_lag = 3} : tensor<4x3xf32>
  %z = mixer.apply %M, %y : tensor<2x?x4x1xf32> -> tensor<2x?x4x1xf32>
  return %z : tensor<2x?x4x1xf32>
}
