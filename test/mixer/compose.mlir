// RUN: weft-opt %s -split-input-file -verify-diagnostics --verify-roundtrip | FileCheck %s
// RUN: %python %S/entries.py compose %llvm_lib

// CHECK-LABEL: func @Compose
func.func @Compose(%q: tensor<2x?x4x8xf32>, %m: tensor<2x2x?x?xf32>) {
  %G = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  %D = mixer.dense %m : tensor<2x2x?x?xf32>
  // CHECK: mixer.compose %{{[0-9]+}}, %{{[0-9]+}}
  %M = mixer.compose %G, %D
  return
}

// -----

func.func @Between(%m: tensor<2x4x7x9xf32>) {
  %D = mixer.dense %m : tensor<2x4x7x9xf32>
  // expected-error @+1 {{expects as many rows of the second matrix as the first has columns, got 7 and 9}}
  %M = mixer.compose %D, %D
  return
}
