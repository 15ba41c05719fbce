// RUN: weft-opt %s -split-input-file -verify-diagnostics --verify-roundtrip | FileCheck %s
// RUN: %python %S/entries.py normalize %llvm_lib

// CHECK-LABEL: func @Normalize
func.func @Normalize(%q: tensor<2x?x4x8xf32>) {
  %S = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  // CHECK: mixer.normalize %{{[0-9]+}} by sum
  %0 = mixer.normalize %S by sum
  // CHECK: mixer.normalize %{{[0-9]+}} by abs_max_one
  %1 = mixer.normalize %S by abs_max_one
  // CHECK: mixer.normalize %{{[0-9]+}} by count
  %2 = mixer.normalize %S by count
  return
}

// -----

func.func @UnknownNormalizer(%q: tensor<2x?x4x8xf32>) {
  %S = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  // expected-error @+1 {{for attribute 'by' [sum, abs_max_one, count]}}
  %0 = mixer.normalize %S by length
  return
}

// -----

func.func @Erase(%q: tensor<2x?x4x8xf32>) {
  %M = mixer.semiseparable %q, %q erase(%q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>) : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  %L = mixer.transpose %M
  // The number of present entries is what it is.
  %0 = mixer.normalize %L by count
  // expected-error @+1 {{expects a matrix without erase to divide by its row sums, which an erase may make zero}}
  %1 = mixer.normalize %L by sum
  return
}
