// RUN: weft-opt %s -split-input-file -verify-diagnostics --verify-roundtrip | FileCheck %s
// RUN: %python %S/entries.py shift %llvm_lib

// CHECK-LABEL: func @Shift
func.func @Shift(%q: tensor<2x?x4x8xf32>) {
  %G = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  // CHECK: mixer.shift %{{[0-9]+}}
  %M = mixer.shift %G
  return
}

// -----

// One below the diagonal is still causal.
func.func @State(%q: tensor<2x7x4x8xf32>, %x: tensor<2x7x4x8xf32>, %s: tensor<2x4x8x8xf32>, %r: tensor<2x1x4x8xf32>) {
  %L = mixer.semiseparable %q, %q : tensor<2x7x4x8xf32>, tensor<2x7x4x8xf32>
  %M = mixer.shift %L
  %y, %t:2 = mixer.apply %M, %x init(%s, %r : tensor<2x4x8x8xf32>, tensor<2x1x4x8xf32>)
      : tensor<2x7x4x8xf32> -> tensor<2x7x4x8xf32>, tensor<2x4x8x8xf32>, tensor<2x1x4x8xf32>
  return
}

// -----

func.func @NotCausal(%q: tensor<2x7x4x8xf32>, %x: tensor<2x7x4x8xf32>, %s: tensor<2x4x8x8xf32>) {
  %G = mixer.gram %q, %q : tensor<2x7x4x8xf32>, tensor<2x7x4x8xf32>
  %M = mixer.shift %G
  // expected-error @+1 {{expects a causal matrix to carry state, got one that may have entries above the diagonal}}
  %y, %t = mixer.apply %M, %x init(%s : tensor<2x4x8x8xf32>) : tensor<2x7x4x8xf32> -> tensor<2x7x4x8xf32>, tensor<2x4x8x8xf32>
  return
}
