// RUN: weft-opt %s -split-input-file -verify-diagnostics --verify-roundtrip | FileCheck %s

// CHECK-LABEL: func @RunningSum
func.func @RunningSum(%x: tensor<2x?x4xbf16>, %carry: tensor<2x4xf64>) {
  // CHECK: mixer.running_sum %{{.*}} from %{{.*}} : tensor<2x?x4xbf16>, tensor<2x4xf64> -> tensor<2x?x4xf32>
  %high, %rest, %last = mixer.running_sum %x from %carry : tensor<2x?x4xbf16>, tensor<2x4xf64> -> tensor<2x?x4xf32>
  return
}

// -----

func.func @NarrowSums(%x: tensor<2x?x4xf64>, %carry: tensor<2x4xf64>) {
  // expected-error @+1 {{expects sums of type 'tensor<2x?x4xf64>', got 'tensor<2x?x4xf32>'}}
  %high, %rest, %last = mixer.running_sum %x from %carry : tensor<2x?x4xf64>, tensor<2x4xf64> -> tensor<2x?x4xf32>
  return
}

// -----

func.func @CarryOfOtherHeads(%x: tensor<2x?x4xf32>, %carry: tensor<2x2xf64>) {
  // expected-error @+1 {{expects a carry of type 'tensor<2x4xf64>', got 'tensor<2x2xf64>'}}
  %high, %rest, %last = mixer.running_sum %x from %carry : tensor<2x?x4xf32>, tensor<2x2xf64> -> tensor<2x?x4xf32>
  return
}
