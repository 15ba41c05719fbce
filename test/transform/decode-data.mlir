// RUN: weft-opt %s -split-input-file --weft-derive-decode='require-decode max-seq=32' | FileCheck %s

// Data of columns are kept beside keys and values.

// CHECK-LABEL: func @Documents
// CHECK-SAME: tensor<2x4x32x8xf32> {mixer.cache_axis = 2 : i64, mixer.state = "k"}
// CHECK-SAME: tensor<2x1x32xi32> {mixer.cache_axis = 2 : i64, mixer.state = "column"}
// CHECK: mixer.mask %{{.*}} rows(%[[IDS:.*]] : tensor<2x?xi32>) columns(%[[IDS]] : tensor<2x?xi32>) {
// CHECK-NEXT: ^bb0(%b: index, %h: index, %i: index, %j: index, %[[R:.*]]: i32, %[[C:.*]]: i32):
// CHECK: arith.cmpi eq, %[[R]], %[[C]] : i32
// CHECK-LABEL: func @step
// CHECK: rows(%{{.*}} : tensor<2x1xi32>) columns(%{{.*}} : tensor<2x1xi32>)
func.func @Documents(%q: tensor<2x?x4x8xf32> {mixer.time = 1 : i64}, %ids: tensor<2x?xi32> {mixer.time = 1 : i64}) -> tensor<2x?x4x8xf32> {
  %S = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  %M = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %mine = tensor.extract %ids[%b, %i] : tensor<2x?xi32>
    %its = tensor.extract %ids[%b, %j] : tensor<2x?xi32>
    %same = arith.cmpi eq, %mine, %its : i32
    %earlier = arith.cmpi sle, %j, %i : index
    %keep = arith.andi %same, %earlier : i1
    mixer.yield %keep : i1
  }
  %P = mixer.softmax %M
  %y = mixer.apply %P, %q : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

// New data follow those that are there; a table of the same shape stays captured.
// CHECK-LABEL: func @More
// CHECK-SAME: tensor<2x4x32xf32> {mixer.cache_axis = 2 : i64, mixer.state = "column"}
// CHECK-SAME: tensor<2x4x32xf32> {mixer.cache_axis = 2 : i64, mixer.state = "column1"}
// CHECK: mixer.map %{{.*}} rows(%[[G:.*]] : tensor<2x?x4xf32>) columns(%[[A:.*]], %[[G]] : tensor<2x?x4xf32>, tensor<2x?x4xf32>) {
// CHECK-NEXT: ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index, %[[R:.*]]: f32, %[[C:.*]]: f32, %[[D:.*]]: f32):
// CHECK-NEXT: %[[T:.*]] = tensor.extract %{{.*}}[%b, %j, %h] : tensor<2x99x4xf32>
// CHECK-NEXT: %[[X:.*]] = arith.addf %[[R]], %[[D]]
// CHECK-NEXT: %[[Y:.*]] = arith.addf %[[X]], %[[C]]
func.func @More(%q: tensor<2x?x4x8xf32> {mixer.time = 1 : i64}, %a: tensor<2x?x4xf32> {mixer.time = 1 : i64},
    %g: tensor<2x?x4xf32> {mixer.time = 1 : i64}, %table: tensor<2x99x4xf32>) -> tensor<2x?x4x8xf32> {
  %S = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  %A = mixer.map %S columns(%a : tensor<2x?x4xf32>) {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index, %c: f32):
    %r = tensor.extract %g[%b, %i, %h] : tensor<2x?x4xf32>
    %d = tensor.extract %g[%b, %j, %h] : tensor<2x?x4xf32>
    %t = tensor.extract %table[%b, %j, %h] : tensor<2x99x4xf32>
    %x = arith.addf %r, %d : f32
    %y = arith.addf %x, %c : f32
    %z = arith.addf %y, %t : f32
    mixer.yield %z : f32
  }
  %C = mixer.mask %A {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  %P = mixer.softmax %C
  %y = mixer.apply %P, %q : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

// Columns that are not over time are all there: no state, only the position.
// CHECK-LABEL: func @Cross
// CHECK-SAME: %[[POS:[a-z0-9]*]]: index {mixer.position}
// CHECK-NOT: mixer.state
// CHECK: mixer.apply %{{.*}}, %{{.*}} at %[[POS]] :
// CHECK-LABEL: func @step
// CHECK: mixer.apply %{{.*}}, %{{.*}} at %{{.*}} : tensor<2x11x4x8xf32> -> tensor<2x1x4x8xf32>
func.func @Cross(%q: tensor<2x?x4x8xf32> {mixer.time = 1 : i64}, %k: tensor<2x11x4x8xf32>) -> tensor<2x?x4x8xf32> {
  %S = mixer.gram %q, %k : tensor<2x?x4x8xf32>, tensor<2x11x4x8xf32>
  %P = mixer.softmax %S
  %y = mixer.apply %P, %k : tensor<2x11x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

// An encoder inside of the model has no time, and needs none.
// CHECK-LABEL: func @Encoder
// CHECK: mixer.apply %{{.*}}, %[[K:.*]] : tensor<2x11x4x8xf32> -> tensor<2x11x4x8xf32>
// CHECK-LABEL: func @step
func.func @Encoder(%q: tensor<2x?x4x8xf32> {mixer.time = 1 : i64}, %k: tensor<2x11x4x8xf32>) -> tensor<2x?x4x8xf32> {
  %E = mixer.gram %k, %k : tensor<2x11x4x8xf32>, tensor<2x11x4x8xf32>
  %Q = mixer.softmax %E
  %e = mixer.apply %Q, %k : tensor<2x11x4x8xf32> -> tensor<2x11x4x8xf32>
  %S = mixer.gram %q, %e : tensor<2x?x4x8xf32>, tensor<2x11x4x8xf32>
  %P = mixer.softmax %S
  %y = mixer.apply %P, %e : tensor<2x11x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

// Running sums go on: their states are in f64.
// CHECK-LABEL: func @Gates
// CHECK-SAME: tensor<2x4x32xf32> {mixer.cache_axis = 2 : i64, mixer.state = "sum.high"}
// CHECK-SAME: tensor<2x4x32xf32> {mixer.cache_axis = 2 : i64, mixer.state = "sum.rest"}
// CHECK-SAME: tensor<2x4xf64> {mixer.state = "sum"}
func.func @Gates(%q: tensor<2x?x4x8xf32> {mixer.time = 1 : i64}, %f: tensor<2x?x4xf32> {mixer.time = 1 : i64}) -> tensor<2x?x4x8xf32> {
  %S = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  %F = mixer.segment_sum %f : tensor<2x?x4xf32>
  %A = mixer.add %S, %F
  %C = mixer.mask %A {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  %P = mixer.softmax %C
  %y = mixer.apply %P, %q : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
