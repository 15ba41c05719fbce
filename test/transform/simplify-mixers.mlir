// RUN: weft-opt %s -split-input-file --weft-simplify-mixers -verify-diagnostics | FileCheck %s

// CHECK-LABEL: func @DecayedGram
// CHECK: mixer.scan ins({{.*}}) decay({{.*}})
func.func @DecayedGram(%g: tensor<2x?x4xf32>, %q: tensor<2x?x1x16xf32>, %v: tensor<2x?x4x8xf32>) -> tensor<2x?x4x8xf32> {
  %L = mixer.decay %g : tensor<2x?x4xf32>
  %G = mixer.gram %q, %q {scale = 0.5 : f32} : tensor<2x?x1x16xf32>, tensor<2x?x1x16xf32>
  %M = mixer.hadamard %L, %G
  %y = mixer.apply %M, %v : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

// The transpose of a scan runs in reverse.
// CHECK-LABEL: func @Transposed
// CHECK: mixer.scan {{.*}} {reverse}
func.func @Transposed(%g: tensor<2x?x4xf32>, %q: tensor<2x?x4x16xf32>, %v: tensor<2x?x4x8xf32>) -> tensor<2x?x4x8xf32> {
  %M = mixer.semiseparable %q, %q decay(%g : tensor<2x?x4xf32>) : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  %N = mixer.transpose %M
  %y = mixer.apply %N, %v : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

// CHECK-LABEL: func @Taps
// CHECK: mixer.convolve
func.func @Taps(%h: tensor<4x3xf32>, %x: tensor<2x?x4x1xf32>) -> tensor<2x?x4x1xf32> {
  %M = mixer.toeplitz %h : tensor<4x3xf32>
  %y = mixer.apply %M, %x : tensor<2x?x4x1xf32> -> tensor<2x?x4x1xf32>
  return %y : tensor<2x?x4x1xf32>
}

// -----

// Lags on both sides, and their signs turned; a mask of them has no other form.
// CHECK-LABEL: func @TapsOnBothSides
// CHECK: mixer.convolve {{.*}} {first_lag = -2 : i64}
// CHECK: mixer.convolve {{.*}} {first_lag = -2 : i64, reverse}
func.func @TapsOnBothSides(%h: tensor<4x7xf32>, %x: tensor<2x?x4x1xf32>) -> tensor<2x?x4x1xf32> {
  %M = mixer.toeplitz %h {first_lag = -2} : tensor<4x7xf32>
  %y = mixer.apply %M, %x : tensor<2x?x4x1xf32> -> tensor<2x?x4x1xf32>
  %N = mixer.transpose %M
  %z = mixer.apply %N, %y : tensor<2x?x4x1xf32> -> tensor<2x?x4x1xf32>
  return %z : tensor<2x?x4x1xf32>
}

// -----

// CHECK-LABEL: func @CausalPartOfBothSides
// CHECK-NOT: mixer.
func.func @CausalPartOfBothSides(%h: tensor<4x7xf32>, %x: tensor<2x?x4x1xf32>) -> tensor<2x?x4x1xf32> {
  %M = mixer.toeplitz %h {first_lag = -2} : tensor<4x7xf32>
  // expected-note@+1 {{the matrix is built here}}
  %C = mixer.mask %M {
  ^bb0(%b: index, %i0: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  // expected-warning@+1 {{runs in dense form, O(T*S) memory: a mask of taps of negative lags}}
  %y = mixer.apply %C, %x : tensor<2x?x4x1xf32> -> tensor<2x?x4x1xf32>
  return %y : tensor<2x?x4x1xf32>
}

// -----

// Maps and masks become one region, in their order.
// CHECK-LABEL: func @Attention
// CHECK: mixer.attend {{.*}} softmax
// CHECK: math.tanh
// CHECK: arith.cmpi sle
// CHECK: mixer.yield %{{.*}}, %{{.*}} : f32, i1
func.func @Attention(%q: tensor<2x?x4x16xf32>, %k: tensor<2x?x2x16xf32>) -> tensor<2x?x4x16xf32> {
  %S = mixer.gram %q, %k : tensor<2x?x4x16xf32>, tensor<2x?x2x16xf32>
  %C = mixer.map %S {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %t = math.tanh %s : f32
    mixer.yield %t : f32
  }
  %W = mixer.mask %C {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  %P = mixer.softmax %W
  %y = mixer.apply %P, %k : tensor<2x?x2x16xf32> -> tensor<2x?x4x16xf32>
  return %y : tensor<2x?x4x16xf32>
}

// -----

// The limit: no form is known of a softmax times a decay.
// CHECK-LABEL: func @Fallback
// CHECK-NOT: !mixer.matrix
func.func @Fallback(%g: tensor<2x?x4xf32>, %q: tensor<2x?x4x16xf32>) -> tensor<2x?x4x16xf32> {
  %S = mixer.gram %q, %q : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  %P = mixer.softmax %S
  %L = mixer.decay %g : tensor<2x?x4xf32>
  // expected-note@+1 {{the matrix is built here}}
  %M = mixer.hadamard %P, %L
  // expected-warning@+1 {{runs in dense form}}
  %y = mixer.apply %M, %q : tensor<2x?x4x16xf32> -> tensor<2x?x4x16xf32>
  return %y : tensor<2x?x4x16xf32>
}

// -----

// A dense transition is transposed with its matrix.
// CHECK-LABEL: func @DenseTransition
// CHECK: %[[AT:.*]] = linalg.transpose ins(%{{.*}} : tensor<4x16x16xf32>) {{.*}}permutation = [0, 2, 1]
// CHECK: mixer.scan {{.*}} dense(%[[AT]] : tensor<4x16x16xf32>) {{.*}} {reverse}
func.func @DenseTransition(%a: tensor<4x16x16xf32>, %q: tensor<2x?x4x16xf32>, %v: tensor<2x?x4x8xf32>) -> tensor<2x?x4x8xf32> {
  %M = mixer.semiseparable %q, %q dense(%a : tensor<4x16x16xf32>) : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  %N = mixer.transpose %M
  %y = mixer.apply %N, %v : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

func.func @DecayedDenseTransition(%g: tensor<2x?x4xf32>, %a: tensor<4x16x16xf32>, %q: tensor<2x?x4x16xf32>, %v: tensor<2x?x4x8xf32>) -> tensor<2x?x4x8xf32> {
  %L = mixer.decay %g : tensor<2x?x4xf32>
  %S = mixer.semiseparable %q, %q dense(%a : tensor<4x16x16xf32>) : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  // expected-note @+1 {{the matrix is built here}}
  %M = mixer.hadamard %L, %S
  // expected-warning @+1 {{runs in dense form, O(T*S) memory: a decay times a matrix whose transition is dense}}
  %y = mixer.apply %M, %v : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
