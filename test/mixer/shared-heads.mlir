// RUN: weft-opt %s -split-input-file -verify-diagnostics | FileCheck %s

// A group of heads of the decay shares a head of the gram.
// CHECK-LABEL: func @Shared
func.func @Shared(%g: tensor<2x?x4xf32>, %q: tensor<2x?x2x16xf32>, %x: tensor<2x?x4x8xf32>) -> tensor<2x?x4x8xf32> {
  %L = mixer.decay %g : tensor<2x?x4xf32>
  %G = mixer.gram %q, %q : tensor<2x?x2x16xf32>, tensor<2x?x2x16xf32>
  // CHECK: mixer.hadamard
  %M = mixer.hadamard %L, %G
  %y = mixer.apply %M, %x : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

func.func @Straddling(%g: tensor<2x?x4xf32>, %q: tensor<2x?x3x16xf32>) {
  %L = mixer.decay %g : tensor<2x?x4xf32>
  %G = mixer.gram %q, %q : tensor<2x?x3x16xf32>, tensor<2x?x3x16xf32>
  // expected-error@+1 {{expects a number of heads that divides the 4 of the other operand, got 3}}
  %M = mixer.hadamard %L, %G
  return
}
