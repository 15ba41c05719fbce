// RUN: weft-opt %s --weft-widen-floats | FileCheck %s

// CHECK: ml_program.global private @w({{.*}}) : tensor<4xf64>
ml_program.global private @w(#ml_program.extern : tensor<4xf32>) : tensor<4xf32>

// Arguments, constants and results are f64; integers stay.
// CHECK-LABEL: func @Values
// CHECK-SAME: tensor<4xf64>, %{{.*}}: i64) -> tensor<4xf64>
// CHECK-DAG: arith.constant 5.000000e-01 : f64
// CHECK-DAG: arith.constant dense<2.000000e+00> : tensor<4xf64>
// CHECK-NOT: f32
func.func @Values(%x: tensor<4xf32>, %n: i64) -> tensor<4xf32> {
  %half = arith.constant 0.5 : f32
  %two = arith.constant dense<2.0> : tensor<4xf32>
  %f = arith.sitofp %n : i64 to f32
  %g = arith.mulf %f, %half : f32
  %s = tensor.splat %g : tensor<4xf32>
  %a = arith.mulf %x, %two : tensor<4xf32>
  %b = arith.addf %a, %s : tensor<4xf32>
  return %b : tensor<4xf32>
}

// The conversion of f32 to f64 has nothing left to do.
// CHECK-LABEL: func @Identity
// CHECK-SAME: (%[[X:.*]]: f64) -> f64
// CHECK-NEXT: return %[[X]]
func.func @Identity(%x: f32) -> f64 {
  %y = arith.extf %x : f32 to f64
  return %y : f64
}

// The limit: the scale of an op is a parameter and keeps its type.
// CHECK-LABEL: func @Parameter
// CHECK: mixer.gram {{.*}} {scale = 5.000000e-01 : f32} : tensor<1x3x2x4xf64>
func.func @Parameter(%q: tensor<1x3x2x4xf32>) -> tensor<1x2x3x3xf32> {
  %G = mixer.gram %q, %q {scale = 0.5 : f32} : tensor<1x3x2x4xf32>, tensor<1x3x2x4xf32>
  %d = mixer.materialize %G : tensor<1x2x3x3xf32>
  return %d : tensor<1x2x3x3xf32>
}
