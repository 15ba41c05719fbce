// RUN: weft-opt %s -split-input-file -verify-diagnostics --verify-roundtrip | FileCheck %s
// RUN: %python %S/entries.py diagonal %llvm_lib

// CHECK-LABEL: func @Diagonal
func.func @Diagonal(%d: tensor<2x?x4xf32>) {
  // CHECK: mixer.diagonal %{{.*}} : tensor<2x?x4xf32>
  %M = mixer.diagonal %d : tensor<2x?x4xf32>
  return
}

// -----

func.func @UnknownHeads(%d: tensor<2x7x?xf32>) {
  // expected-error @+1 {{expects a known size of axis 2 of entries, got 'tensor<2x7x?xf32>'}}
  %M = mixer.diagonal %d : tensor<2x7x?xf32>
  return
}
