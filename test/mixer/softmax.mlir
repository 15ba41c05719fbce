// RUN: weft-opt %s -split-input-file -verify-diagnostics --verify-roundtrip | FileCheck %s
// RUN: %python %S/entries.py softmax %llvm_lib

// CHECK-LABEL: func @Softmax
func.func @Softmax(%q: tensor<2x?x4x8xf32>) {
  %S = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  // CHECK: mixer.softmax %{{[0-9]+}}
  %P = mixer.softmax %S
  return
}

// -----

func.func @OfATensor(%q: tensor<2x?x4x8xf32>) {
  // expected-note @-1 {{prior use here}}
  // expected-error @+1 {{expects different type than prior uses}}
  %P = mixer.softmax %q
  return
}

// -----

// CHECK-LABEL: func @Sink
func.func @Sink(%q: tensor<2x?x4x8xf32>, %s: tensor<4xf32>) {
  %S = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  // CHECK: mixer.softmax %{{[0-9]+}} sink(%{{.*}} : tensor<4xf32>)
  %P = mixer.softmax %S sink(%s : tensor<4xf32>)
  return
}

// -----

func.func @SinkOfOtherHeads(%q: tensor<2x?x4x8xf32>, %s: tensor<2xf32>) {
  %S = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  // expected-error @+1 {{expects a sink for each head of the matrix, got 'tensor<2xf32>'}}
  %P = mixer.softmax %S sink(%s : tensor<2xf32>)
  return
}
