// RUN: weft-opt %s -split-input-file -verify-diagnostics --verify-roundtrip | FileCheck %s
// RUN: %python %S/entries.py gather %llvm_lib

// CHECK-LABEL: func @Gather
func.func @Gather(%p: tensor<2x?x4xi64>) {
  // CHECK: mixer.gather %{{.*}} : tensor<2x?x4xi64> as f32
  %M = mixer.gather %p : tensor<2x?x4xi64> as f32
  return
}

// -----

func.func @UnknownHeads(%p: tensor<2x7x?xi64>) {
  // expected-error @+1 {{expects a known size of axis 2 of picked, got 'tensor<2x7x?xi64>'}}
  %M = mixer.gather %p : tensor<2x7x?xi64> as f32
  return
}

// -----

func.func @Elements(%p: tensor<2x7x4xi64>) {
  // expected-error @+1 {{attribute 'element' failed to satisfy constraint: type attribute of floating-point}}
  %M = mixer.gather %p : tensor<2x7x4xi64> as i64
  return
}
