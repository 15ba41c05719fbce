// RUN: weft-opt %s --weft-prepare-buffers -split-input-file | FileCheck %s

// C = 0 + A B needs neither the fill nor a load of C.
// CHECK-LABEL: func.func @ZeroInit
// CHECK-NOT: linalg.generic
// CHECK: linalg.matmul {weft.zero}
func.func @ZeroInit(%a: tensor<4x8xf32>, %b: tensor<8x16xf32>) -> tensor<4x16xf32> {
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x16xf32>
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<4x16xf32>) -> tensor<4x16xf32>
  %c = linalg.matmul ins(%a, %b : tensor<4x8xf32>, tensor<8x16xf32>) outs(%f : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %c : tensor<4x16xf32>
}

// -----

// CHECK-LABEL: func.func @OtherInit
// CHECK: linalg.generic
// CHECK: linalg.matmul ins
func.func @OtherInit(%a: tensor<4x8xf32>, %b: tensor<8x16xf32>) -> tensor<4x16xf32> {
  %z = arith.constant 1.0 : f32
  %e = tensor.empty() : tensor<4x16xf32>
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<4x16xf32>) -> tensor<4x16xf32>
  %c = linalg.matmul ins(%a, %b : tensor<4x8xf32>, tensor<8x16xf32>) outs(%f : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %c : tensor<4x16xf32>
}

// -----

#ij = affine_map<(i, j) -> (i, j)>
#i = affine_map<(i, j) -> (i)>

// The exponential is computed once, for the sum and for its other user.
// CHECK-LABEL: func.func @KeptResult
// CHECK: linalg.generic {{.*}}["parallel", "reduction"]
// CHECK: math.exp
// CHECK: arith.addf
// CHECK: -> (tensor<4x8xf32>, tensor<4xf32>)
// CHECK-NOT: math.exp
// CHECK: linalg.matmul
func.func @KeptResult(%s: tensor<4x8xf32>, %v: tensor<8x16xf32>, %l: tensor<4xf32>, %o: tensor<4x16xf32>) -> (tensor<4xf32>, tensor<4x16xf32>) {
  %e = tensor.empty() : tensor<4x8xf32>
  %p = linalg.generic {indexing_maps = [#ij, #ij], iterator_types = ["parallel", "parallel"]} ins(%s : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32):
    %x = math.exp %a : f32
    linalg.yield %x : f32
  } -> tensor<4x8xf32>
  %r = linalg.generic {indexing_maps = [#ij, #i], iterator_types = ["parallel", "reduction"]} ins(%p : tensor<4x8xf32>) outs(%l : tensor<4xf32>) {
  ^bb0(%a: f32, %b: f32):
    %x = arith.addf %b, %a : f32
    linalg.yield %x : f32
  } -> tensor<4xf32>
  %y = linalg.matmul ins(%p, %v : tensor<4x8xf32>, tensor<8x16xf32>) outs(%o : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %r, %y : tensor<4xf32>, tensor<4x16xf32>
}
