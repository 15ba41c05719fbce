// RUN: weft-opt %s -split-input-file -verify-diagnostics --verify-roundtrip | FileCheck %s
// RUN: %python %S/entries.py scale_rows %llvm_lib

// CHECK-LABEL: func @Scale
func.func @Scale(%q: tensor<2x?x4x8xf32>, %s: tensor<2x?x2xf32>) {
  %G = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  // CHECK: mixer.scale_rows %{{[0-9]+}}, %{{.*}} : tensor<2x?x2xf32>
  %M = mixer.scale_rows %G, %s : tensor<2x?x2xf32>
  return
}

// -----

func.func @Lines(%q: tensor<2x7x4x8xf32>, %s: tensor<2x8x4xf32>) {
  %G = mixer.gram %q, %q : tensor<2x7x4x8xf32>, tensor<2x7x4x8xf32>
  // expected-error @+1 {{expects operands of the same number of rows, got 7 and 8}}
  %M = mixer.scale_rows %G, %s : tensor<2x8x4xf32>
  return
}

// -----

func.func @UnknownHeads(%q: tensor<2x7x4x8xf32>, %s: tensor<2x7x?xf32>) {
  %G = mixer.gram %q, %q : tensor<2x7x4x8xf32>, tensor<2x7x4x8xf32>
  // expected-error @+1 {{expects a known size of axis 2 of factors, got 'tensor<2x7x?xf32>'}}
  %M = mixer.scale_rows %G, %s : tensor<2x7x?xf32>
  return
}
