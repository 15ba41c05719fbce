// RUN: weft-opt %s -split-input-file -verify-diagnostics --verify-roundtrip | FileCheck %s
// RUN: %python %S/entries.py gram %llvm_lib

// CHECK-LABEL: func @SharedKeyHeads
func.func @SharedKeyHeads(%q: tensor<2x?x8x64xf32>, %k: tensor<2x?x2x64xf32>) {
  // CHECK: mixer.gram %{{.*}}, %{{.*}} {scale = 1.250000e-01 : f32} : tensor<2x?x8x64xf32>, tensor<2x?x2x64xf32>
  %M = mixer.gram %q, %k {scale = 0.125 : f32} : tensor<2x?x8x64xf32>, tensor<2x?x2x64xf32>
  return
}

// -----

// CHECK-LABEL: func @HalfPrecision
func.func @HalfPrecision(%q: tensor<2x?x8x64xbf16>, %h: tensor<2x?x8x64xf16>) {
  %0 = mixer.gram %q, %q : tensor<2x?x8x64xbf16>, tensor<2x?x8x64xbf16>
  %1 = mixer.gram %h, %h : tensor<2x?x8x64xf16>, tensor<2x?x8x64xf16>
  return
}

// -----

func.func @Misspelt(%q: tensor<2x?x8x64xf32>) {
  // expected-error @+1 {{has no attribute 'scael'; did you mean 'scale'?}}
  %M = mixer.gram %q, %q {scael = 0.5 : f32} : tensor<2x?x8x64xf32>, tensor<2x?x8x64xf32>
  return
}

// -----

func.func @Unknown(%q: tensor<2x?x8x64xf32>) {
  // expected-error @+1 {{has no attribute 'causal'}}
  %M = mixer.gram %q, %q {causal} : tensor<2x?x8x64xf32>, tensor<2x?x8x64xf32>
  return
}

// -----

func.func @Prefixed(%q: tensor<2x?x8x64xf32>) {
  %M = mixer.gram %q, %q {weft.note = "kept"} : tensor<2x?x8x64xf32>, tensor<2x?x8x64xf32>
  return
}

// -----

func.func @HeadsDoNotDivide(%q: tensor<2x?x8x64xf32>, %k: tensor<2x?x3x64xf32>) {
  // expected-error @+1 {{expects the number of heads of k to divide 8, got 3}}
  %M = mixer.gram %q, %k : tensor<2x?x8x64xf32>, tensor<2x?x3x64xf32>
  return
}

// -----

func.func @KeySizes(%q: tensor<2x?x8x64xf32>, %k: tensor<2x?x8x32xf32>) {
  // expected-error @+1 {{expects operands of the same key size, got 64 and 32}}
  %M = mixer.gram %q, %k : tensor<2x?x8x64xf32>, tensor<2x?x8x32xf32>
  return
}

// -----

func.func @UnknownHeads(%q: tensor<2x?x?x64xf32>) {
  // expected-error @+1 {{expects a known size of axis 2 of q, got 'tensor<2x?x?x64xf32>'}}
  %M = mixer.gram %q, %q : tensor<2x?x?x64xf32>, tensor<2x?x?x64xf32>
  return
}

// -----

func.func @BatchSizes(%q: tensor<2x?x8x64xf32>, %k: tensor<3x?x8x64xf32>) {
  // expected-error @+1 {{expects operands of the same batch size, got 2 and 3}}
  %M = mixer.gram %q, %k : tensor<2x?x8x64xf32>, tensor<3x?x8x64xf32>
  return
}

// -----

func.func @ElementTypes(%q: tensor<2x?x8x64xf32>, %k: tensor<2x?x8x64xbf16>) {
  // expected-error @+1 {{expects operands of one element type, got 'f32' and 'bf16'}}
  %M = mixer.gram %q, %k : tensor<2x?x8x64xf32>, tensor<2x?x8x64xbf16>
  return
}

// -----

func.func @Rank(%q: tensor<2x?x64xf32>) {
  // expected-error @+1 {{operand #0 must be 4D tensor}}
  %M = mixer.gram %q, %q : tensor<2x?x64xf32>, tensor<2x?x64xf32>
  return
}

// -----

func.func @InfiniteScale(%q: tensor<2x?x8x64xf32>) {
  // expected-error @+1 {{expects a finite scale, got +Inf}}
  %M = mixer.gram %q, %q {scale = 0x7F800000 : f32} : tensor<2x?x8x64xf32>, tensor<2x?x8x64xf32>
  return
}
