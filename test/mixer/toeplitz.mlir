// RUN: weft-opt %s -split-input-file -verify-diagnostics --verify-roundtrip | FileCheck %s
// RUN: %python %S/entries.py toeplitz %llvm_lib

// CHECK-LABEL: func @Taps
func.func @Taps(%taps: tensor<1536x4xf32>) {
  // CHECK: mixer.toeplitz %{{.*}} : tensor<1536x4xf32>
  %M = mixer.toeplitz %taps : tensor<1536x4xf32>
  return
}

// CHECK-LABEL: func @AnyNumberOnBothSides
func.func @AnyNumberOnBothSides(%taps: tensor<8x?xf32>, %around: tensor<8x7xf32>) {
  // CHECK: mixer.toeplitz %{{.*}} : tensor<8x?xf32>
  %M = mixer.toeplitz %taps : tensor<8x?xf32>
  // CHECK: mixer.toeplitz %{{.*}} {first_lag = -3 : i64} : tensor<8x7xf32>
  %N = mixer.toeplitz %around {first_lag = -3} : tensor<8x7xf32>
  return
}

// -----

func.func @NoTaps(%taps: tensor<8x0xf32>) {
  // expected-error @+1 {{expects at least one tap, got 'tensor<8x0xf32>'}}
  %M = mixer.toeplitz %taps : tensor<8x0xf32>
  return
}

// -----

func.func @UnknownHeads(%taps: tensor<?x8xf32>) {
  // expected-error @+1 {{expects a known size of axis 0 of taps, got 'tensor<?x8xf32>'}}
  %M = mixer.toeplitz %taps : tensor<?x8xf32>
  return
}
