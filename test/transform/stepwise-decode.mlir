// RUN: weft-opt %s -split-input-file --weft-derive-decode=require-decode -canonicalize -cse | FileCheck %s

// The state is an argument and a result; a start from zero is what the runtime
// gives, so nothing selects it.
// CHECK-LABEL: func.func @forward(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<2x?x8xf32> {mixer.name = "x", mixer.time = 1 : i64}, %{{.*}}: index {mixer.position}, %[[S:[a-z0-9]+]]: tensor<2x8xf32> {mixer.state = "s"}
// CHECK-SAME: -> (tensor<2x?x8xf32> {mixer.name = "y"}, tensor<2x8xf32> {mixer.state = "s"})
// CHECK-NOT: arith.select
// CHECK: %[[Y:.*]]:2 = mixer.recurrence {{.*}} init(%[[S]] : tensor<2x8xf32>)
// CHECK: return %[[Y]]#0, %[[Y]]#1
// All tokens go through the step, the last row comes out.
// CHECK-LABEL: func.func @prefill(
// CHECK: %[[Y:.*]]:2 = mixer.recurrence ins(%{{.*}} : tensor<2x?x8xf32>)
// CHECK: tensor.extract_slice %[[Y]]#0
// CHECK-LABEL: func.func @step(
// CHECK: mixer.recurrence ins(%{{.*}} : tensor<2x1x8xf32>) outs(%{{.*}} : tensor<2x1x8xf32>)
func.func @forward(%x: tensor<2x?x8xf32> {mixer.name = "x", mixer.time = 1 : i64}) -> (tensor<2x?x8xf32> {mixer.name = "y"}) {
  %c1 = arith.constant 1 : index
  %h0 = arith.constant dense<0.0> : tensor<2x8xf32>
  %T = tensor.dim %x, %c1 : tensor<2x?x8xf32>
  %y0 = tensor.empty(%T) : tensor<2x?x8xf32>
  %y, %h = mixer.recurrence ins(%x : tensor<2x?x8xf32>) outs(%y0 : tensor<2x?x8xf32>) init(%h0 : tensor<2x8xf32>) {
  ^bb0(%xt: tensor<8xf32>, %before: tensor<8xf32>):
    %after = arith.addf %xt, %before : tensor<8xf32>
    mixer.yield %after, %after : tensor<8xf32>, tensor<8xf32>
  }
  return %y : tensor<2x?x8xf32>
}

// -----

// Any other start is taken at position 0.
// CHECK-LABEL: func.func @forward(
// CHECK-SAME: %[[POS:[a-z0-9]+]]: index {mixer.position}, %[[S:[a-z0-9]+]]: tensor<2x8xf32> {mixer.state = "s"}
// CHECK: %[[FIRST:.*]] = arith.cmpi eq, %[[POS]], %c0
// CHECK: %[[START:.*]] = linalg.generic {{.*}} ins(%{{.*}}, %[[S]] : tensor<2x8xf32>, tensor<2x8xf32>)
// CHECK: arith.select %[[FIRST]]
// CHECK: mixer.fold {{.*}} init(%[[START]] : tensor<2x8xf32>)
func.func @forward(%x: tensor<2x?x8xf32> {mixer.name = "x", mixer.time = 1 : i64}) -> (tensor<2x?x8xf32> {mixer.name = "y"}) {
  %c1 = arith.constant 1 : index
  %s0 = arith.constant dense<-1.0e30> : tensor<2x8xf32>
  %T = tensor.dim %x, %c1 : tensor<2x?x8xf32>
  %y0 = tensor.empty(%T) : tensor<2x?x8xf32>
  %y, %s = mixer.fold ins(%x : tensor<2x?x8xf32>) outs(%y0 : tensor<2x?x8xf32>) init(%s0 : tensor<2x8xf32>) one {
    %low = arith.constant dense<-1.0e30> : tensor<8xf32>
    mixer.yield %low : tensor<8xf32>
  } lift {
  ^bb0(%xt: tensor<8xf32>):
    mixer.yield %xt : tensor<8xf32>
  } combine {
  ^bb0(%e1: tensor<8xf32>, %e2: tensor<8xf32>):
    %max = arith.maximumf %e1, %e2 : tensor<8xf32>
    mixer.yield %max : tensor<8xf32>
  } act {
  ^bb0(%before: tensor<8xf32>, %e: tensor<8xf32>):
    %max = arith.maximumf %before, %e : tensor<8xf32>
    mixer.yield %max : tensor<8xf32>
  } readout {
  ^bb0(%xt: tensor<8xf32>, %state: tensor<8xf32>):
    mixer.yield %state : tensor<8xf32>
  }
  return %y : tensor<2x?x8xf32>
}
