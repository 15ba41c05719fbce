// RUN: weft-opt %s -split-input-file -verify-diagnostics --verify-roundtrip | FileCheck %s
// RUN: %python %S/entries.py decay %llvm_lib

// CHECK-LABEL: func @Decay
func.func @Decay(%g: tensor<2x?x4xf32>) {
  // CHECK: mixer.decay %{{.*}} : tensor<2x?x4xf32>
  %L = mixer.decay %g : tensor<2x?x4xf32>
  return
}

// -----

// The same at all times: sizes come from what it is applied to.
func.func @Constant(%g: tensor<4xf32>, %x: tensor<2x?x4x8xf32>) {
  %L = mixer.decay %g : tensor<4xf32>
  %y = mixer.apply %L, %x : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return
}

// -----

func.func @UnknownHeads(%g: tensor<2x?x?xf32>) {
  // expected-error @+1 {{expects a known size of axis 2 of log_a, got 'tensor<2x?x?xf32>'}}
  %L = mixer.decay %g : tensor<2x?x?xf32>
  return
}

// -----

func.func @Rank(%g: tensor<2x?x4x16xf32>) {
  // expected-error @+1 {{operand #0 must be 1D/3D tensor}}
  %L = mixer.decay %g : tensor<2x?x4x16xf32>
  return
}
