// RUN: weft-opt %s -split-input-file -verify-diagnostics --verify-roundtrip | FileCheck %s
// RUN: %python %S/entries.py transpose %llvm_lib
// RUN: weft-opt %s -split-input-file -canonicalize | FileCheck %s --check-prefix=FOLD

// CHECK-LABEL: func @Twice
// FOLD-LABEL: func @Twice
func.func @Twice(%g: tensor<2x8x4xf32>) -> tensor<2x4x8x8xf32> {
  %L = mixer.decay %g : tensor<2x8x4xf32>
  // CHECK: mixer.transpose %{{[0-9]+}}
  // FOLD-NOT: mixer.transpose
  %T = mixer.transpose %L
  %U = mixer.transpose %T
  %d = mixer.materialize %U : tensor<2x4x8x8xf32>
  return %d : tensor<2x4x8x8xf32>
}

// -----

// FOLD-LABEL: func @ToTheLeaves
func.func @ToTheLeaves(%q: tensor<2x8x4x16xf32>, %k: tensor<2x9x4x16xf32>, %slope: f32) -> tensor<2x4x9x8xf32> {
  %G = mixer.gram %q, %k : tensor<2x8x4x16xf32>, tensor<2x9x4x16xf32>
  // FOLD: %[[G:.*]] = mixer.gram %arg1, %arg0 : tensor<2x9x4x16xf32>, tensor<2x8x4x16xf32>
  // FOLD: mixer.map %[[G]]
  // FOLD-NEXT: ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
  // FOLD-NEXT: arith.index_cast %i
  %F = mixer.map %G {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %n = arith.index_cast %j : index to i64
    %f = arith.sitofp %n : i64 to f32
    %r = arith.addf %s, %f : f32
    mixer.yield %r : f32
  }
  // FOLD: mixer.mask
  // FOLD-NEXT: ^bb0(%b: index, %h: index, %i: index, %j: index):
  // FOLD-NEXT: arith.cmpi sle, %i, %j
  %C = mixer.mask %F {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  %A = mixer.add %C, %G
  // FOLD: mixer.add
  // FOLD: mixer.hadamard
  %H = mixer.hadamard %A, %A
  // FOLD-NOT: mixer.transpose
  %T = mixer.transpose %H
  %d = mixer.materialize %T : tensor<2x4x9x8xf32>
  return %d : tensor<2x4x9x8xf32>
}

// -----

// A transposed gram cannot share heads of q.
// FOLD-LABEL: func @SharedHeads
func.func @SharedHeads(%q: tensor<2x8x4x16xf32>, %k: tensor<2x8x2x16xf32>) -> tensor<2x4x8x8xf32> {
  %G = mixer.gram %q, %k : tensor<2x8x4x16xf32>, tensor<2x8x2x16xf32>
  // FOLD: mixer.transpose
  %T = mixer.transpose %G
  %d = mixer.materialize %T : tensor<2x4x8x8xf32>
  return %d : tensor<2x4x8x8xf32>
}
