// RUN: weft-opt %s -split-input-file -verify-diagnostics --verify-roundtrip | FileCheck %s
// RUN: %python %S/entries.py add %llvm_lib

// CHECK-LABEL: func @Add
func.func @Add(%q: tensor<2x?x4x8xf32>, %taps: tensor<4x3xf32>) {
  %G = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  %T = mixer.toeplitz %taps : tensor<4x3xf32>
  // CHECK: mixer.add %{{[0-9]+}}, %{{[0-9]+}}
  %M = mixer.add %G, %T
  return
}

// -----

func.func @Heads(%q: tensor<2x?x4x8xf32>, %taps: tensor<3x3xf32>) {
  %G = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  %T = mixer.toeplitz %taps : tensor<3x3xf32>
  // expected-error @+1 {{expects a number of heads that divides the 4 of the other operand, got 3}}
  %M = mixer.add %G, %T
  return
}

// -----

func.func @ElementTypes(%q: tensor<2x?x4x8xf32>, %taps: tensor<4x3xf64>) {
  %G = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  %T = mixer.toeplitz %taps : tensor<4x3xf64>
  // expected-error @+1 {{expects operands of one element type, got 'f32' and 'f64'}}
  %M = mixer.add %G, %T
  return
}
