// RUN: weft-opt %s -split-input-file -transform-interpreter -canonicalize | FileCheck %s

// Tiles of batch and heads; the region counts heads from the first of the whole.
// CHECK-LABEL: func @Recurrence
func.func @Recurrence(%x: tensor<2x9x4x8xf32>, %w: tensor<4x8xf32>, %h0: tensor<2x4x8xf32>) -> (tensor<2x9x4x8xf32>, tensor<2x4x8xf32>) {
  // CHECK: scf.for %[[B:[a-z0-9]+]] =
  // CHECK: scf.for %[[H:[a-z0-9]+]] =
  // CHECK: tensor.extract_slice %arg0[%[[B]], 0, %[[H]], 0] [1, 9, 2, 8]
  // CHECK: tensor.extract_slice %{{.*}}[%[[B]], %[[H]], 0] [1, 2, 8]
  // CHECK: mixer.recurrence ins(%{{.*}} : tensor<1x9x2x8xf32>) outs(%{{.*}} : tensor<1x9x2x8xf32>) init(%{{.*}} : tensor<1x2x8xf32>) heads origin(%[[H]]) {
  // CHECK: tensor.extract_slice %arg1[%{{.*}}, 0] [1, 8]
  %y, %h = mixer.recurrence ins(%x : tensor<2x9x4x8xf32>) outs(%x : tensor<2x9x4x8xf32>) init(%h0 : tensor<2x4x8xf32>) heads {
  ^bb0(%head: index, %xt: tensor<8xf32>, %before: tensor<8xf32>):
    %r = tensor.extract_slice %w[%head, 0] [1, 8] [1, 1] : tensor<4x8xf32> to tensor<8xf32>
    %kept = arith.mulf %r, %before : tensor<8xf32>
    %after = arith.addf %kept, %xt : tensor<8xf32>
    mixer.yield %after, %after : tensor<8xf32>, tensor<8xf32>
  }
  return %y, %h : tensor<2x9x4x8xf32>, tensor<2x4x8xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op) {
    %op = transform.structured.match ops{["mixer.recurrence"]} in %root : (!transform.any_op) -> !transform.any_op
    %t, %l:2 = transform.structured.tile_using_for %op tile_sizes [1, 2] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// Without heads there is the batch alone.
// CHECK-LABEL: func @Fold
func.func @Fold(%x: tensor<4x9x8xf32>, %s0: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: scf.for %[[B:[a-z0-9]+]] =
  // CHECK-NOT: scf.for
  // CHECK: mixer.fold ins(%{{.*}} : tensor<2x9x8xf32>) outs(%{{.*}} : tensor<2x9x8xf32>) init(%{{.*}} : tensor<2x8xf32>)
  %y, %s = mixer.fold ins(%x : tensor<4x9x8xf32>) outs(%x : tensor<4x9x8xf32>) init(%s0 : tensor<4x8xf32>) one {
    %zero = arith.constant dense<0.0> : tensor<8xf32>
    mixer.yield %zero : tensor<8xf32>
  } lift {
  ^bb0(%xt: tensor<8xf32>):
    mixer.yield %xt : tensor<8xf32>
  } combine {
  ^bb0(%e1: tensor<8xf32>, %e2: tensor<8xf32>):
    %sum = arith.addf %e1, %e2 : tensor<8xf32>
    mixer.yield %sum : tensor<8xf32>
  } act {
  ^bb0(%before: tensor<8xf32>, %e: tensor<8xf32>):
    %sum = arith.addf %before, %e : tensor<8xf32>
    mixer.yield %sum : tensor<8xf32>
  } readout {
  ^bb0(%xt: tensor<8xf32>, %state: tensor<8xf32>):
    mixer.yield %state : tensor<8xf32>
  }
  return %s : tensor<4x8xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op) {
    %op = transform.structured.match ops{["mixer.fold"]} in %root : (!transform.any_op) -> !transform.any_op
    %t, %l = transform.structured.tile_using_for %op tile_sizes [2] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
