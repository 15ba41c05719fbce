// RUN: weft-opt %s -split-input-file -verify-diagnostics --verify-roundtrip | FileCheck %s

// CHECK-LABEL: func @Sizes
func.func @Sizes(%taps: tensor<4x3xf32>, %T: index) {
  %M = mixer.toeplitz %taps : tensor<4x3xf32>
  // CHECK: mixer.materialize %{{[0-9]+}} : tensor<2x4x12x12xf32>
  %0 = mixer.materialize %M : tensor<2x4x12x12xf32>
  // CHECK: mixer.materialize %{{[0-9]+}} sizes(%{{.*}}, %{{.*}}) : tensor<2x4x?x?xf32>
  %1 = mixer.materialize %M sizes(%T, %T) : tensor<2x4x?x?xf32>
  return
}

// -----

func.func @MissingSize(%taps: tensor<4x3xf32>, %T: index) {
  %M = mixer.toeplitz %taps : tensor<4x3xf32>
  // expected-error @+1 {{expects a size for each dynamic dimension of 'tensor<2x4x?x?xf32>', 2 of them, got 1}}
  %1 = mixer.materialize %M sizes(%T) : tensor<2x4x?x?xf32>
  return
}

// -----

func.func @Shape(%taps: tensor<4x3xf32>) {
  %M = mixer.toeplitz %taps : tensor<4x3xf32>
  // expected-error @+1 {{expects a result of type 'tensor<?x4x?x?xf32>', got 'tensor<2x8x12x12xf32>'}}
  %0 = mixer.materialize %M : tensor<2x8x12x12xf32>
  return
}

// -----

func.func @ElementType(%taps: tensor<4x3xf32>) {
  %M = mixer.toeplitz %taps : tensor<4x3xf32>
  // expected-error @+1 {{expects a result of type 'tensor<?x4x?x?xf32>', got 'tensor<2x4x12x12xf64>'}}
  %0 = mixer.materialize %M : tensor<2x4x12x12xf64>
  return
}
