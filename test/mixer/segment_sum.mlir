// RUN: weft-opt %s -split-input-file -verify-diagnostics --verify-roundtrip | FileCheck %s
// RUN: %python %S/entries.py segment_sum %llvm_lib

// CHECK-LABEL: func @SegmentSum
func.func @SegmentSum(%x: tensor<2x?x4xf32>) {
  // CHECK: mixer.segment_sum %{{.*}} : tensor<2x?x4xf32>
  %F = mixer.segment_sum %x : tensor<2x?x4xf32>
  return
}

// -----

func.func @UnknownHeads(%x: tensor<2x?x?xf32>) {
  // expected-error @+1 {{expects a known size of axis 2 of x, got 'tensor<2x?x?xf32>'}}
  %F = mixer.segment_sum %x : tensor<2x?x?xf32>
  return
}
