// RUN: weft-opt %s --weft-fuse-multiply-add | FileCheck %s

// CHECK-LABEL: func @Sums
// CHECK: %[[ONE:.*]] = math.fma %arg0, %arg1, %arg2 : vector<8xf32>
// CHECK: %[[A:.*]] = arith.negf %arg0
// CHECK: %[[TWO:.*]] = math.fma %[[A]], %arg1, %[[ONE]]
// CHECK: %[[C:.*]] = arith.negf %[[TWO]]
// CHECK: math.fma %arg0, %arg1, %[[C]]
// CHECK-NOT: arith.mulf
func.func @Sums(%a: vector<8xf32>, %b: vector<8xf32>, %c: vector<8xf32>) -> vector<8xf32> {
  %p = arith.mulf %a, %b : vector<8xf32>
  %1 = arith.addf %p, %c : vector<8xf32>
  %q = arith.mulf %a, %b : vector<8xf32>
  %2 = arith.subf %1, %q : vector<8xf32>
  %r = arith.mulf %a, %b : vector<8xf32>
  %3 = arith.subf %r, %2 : vector<8xf32>
  return %3 : vector<8xf32>
}

// A product that is read twice, one of a quotient, one in another type.
// CHECK-LABEL: func @Kept
// CHECK-NOT: math.fma
func.func @Kept(%a: f32, %b: f32, %c: f32, %h: f16) -> (f32, f32, f32, f16) {
  %p = arith.mulf %a, %b : f32
  %1 = arith.addf %p, %c : f32
  %q = arith.divf %a, %b : f32
  %r = arith.mulf %q, %c : f32
  %2 = arith.addf %a, %r : f32
  %s = arith.mulf %h, %h : f16
  %3 = arith.addf %s, %h : f16
  return %1, %2, %p, %3 : f32, f32, f32, f16
}
