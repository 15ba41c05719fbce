// RUN: weft-opt %s -split-input-file -verify-diagnostics --verify-roundtrip | FileCheck %s
// RUN: %python %S/entries.py dense %llvm_lib

// CHECK-LABEL: func @Dense
func.func @Dense(%m: tensor<2x4x?x?xf32>) {
  // CHECK: mixer.dense %{{.*}} : tensor<2x4x?x?xf32>
  %M = mixer.dense %m : tensor<2x4x?x?xf32>
  return
}

// -----

func.func @UnknownHeads(%m: tensor<2x?x7x7xf32>) {
  // expected-error @+1 {{expects a known size of axis 1 of entries, got 'tensor<2x?x7x7xf32>'}}
  %M = mixer.dense %m : tensor<2x?x7x7xf32>
  return
}
