// RUN: weft-opt %s -split-input-file -verify-diagnostics --verify-roundtrip | FileCheck %s
// RUN: %python %S/entries.py semiseparable %llvm_lib

// CHECK-LABEL: func @SharedHeads
func.func @SharedHeads(%c: tensor<2x?x1x16xf32>, %g: tensor<2x?x4xf32>) {
  // CHECK: mixer.semiseparable %{{.*}}, %{{.*}} decay(%{{.*}} : tensor<2x?x4xf32>) : tensor<2x?x1x16xf32>, tensor<2x?x1x16xf32>
  %M = mixer.semiseparable %c, %c decay(%g : tensor<2x?x4xf32>) : tensor<2x?x1x16xf32>, tensor<2x?x1x16xf32>
  // CHECK: mixer.semiseparable %{{.*}}, %{{.*}} {scale = 5.000000e-01 : f32} :
  %N = mixer.semiseparable %c, %c {scale = 0.5 : f32} : tensor<2x?x1x16xf32>, tensor<2x?x1x16xf32>
  return
}

// -----

func.func @HeadsDoNotDivide(%c: tensor<2x?x3x16xf32>, %g: tensor<2x?x4xf32>) {
  // expected-error @+1 {{expects the number of heads of q to divide 4, got 3}}
  %M = mixer.semiseparable %c, %c decay(%g : tensor<2x?x4xf32>) : tensor<2x?x3x16xf32>, tensor<2x?x3x16xf32>
  return
}

// -----

func.func @Times(%q: tensor<2x8x4x16xf32>, %k: tensor<2x9x4x16xf32>) {
  // expected-error @+1 {{expects operands of the same number of rows, got 8 and 9}}
  %M = mixer.semiseparable %q, %k : tensor<2x8x4x16xf32>, tensor<2x9x4x16xf32>
  return
}

// -----

func.func @KeySizes(%q: tensor<2x8x4x16xf32>, %k: tensor<2x8x4x8xf32>) {
  // expected-error @+1 {{expects operands of the same key size, got 16 and 8}}
  %M = mixer.semiseparable %q, %k : tensor<2x8x4x16xf32>, tensor<2x8x4x8xf32>
  return
}

// -----

func.func @DecayElementType(%q: tensor<2x8x4x16xf16>, %g: tensor<2x8x4xf32>) {
  // expected-error @+1 {{expects operands of one element type, got 'f16' and 'f32'}}
  %M = mixer.semiseparable %q, %q decay(%g : tensor<2x8x4xf32>) : tensor<2x8x4x16xf16>, tensor<2x8x4x16xf16>
  return
}

// -----

func.func @NotANumber(%q: tensor<2x8x4x16xf32>) {
  // expected-error @+1 {{expects a finite scale, got NaN}}
  %M = mixer.semiseparable %q, %q {scale = 0x7FC00000 : f32} : tensor<2x8x4x16xf32>, tensor<2x8x4x16xf32>
  return
}
