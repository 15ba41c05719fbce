// RUN: weft-opt %s -split-input-file -verify-diagnostics -transform-interpreter -canonicalize | FileCheck %s

// The state is updated in place, tile by tile; the four heads share q and k.
// CHECK-LABEL: func @Scan
func.func @Scan(%q: tensor<2x9x1x16xf32>, %v: tensor<2x9x4x8xf32>, %g: tensor<2x9x4xf32>, %s0: tensor<2x4x16x8xf32>)
    -> (tensor<2x9x4x8xf32>, tensor<2x4x16x8xf32>) {
  // CHECK: scf.for %[[B:[a-z0-9]+]] =
  // CHECK: scf.for %[[H:[a-z0-9]+]] =
  // CHECK: scf.for %[[V:[a-z0-9]+]] =
  // CHECK: tensor.extract_slice %arg0[%[[B]], 0, 0, 0] [1, 9, 1, 16]
  // CHECK: tensor.extract_slice %arg1[%[[B]], 0, %[[H]], %[[V]]] [1, 9, 2, 4]
  // CHECK: tensor.extract_slice %{{.*}}[%[[B]], %[[H]], 0, %[[V]]] [1, 2, 16, 4]
  // CHECK: tensor.extract_slice %arg2[%[[B]], 0, %[[H]]] [1, 9, 2]
  // CHECK: mixer.scan {{.*}} outs(%{{.*}} : tensor<1x9x2x4xf32>, tensor<1x2x16x4xf32>) {scale = 5.000000e-01 : f32}
  %y, %s = mixer.scan ins(%q, %q, %v : tensor<2x9x1x16xf32>, tensor<2x9x1x16xf32>, tensor<2x9x4x8xf32>)
      decay(%g : tensor<2x9x4xf32>) outs(%v, %s0 : tensor<2x9x4x8xf32>, tensor<2x4x16x8xf32>) {scale = 0.5 : f32}
  return %y, %s : tensor<2x9x4x8xf32>, tensor<2x4x16x8xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op) {
    %op = transform.structured.match ops{["mixer.scan"]} in %root : (!transform.any_op) -> !transform.any_op
    %t, %l:3 = transform.structured.tile_using_for %op tile_sizes [1, 2, 4] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// The region is cloned untouched; the origin moves with the tile.
// CHECK-LABEL: func @Attend
func.func @Attend(%q: tensor<2x32x8x64xf32>, %k: tensor<2x32x2x64xf32>, %pos: index) -> tensor<2x32x8x64xf32> {
  %c0 = arith.constant 0 : index
  // CHECK: scf.for %[[B:[a-z0-9]+]] =
  // CHECK: scf.for %[[H:[a-z0-9]+]] =
  // CHECK: scf.for %[[I:[a-z0-9]+]] =
  // CHECK: %[[HK:[a-z0-9]+]] = affine.apply #{{.*}}(%[[H]])
  // CHECK: tensor.extract_slice %arg0[%[[B]], %[[I]], %[[H]], 0] [1, 16, 2, 64]
  // CHECK: tensor.extract_slice %arg1[%[[B]], 0, %[[HK]], 0] [1, 32, 1, 64]
  // CHECK: %[[ROW:[a-z0-9]+]] = affine.apply #{{.*}}(%[[I]])[%arg2]
  // CHECK: mixer.attend {{.*}} origin(%[[B]], %[[H]], %[[ROW]], %c0) softmax {
  // CHECK: arith.cmpi sle, %j, %i
  %y = mixer.attend ins(%q, %k, %k : tensor<2x32x8x64xf32>, tensor<2x32x2x64xf32>, tensor<2x32x2x64xf32>)
      outs(%q : tensor<2x32x8x64xf32>) origin(%c0, %c0, %pos, %c0) softmax {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %s, %keep : f32, i1
  }
  return %y : tensor<2x32x8x64xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op) {
    %op = transform.structured.match ops{["mixer.attend"]} in %root : (!transform.any_op) -> !transform.any_op
    %t, %l:3 = transform.structured.tile_using_for %op tile_sizes [1, 2, 16] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// CHECK-LABEL: func @Convolve
func.func @Convolve(%taps: tensor<64x4xf32>, %x: tensor<2x9x64x1xf32>, %w0: tensor<2x3x64x1xf32>)
    -> (tensor<2x9x64x1xf32>, tensor<2x3x64x1xf32>) {
  // CHECK: scf.for %[[H:[a-z0-9]+]] =
  // CHECK: tensor.extract_slice %arg0[%[[H]], 0] [16, 4]
  // CHECK: mixer.convolve {{.*}} window(%{{.*}} : tensor<2x3x16x1xf32>) -> tensor<2x3x16x1xf32>
  %y, %w = mixer.convolve ins(%taps, %x : tensor<64x4xf32>, tensor<2x9x64x1xf32>) outs(%x : tensor<2x9x64x1xf32>)
      window(%w0 : tensor<2x3x64x1xf32>) -> tensor<2x3x64x1xf32>
  return %y, %w : tensor<2x9x64x1xf32>, tensor<2x3x64x1xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op) {
    %op = transform.structured.match ops{["mixer.convolve"]} in %root : (!transform.any_op) -> !transform.any_op
    %t, %l = transform.structured.tile_using_for %op tile_sizes [0, 16] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// Columns of a scan with a gauge stay together; constants have neither batch
// nor time.
// CHECK-LABEL: func @Gauged
func.func @Gauged(%q: tensor<2x9x2x16xf32>, %v: tensor<2x9x4x8xf32>, %g: tensor<4x16xf32>, %i: tensor<2x9x1xf32>, %ids: tensor<2x9xi64>,
    %s0: tensor<2x4x16x8xf32>, %l: tensor<2x9x4xf32>, %m: tensor<2x4xf32>) -> (tensor<2x9x4xf32>, tensor<2x4xf32>) {
  // CHECK: scf.for %[[B:[a-z0-9]+]] =
  // CHECK: scf.for %[[H:[a-z0-9]+]] =
  // CHECK-NOT: scf.for
  // CHECK: %[[GROUP:.*]] = affine.apply #{{.*}}(%[[H]])
  // CHECK: tensor.extract_slice %arg0[%[[B]], 0, %[[GROUP]], 0] [1, 9, 1, 16]
  // CHECK: tensor.extract_slice %arg1[%[[B]], 0, %[[H]], 0] [1, 9, 2, 8]
  // CHECK: tensor.extract_slice %{{.*}}[%[[B]], %[[H]], 0, 0] [1, 2, 16, 8]
  // CHECK: tensor.extract_slice %{{.*}}[%[[B]], 0, %[[H]]] [1, 9, 2]
  // CHECK: tensor.extract_slice %{{.*}}[%[[B]], %[[H]]] [1, 2]
  // CHECK: tensor.extract_slice %arg2[%[[H]], 0] [2, 16]
  // CHECK: tensor.extract_slice %arg3[%[[B]], 0, 0] [1, 9, 1]
  // CHECK: tensor.extract_slice %arg4[%[[B]], 0] [1, 9]
  // CHECK: mixer.scan {{.*}} -> tensor<1x9x2xf32>, tensor<1x2xf32>
  %y, %s, %f:2 = mixer.scan ins(%q, %q, %v : tensor<2x9x2x16xf32>, tensor<2x9x2x16xf32>, tensor<2x9x4x8xf32>)
      decay(%g : tensor<4x16xf32>) gain(%i : tensor<2x9x1xf32>) segments(%ids : tensor<2x9xi64>)
      outs(%v, %s0 : tensor<2x9x4x8xf32>, tensor<2x4x16x8xf32>) gauge(%l, %m : tensor<2x9x4xf32>, tensor<2x4xf32>)
      -> tensor<2x9x4xf32>, tensor<2x4xf32>
  return %f#0, %f#1 : tensor<2x9x4xf32>, tensor<2x4xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op) {
    %op = transform.structured.match ops{["mixer.scan"]} in %root : (!transform.any_op) -> !transform.any_op
    %t, %l:2 = transform.structured.tile_using_for %op tile_sizes [1, 2] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
}
