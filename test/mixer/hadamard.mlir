// RUN: weft-opt %s -split-input-file -verify-diagnostics --verify-roundtrip | FileCheck %s
// RUN: %python %S/entries.py hadamard %llvm_lib
// RUN: weft-opt %s -split-input-file -verify-diagnostics -canonicalize | FileCheck %s --check-prefix=FOLD

// CHECK-LABEL: func @DecayOfGram
// FOLD-LABEL: func @DecayOfGram
func.func @DecayOfGram(%g: tensor<2x?x4xf32>, %c: tensor<2x?x4x16xf32>, %x: tensor<2x?x4x8xf32>) -> tensor<2x?x4x8xf32> {
  %L = mixer.decay %g : tensor<2x?x4xf32>
  %G = mixer.gram %c, %c {scale = 0.5 : f32} : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  // CHECK: mixer.hadamard %{{[0-9]+}}, %{{[0-9]+}}
  // FOLD: %[[M:.*]] = mixer.semiseparable %arg1, %arg1 decay(%arg0 : tensor<2x?x4xf32>) {scale = 5.000000e-01 : f32}
  // FOLD: mixer.apply %[[M]]
  %M = mixer.hadamard %G, %L
  %y = mixer.apply %M, %x : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

// FOLD-LABEL: func @TwoDecays
func.func @TwoDecays(%f: tensor<2x?x4xf32>, %g: tensor<2x?x4xf32>, %c: tensor<2x?x4x16xf32>, %x: tensor<2x?x4x8xf32>) -> tensor<2x?x4x8xf32> {
  %F = mixer.decay %f : tensor<2x?x4xf32>
  %M = mixer.semiseparable %c, %c decay(%g : tensor<2x?x4xf32>) : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  // FOLD: %[[SUM:.*]] = arith.addf %arg1, %arg0 : tensor<2x?x4xf32>
  // FOLD: mixer.semiseparable %arg2, %arg2 decay(%[[SUM]] : tensor<2x?x4xf32>)
  %N = mixer.hadamard %F, %M
  %y = mixer.apply %N, %x : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

// A decay has nothing above the diagonal that a causal mask could remove.
// FOLD-LABEL: func @MaskOfFactor
func.func @MaskOfFactor(%g: tensor<2x?x4xf32>, %c: tensor<2x?x4x16xf32>, %x: tensor<2x?x4x8xf32>) -> tensor<2x?x4x8xf32> {
  %L = mixer.decay %g : tensor<2x?x4xf32>
  %G = mixer.gram %c, %c : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  %C = mixer.mask %G {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sge, %i, %j : index
    mixer.yield %keep : i1
  }
  // FOLD-NOT: mixer.mask
  // FOLD: mixer.semiseparable
  %M = mixer.hadamard %L, %C
  %y = mixer.apply %M, %x : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

// FOLD-LABEL: func @WindowOfFactor
func.func @WindowOfFactor(%g: tensor<2x?x4xf32>, %c: tensor<2x?x4x16xf32>, %x: tensor<2x?x4x8xf32>) -> tensor<2x?x4x8xf32> {
  %L = mixer.decay %g : tensor<2x?x4xf32>
  %G = mixer.gram %c, %c : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  %W = mixer.mask %G {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %d = arith.subi %i, %j : index
    %w = arith.constant 4 : index
    %keep = arith.cmpi slt, %d, %w : index
    mixer.yield %keep : i1
  }
  // FOLD: mixer.mask
  // FOLD: mixer.hadamard
  %M = mixer.hadamard %L, %W
  %y = mixer.apply %M, %x : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

func.func @Rows(%a: tensor<2x8x4x16xf32>, %b: tensor<2x9x4x16xf32>) {
  %A = mixer.gram %a, %a : tensor<2x8x4x16xf32>, tensor<2x8x4x16xf32>
  %B = mixer.gram %b, %b : tensor<2x9x4x16xf32>, tensor<2x9x4x16xf32>
  // expected-error @+1 {{expects operands of the same number of rows, got 8 and 9}}
  %M = mixer.hadamard %A, %B
  return
}

// -----

func.func @Columns(%a: tensor<2x8x4x16xf32>, %b: tensor<2x9x4x16xf32>) {
  %A = mixer.gram %a, %a : tensor<2x8x4x16xf32>, tensor<2x8x4x16xf32>
  %B = mixer.gram %a, %b : tensor<2x8x4x16xf32>, tensor<2x9x4x16xf32>
  // expected-error @+1 {{expects operands of the same number of columns, got 8 and 9}}
  %M = mixer.hadamard %A, %B
  return
}
