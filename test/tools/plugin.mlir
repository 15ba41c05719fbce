// RUN: mlir-opt --load-dialect-plugin=%weft_lib %s --canonicalize | FileCheck %s
// RUN: not weftc --load=%t.missing.so %s -o %t.mlir 2>&1 | FileCheck %s --check-prefix=MISSING
// RUN: not ls %t.mlir

// MISSING: weftc: error: --load={{.*}}missing.so:

// CHECK-LABEL: func @decayed
func.func @decayed(%g: tensor<2x?x4xf32>, %q: tensor<2x?x4x8xf32>, %v: tensor<2x?x4x8xf32>) -> tensor<2x?x4x8xf32> {
  %L = mixer.decay %g : tensor<2x?x4xf32>
  %G = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  // CHECK: mixer.semiseparable
  %M = mixer.hadamard %L, %G
  %y = mixer.apply %M, %v : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
