// RUN: weft-opt %s -split-input-file -verify-diagnostics --verify-roundtrip | FileCheck %s
// RUN: %python %S/entries.py vandermonde %llvm_lib

// CHECK-LABEL: func @Modes
func.func @Modes(%c: tensor<4x16xf32>) {
  // CHECK: mixer.vandermonde %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} {run_as = "convolution", scale = 2.000000e+00 : f32} : tensor<4x16xf32>
  %M = mixer.vandermonde %c, %c, %c, %c {scale = 2.0 : f32, run_as = "convolution"} : tensor<4x16xf32>
  return
}

// -----

func.func @UnknownModes(%c: tensor<4x?xf32>) {
  // expected-error @+1 {{expects a known size of axis 1 of c_re, got 'tensor<4x?xf32>'}}
  %M = mixer.vandermonde %c, %c, %c, %c : tensor<4x?xf32>
  return
}

// -----

func.func @RunAs(%c: tensor<4x16xf32>) {
  // expected-error @+1 {{expects run_as to be "scan" or "convolution", got "fft"}}
  %M = mixer.vandermonde %c, %c, %c, %c {run_as = "fft"} : tensor<4x16xf32>
  return
}
