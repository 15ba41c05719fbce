// RUN: weft-opt %s -split-input-file --weft-simplify-mixers --canonicalize --cse | FileCheck %s

// The rules of sums, normalizers and triangles.

// The triangle of a gram without softmax is a scan; a constant map is its scale.
// CHECK-LABEL: func @CausalGram
// CHECK-NOT: mixer.attend
// CHECK: mixer.scan {{.*}} {scale = 5.000000e-01 : f32}
func.func @CausalGram(%q: tensor<2x?x4x16xf32>) -> tensor<2x?x4x16xf32> {
  %S = mixer.gram %q, %q {scale = 0.25 : f32} : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  %C = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sge, %i, %j : index
    mixer.yield %keep : i1
  }
  %two = arith.constant 2.0 : f32
  %M = mixer.map %C {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %t = arith.mulf %s, %two : f32
    mixer.yield %t : f32
  }
  %y = mixer.apply %M, %q : tensor<2x?x4x16xf32> -> tensor<2x?x4x16xf32>
  return %y : tensor<2x?x4x16xf32>
}

// -----

// The limit: a window is not a triangle, so the scores stay pairwise.
// CHECK-LABEL: func @WindowGram
// CHECK-NOT: mixer.scan
// CHECK: mixer.attend
// CHECK-NOT: softmax
func.func @WindowGram(%q: tensor<2x?x4x16xf32>) -> tensor<2x?x4x16xf32> {
  %c3 = arith.constant 3 : index
  %S = mixer.gram %q, %q : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  %W = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %end = arith.addi %j, %c3 : index
    %near = arith.cmpi slt, %i, %end : index
    %past = arith.cmpi sle, %j, %i : index
    %keep = arith.andi %near, %past : i1
    mixer.yield %keep : i1
  }
  %y = mixer.apply %W, %q : tensor<2x?x4x16xf32> -> tensor<2x?x4x16xf32>
  return %y : tensor<2x?x4x16xf32>
}

// -----

// M x / M 1 in one scan of (x, 1), zero where the divisor is.
// CHECK-LABEL: func @RowSum
// CHECK: mixer.scan {{.*}} outs(%{{.*}} : tensor<2x?x4x17xf32>
// CHECK-NOT: mixer.scan
// CHECK: arith.cmpf oeq
// CHECK: arith.divf
// CHECK: arith.select
func.func @RowSum(%g: tensor<2x?x4xf32>, %q: tensor<2x?x4x16xf32>) -> tensor<2x?x4x16xf32> {
  %M = mixer.semiseparable %q, %q decay(%g : tensor<2x?x4xf32>) : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  %N = mixer.normalize %M by sum
  %y = mixer.apply %N, %q : tensor<2x?x4x16xf32> -> tensor<2x?x4x16xf32>
  return %y : tensor<2x?x4x16xf32>
}

// -----

// The count of a triangle is arithmetic on the row.
// CHECK-LABEL: func @Count
// CHECK-COUNT-1: mixer.scan
// CHECK-NOT: mixer.scan
// CHECK: linalg.index 1
func.func @Count(%g: tensor<2x?x4xf32>, %q: tensor<2x?x4x16xf32>) -> tensor<2x?x4x16xf32> {
  %M = mixer.semiseparable %q, %q decay(%g : tensor<2x?x4xf32>) : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  %N = mixer.normalize %M by count
  %y = mixer.apply %N, %q : tensor<2x?x4x16xf32> -> tensor<2x?x4x16xf32>
  return %y : tensor<2x?x4x16xf32>
}

// -----

// (A + B) ∘ L = A ∘ L + B ∘ L
// CHECK-LABEL: func @DecayedSum
// CHECK-COUNT-2: mixer.scan ins({{.*}}) decay({{.*}})
// CHECK: arith.addf
func.func @DecayedSum(%g: tensor<2x?x4xf32>, %q: tensor<2x?x4x16xf32>, %k: tensor<2x?x4x16xf32>) -> tensor<2x?x4x16xf32> {
  %A = mixer.gram %q, %k : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  %B = mixer.gram %k, %q : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  %S = mixer.add %A, %B
  %L = mixer.decay %g : tensor<2x?x4xf32>
  %M = mixer.hadamard %S, %L
  %y = mixer.apply %M, %q : tensor<2x?x4x16xf32> -> tensor<2x?x4x16xf32>
  return %y : tensor<2x?x4x16xf32>
}
