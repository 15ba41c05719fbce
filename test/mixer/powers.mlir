// RUN: weft-opt %s -split-input-file -verify-diagnostics --verify-roundtrip | FileCheck %s
// RUN: %python %S/entries.py powers %llvm_lib

// CHECK-LABEL: func @System
func.func @System(%c: tensor<4x16xf32>, %a: tensor<4x16x16xf32>) {
  // CHECK: mixer.powers %{{.*}}, %{{.*}}, %{{.*}} : tensor<4x16xf32>, tensor<4x16x16xf32>, tensor<4x16xf32>
  %M = mixer.powers %c, %a, %c : tensor<4x16xf32>, tensor<4x16x16xf32>, tensor<4x16xf32>
  return
}

// -----

func.func @NotSquare(%c: tensor<4x16xf32>, %a: tensor<4x16x8xf32>) {
  // expected-error @+1 {{expects a of type 'tensor<4x16x16xf32>', got 'tensor<4x16x8xf32>'}}
  %M = mixer.powers %c, %a, %c : tensor<4x16xf32>, tensor<4x16x8xf32>, tensor<4x16xf32>
  return
}

// -----

func.func @OtherOrder(%c: tensor<4x16xf32>, %a: tensor<4x16x16xf32>, %b: tensor<4x8xf32>) {
  // expected-error @+1 {{expects b of type 'tensor<4x16xf32>', got 'tensor<4x8xf32>'}}
  %M = mixer.powers %c, %a, %b : tensor<4x16xf32>, tensor<4x16x16xf32>, tensor<4x8xf32>
  return
}

// -----

func.func @RunAs(%c: tensor<4x16xf32>, %a: tensor<4x16x16xf32>) {
  // expected-error @+1 {{expects run_as to be "scan" or "convolution", got "sum"}}
  %M = mixer.powers %c, %a, %c {run_as = "sum"} : tensor<4x16xf32>, tensor<4x16x16xf32>, tensor<4x16xf32>
  return
}
