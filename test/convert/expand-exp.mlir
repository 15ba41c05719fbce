// RUN: weft-opt %s --pass-pipeline='builtin.module(func.func(weft-expand-exp),cse)' | FileCheck %s --implicit-check-not='math.{{exp|log|tanh|erf}}'

// Bounded below by a comparison that NaN passes, above by the exponent.
// CHECK-LABEL: func.func @Exp
// CHECK: arith.cmpf ogt
// CHECK: arith.minsi
// CHECK: arith.shli
// CHECK-COUNT-6: math.fma
// CHECK: arith.mulf
func.func @Exp(%x: f32) -> f32 {
  %y = math.exp %x : f32
  return %y : f32
}

// CHECK-LABEL: func.func @ExpVector
// CHECK-COUNT-9: math.fma {{.*}} : vector<8xf32>
// CHECK: arith.mulf {{.*}} : vector<8xf32>
func.func @ExpVector(%x: vector<8xf32>) -> vector<8xf32> {
  %y = math.exp %x : vector<8xf32>
  return %y : vector<8xf32>
}

// Nothing above 0 needs no bound there.
// CHECK-LABEL: func.func @ExpOfNotPositive
// CHECK: arith.cmpf ogt
// CHECK-NOT: {{cmpf|minsi}}
// CHECK: return
func.func @ExpOfNotPositive(%x: vector<8xf32>) -> vector<8xf32> {
  %a = math.absf %x : vector<8xf32>
  %n = arith.negf %a : vector<8xf32>
  %y = math.exp %n : vector<8xf32>
  return %y : vector<8xf32>
}

// CHECK-LABEL: func.func @Exp2
// CHECK: arith.shli
// CHECK-COUNT-6: math.fma
// CHECK: arith.mulf
func.func @Exp2(%x: vector<16xf32>) -> vector<16xf32> {
  %y = math.exp2 %x : vector<16xf32>
  return %y : vector<16xf32>
}

// CHECK-LABEL: func.func @Others
// CHECK: vector<8xf32>
func.func @Others(%x: vector<8xf32>, %s: f32) -> (vector<8xf32>, f32) {
  %0 = math.expm1 %x : vector<8xf32>
  %1 = math.log %0 : vector<8xf32>
  %2 = math.log1p %1 : vector<8xf32>
  %3 = math.tanh %2 : vector<8xf32>
  %4 = math.erf %3 : vector<8xf32>
  %5 = math.expm1 %s : f32
  %6 = math.log %5 : f32
  %7 = math.log1p %6 : f32
  %8 = math.tanh %7 : f32
  %9 = math.erf %8 : f32
  return %4, %9 : vector<8xf32>, f32
}

// 1 + e^x is one sum at the end; e^x itself is not made.
// CHECK-LABEL: func.func @OnePlusExp
// CHECK: arith.shli
// CHECK: %[[S:.*]] = arith.bitcast {{.*}} : vector<8xi32> to vector<8xf32>
// CHECK: %[[SMALLER:.*]] = arith.select {{.*}}, %[[S]]
// CHECK: %[[LARGER:.*]] = arith.select {{.*}}, %[[S]]
// CHECK: %[[G:.*]] = arith.mulf
// CHECK: %[[P:.*]] = math.fma %[[G]], %[[S]], %[[SMALLER]]
// CHECK: %[[Y:.*]] = arith.addf %[[P]], %[[LARGER]]
// CHECK: return %[[Y]]
func.func @OnePlusExp(%x: vector<8xf32>) -> vector<8xf32> {
  %one = arith.constant dense<1.0> : vector<8xf32>
  %e = math.exp %x : vector<8xf32>
  %y = arith.addf %e, %one : vector<8xf32>
  return %y : vector<8xf32>
}

// Both spellings of x / (1 + e^-x) divide it by 2^8, which x / (1 + e^-y) does not.
// CHECK-LABEL: func.func @Silu
// CHECK: arith.constant 3.906250e-03 : f32
// CHECK: arith.divf %arg0
// CHECK: arith.select
// CHECK-NOT: arith.divf
// CHECK: return
func.func @Silu(%x: f32) -> (f32, f32) {
  %one = arith.constant 1.0 : f32
  %n = arith.negf %x : f32
  %e = math.exp %n : f32
  %d = arith.addf %one, %e : f32
  %y = arith.divf %x, %d : f32
  %s = arith.divf %one, %d : f32
  %z = arith.mulf %s, %x : f32
  return %y, %z : f32, f32
}

// CHECK-LABEL: func.func @NotSilu
// CHECK-NOT: 3.906250e-03
// CHECK: arith.divf %arg0
// CHECK-NOT: arith.select
// CHECK: return
func.func @NotSilu(%x: f32, %y: f32) -> f32 {
  %one = arith.constant 1.0 : f32
  %n = arith.negf %y : f32
  %e = math.exp %n : f32
  %d = arith.addf %one, %e : f32
  %r = arith.divf %x, %d : f32
  return %r : f32
}

// log(1 + e^x) takes the exponential of -|x|, unless that is what it is given.
// CHECK-LABEL: func.func @Softplus
// CHECK: math.absf
// CHECK: arith.addf
// CHECK: return
func.func @Softplus(%x: f32) -> f32 {
  %e = math.exp %x : f32
  %y = math.log1p %e : f32
  return %y : f32
}

// CHECK-LABEL: func.func @SoftplusOfNotPositive
// CHECK-COUNT-1: math.absf
// CHECK-NOT: math.absf
// CHECK: return
func.func @SoftplusOfNotPositive(%x: f32) -> f32 {
  %a = math.absf %x : f32
  %n = arith.negf %a : f32
  %e = math.exp %n : f32
  %y = math.log1p %e : f32
  return %y : f32
}
