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

// -----

#ij = affine_map<(i, j) -> (i, j)>

// What a loop reads again at every turn gets a tile before it, whose lanes can
// be chosen; what moves with the loop is read where it is.
// CHECK-LABEL: func.func @Invariant
// CHECK: %[[PART:.*]] = tensor.extract_slice %{{.*}}[%{{.*}}, 0] [64, 16]
// CHECK: %[[TILE:.*]] = bufferization.alloc_tensor() : tensor<64x16xf32>
// CHECK: %[[KEPT:.*]] = bufferization.materialize_in_destination %[[PART]] in %[[TILE]]
// CHECK: scf.for
// CHECK: %[[MOVING:.*]] = tensor.extract_slice
// CHECK: linalg.generic {{.*}} ins(%[[KEPT]], %[[MOVING]] :
func.func @Invariant(%a: tensor<1536x16xf32>, %x: tensor<?x64x16xf32>, %s: tensor<64x16xf32>, %first: index, %T: index) -> tensor<64x16xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %t = %c0 to %T step %c1 iter_args(%state = %s) -> (tensor<64x16xf32>) {
    %own = tensor.extract_slice %a[%first, 0] [64, 16] [1, 1] : tensor<1536x16xf32> to tensor<64x16xf32>
    %now = tensor.extract_slice %x[%t, 0, 0] [1, 64, 16] [1, 1, 1] : tensor<?x64x16xf32> to tensor<64x16xf32>
    %y = linalg.generic {indexing_maps = [#ij, #ij, #ij], iterator_types = ["parallel", "parallel"]} ins(%own, %now : tensor<64x16xf32>, tensor<64x16xf32>) outs(%state : tensor<64x16xf32>) {
    ^bb0(%p: f32, %q: f32, %o: f32):
      %m = arith.mulf %p, %q : f32
      %n = arith.addf %m, %o : f32
      linalg.yield %n : f32
    } -> tensor<64x16xf32>
    scf.yield %y : tensor<64x16xf32>
  }
  return %r : tensor<64x16xf32>
}

// -----

#ij = affine_map<(i, j) -> (i, j)>

// Both branches write to their place in the result.
// CHECK-LABEL: func.func @BranchesInPlace
// CHECK: scf.forall {{.*}} shared_outs(%[[OUT:.*]] =
// CHECK: %[[PLACE:.*]] = tensor.extract_slice %[[OUT]]
// CHECK: scf.if
// CHECK: linalg.generic {{.*}} outs(%[[PLACE]] :
// CHECK: } else {
// CHECK: linalg.generic {{.*}} outs(%[[PLACE]] :
func.func @BranchesInPlace(%x: tensor<64x8xf32>, %y: tensor<64x8xf32>) -> tensor<64x8xf32> {
  %c4 = arith.constant 4 : index
  %b = scf.forall (%i) in (64) shared_outs(%o = %y) -> (tensor<64x8xf32>) {
    %part = tensor.extract_slice %x[%i, 0] [1, 8] [1, 1] : tensor<64x8xf32> to tensor<1x8xf32>
    %early = arith.cmpi slt, %i, %c4 : index
    %done = scf.if %early -> (tensor<1x8xf32>) {
      %e = tensor.empty() : tensor<1x8xf32>
      %s = linalg.generic {indexing_maps = [#ij, #ij], iterator_types = ["parallel", "parallel"]} ins(%part : tensor<1x8xf32>) outs(%e : tensor<1x8xf32>) {
      ^bb0(%in: f32, %out: f32):
        %r = arith.addf %in, %in : f32
        linalg.yield %r : f32
      } -> tensor<1x8xf32>
      scf.yield %s : tensor<1x8xf32>
    } else {
      %e = tensor.empty() : tensor<1x8xf32>
      %s = linalg.generic {indexing_maps = [#ij, #ij], iterator_types = ["parallel", "parallel"]} ins(%part : tensor<1x8xf32>) outs(%e : tensor<1x8xf32>) {
      ^bb0(%in: f32, %out: f32):
        %r = arith.mulf %in, %in : f32
        linalg.yield %r : f32
      } -> tensor<1x8xf32>
      scf.yield %s : tensor<1x8xf32>
    }
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %done into %o[%i, 0] [1, 8] [1, 1] : tensor<1x8xf32> into tensor<64x8xf32>
    }
  }
  return %b : tensor<64x8xf32>
}
