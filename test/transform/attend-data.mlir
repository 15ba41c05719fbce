// RUN: weft-opt %s -split-input-file --weft-simplify-mixers | FileCheck %s

// What is added to scores or multiplied with weights becomes data and region of
// one attend.

// Gates: running sums in two parts, for rows and columns alike.
// CHECK-LABEL: func @Gates
// CHECK: %[[HIGH:.*]], %[[REST:.*]], %{{.*}} = mixer.running_sum %arg2
// CHECK: mixer.attend {{.*}} rows(%[[HIGH]], %[[REST]] : {{.*}}) columns(%[[HIGH]], %[[REST]] : {{.*}} softmax {
// CHECK-NOT: mixer.materialize
func.func @Gates(%q: tensor<2x?x4x8xf32>, %v: tensor<2x?x4x8xf32>, %f: tensor<2x?x4xf32>) -> tensor<2x?x4x8xf32> {
  %S = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  %F = mixer.segment_sum %f : tensor<2x?x4xf32>
  %A = mixer.add %F, %S
  %C = mixer.mask %A {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  %P = mixer.softmax %C
  %y = mixer.apply %P, %v : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

// Taps shared by two heads, as bias and as weight; the present entries of the
// product are those of both.
// CHECK-LABEL: func @Taps
// CHECK: mixer.attend
// CHECK-SAME: sink(%arg3 : tensor<4xf32>)
// CHECK: arith.divui %h
// CHECK: tensor.extract %arg2
// CHECK: tensor.extract %arg2
// CHECK: mixer.yield %{{.*}}, %{{.*}}, %{{.*}} : f32, i1, f32
func.func @Taps(%q: tensor<2x?x4x8xf32>, %v: tensor<2x?x4x8xf32>, %t: tensor<2x9xf32>, %sink: tensor<4xf32>) -> tensor<2x?x4x8xf32> {
  %S = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  %T = mixer.toeplitz %t : tensor<2x9xf32>
  %A = mixer.add %S, %T
  %P = mixer.softmax %A sink(%sink : tensor<4xf32>)
  %W = mixer.hadamard %T, %P
  %y = mixer.apply %W, %v : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

// A sum that nobody takes the softmax of is applied part by part.
// CHECK-LABEL: func @Sum
// CHECK-DAG: mixer.attend
// CHECK-DAG: mixer.convolve
func.func @Sum(%q: tensor<2x?x4x8xf32>, %v: tensor<2x?x4x8xf32>, %t: tensor<4x9xf32>) -> tensor<2x?x4x8xf32> {
  %S = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  %T = mixer.toeplitz %t : tensor<4x9xf32>
  %A = mixer.add %S, %T
  %y = mixer.apply %A, %v : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

// Data of both, and of a transposed matrix: what was of rows is of columns.
// CHECK-LABEL: func @Transposed
// CHECK: %[[ONE:.*]] = tensor.expand_shape %arg2
// CHECK: mixer.attend {{.*}} columns(%[[ONE]] : tensor<2x?x1xi32>)
// CHECK: arith.cmpi eq, %c, %c0_i32
func.func @Transposed(%q: tensor<2x?x4x8xf32>, %v: tensor<2x?x4x8xf32>, %d: tensor<2x?xi32>) -> tensor<2x?x4x8xf32> {
  %zero = arith.constant 0 : i32
  %S = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  %M = mixer.mask %S rows(%d : tensor<2x?xi32>) {
  ^bb0(%b: index, %h: index, %i: index, %j: index, %id: i32):
    %keep = arith.cmpi eq, %id, %zero : i32
    mixer.yield %keep : i1
  }
  %T = mixer.transpose %M
  %P = mixer.softmax %T
  %y = mixer.apply %P, %v : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

// Two maps become one, with the data of both.
// CHECK-LABEL: func @Factors
// CHECK: mixer.attend {{.*}} columns(%{{.*}} : tensor<2x?x4xf32>)
// CHECK: mixer.yield %s, %{{.*}}, %{{.*}} : f32, i1, f32
func.func @Factors(%q: tensor<2x?x4x8xf32>, %v: tensor<2x?x4x8xf32>, %g: tensor<2x?x2xf32>) -> tensor<2x?x4x8xf32> {
  %S = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  %P = mixer.softmax %S
  %W = mixer.map %P columns(%g : tensor<2x?x2xf32>) {
  ^bb0(%p: f32, %b: index, %h: index, %i: index, %j: index, %c: f32):
    %causal = arith.cmpi sle, %j, %i : index
    %n = arith.negf %p : f32
    %r = arith.divf %n, %c : f32
    %t = arith.select %causal, %r, %p : f32
    mixer.yield %t : f32
  }
  %y = mixer.apply %W, %v : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

// Taps of both sides: the lags begin before the diagonal.
// CHECK-LABEL: func @TwoSided
// CHECK: mixer.attend
// CHECK: %[[LAG:.*]] = arith.subi %i, %j
// CHECK: arith.subi %[[LAG]], %c-4
// CHECK: mixer.yield %{{.*}}, %{{.*}} : f32, i1
func.func @TwoSided(%q: tensor<2x?x4x8xf32>, %v: tensor<2x?x4x8xf32>, %t: tensor<4x9xf32>) -> tensor<2x?x4x8xf32> {
  %S = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  %T = mixer.toeplitz %t {first_lag = -4} : tensor<4x9xf32>
  %A = mixer.add %S, %T
  %P = mixer.softmax %A
  %y = mixer.apply %P, %v : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
