// RUN: weft-opt %s --pass-pipeline='builtin.module(func.func(weft-emit-vectors{explain=true}))' -verify-diagnostics | FileCheck %s

// Six rows of two vectors: twelve accumulators, two vectors of B, one of A.
// CHECK-LABEL: func.func @Contraction
// CHECK: scf.for {{.*}} iter_args({{.*}}) -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>)
// CHECK-COUNT-2: vector.load
// CHECK-COUNT-12: vector.fma
func.func @Contraction(%a: memref<6x32xf32>, %b: memref<32x16xf32>, %c: memref<6x16xf32>) {
  linalg.matmul {weft.zero} ins(%a, %b : memref<6x32xf32>, memref<32x16xf32>) outs(%c : memref<6x16xf32>)
  return
}

// One row through a large matrix: eight of its rows at a time from end to end,
// sums in memory, which start as zeros; 100 rows leave four.
// CHECK-LABEL: func.func @Streamed
// CHECK: scf.for {{.*}} to %c512{{.*}} step %c32
// CHECK-COUNT-4: vector.store %cst
// CHECK: scf.for {{.*}} to %c96{{.*}} step %c8
// CHECK: scf.for {{.*}} to %c512{{.*}} step %c32
// CHECK-COUNT-32: vector.fma
// CHECK-COUNT-4: vector.store
// CHECK: scf.for {{.*}} to %c512{{.*}} step %c32
// CHECK-COUNT-16: vector.fma
// CHECK-COUNT-4: vector.store
// CHECK-NOT: vector.fma
// CHECK: return
func.func @Streamed(%a: memref<100xf32>, %b: memref<100x512xf32>, %c: memref<512xf32>) {
  linalg.vecmat {weft.zero} ins(%a, %b : memref<100xf32>, memref<100x512xf32>) outs(%c : memref<512xf32>)
  return
}

#ij = affine_map<(i, j) -> (i, j)>
#ji = affine_map<(i, j) -> (j, i)>
#i = affine_map<(i, j) -> (i)>

// A sum over the lanes: vectors of partial sums, then shuffles.
// CHECK-LABEL: func.func @AcrossLanes
// CHECK: scf.for {{.*}} -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>)
// CHECK: vector.shuffle
// CHECK: vector.extract
// CHECK: memref.store
func.func @AcrossLanes(%x: memref<?x64xf32>, %y: memref<?xf32>) {
  linalg.generic {indexing_maps = [#ij, #i], iterator_types = ["parallel", "reduction"]} ins(%x : memref<?x64xf32>) outs(%y : memref<?xf32>) {
  ^bb0(%a: f32, %b: f32):
    %s = arith.addf %b, %a : f32
    linalg.yield %s : f32
  }
  return
}

// Eight rows are loaded and transposed in registers.
// CHECK-LABEL: func.func @Transposed
// CHECK-COUNT-8: vector.load
// CHECK-COUNT-24: vector.shuffle
// CHECK-COUNT-8: vector.store
func.func @Transposed(%x: memref<8x8xf32>, %y: memref<8x8xf32>) {
  linalg.generic {indexing_maps = [#ji, #ij], iterator_types = ["parallel", "parallel"]} ins(%x : memref<8x8xf32>) outs(%y : memref<8x8xf32>) {
  ^bb0(%a: f32, %b: f32):
    linalg.yield %a : f32
  }
  return
}

// CHECK-LABEL: func.func @OddSize
// CHECK-NOT: vector
// CHECK: return
func.func @OddSize(%x: memref<?x10xf32>) {
  // expected-remark @below {{runs as scalar loops: no dimension is contiguous in the outputs and a multiple of 8}}
  linalg.generic {indexing_maps = [#ij], iterator_types = ["parallel", "parallel"]} outs(%x : memref<?x10xf32>) {
  ^bb0(%a: f32):
    %s = arith.addf %a, %a : f32
    linalg.yield %s : f32
  }
  return
}

#tc = affine_map<(t, c) -> (t, c)>
#c = affine_map<(t, c) -> (c)>

// Wide rows are walked along; narrow ones across, with the scale in a register.
// CHECK-LABEL: func.func @WideRows
// CHECK: scf.for {{.*}} to %c64{{.*}} step %c1{{[^0-9]}}
// CHECK: scf.for {{.*}} to %c512{{.*}} step %c32
// CHECK: vector.store
// CHECK-LABEL: func.func @NarrowRows
// CHECK: scf.for {{.*}} to %c64{{.*}} step %c32
// CHECK: scf.for {{.*}} to %c16{{.*}} step %c1{{[^0-9]}}
func.func @WideRows(%x: memref<64x512xf32>, %a: memref<512xf32>, %y: memref<64x512xf32>) {
  linalg.generic {indexing_maps = [#tc, #c, #tc], iterator_types = ["parallel", "parallel"]} ins(%x, %a : memref<64x512xf32>, memref<512xf32>) outs(%y : memref<64x512xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %m = arith.mulf %p, %q : f32
    linalg.yield %m : f32
  }
  return
}
func.func @NarrowRows(%x: memref<16x64xf32>, %a: memref<64xf32>, %y: memref<16x64xf32>) {
  linalg.generic {indexing_maps = [#tc, #c, #tc], iterator_types = ["parallel", "parallel"]} ins(%x, %a : memref<16x64xf32>, memref<64xf32>) outs(%y : memref<16x64xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %m = arith.mulf %p, %q : f32
    linalg.yield %m : f32
  }
  return
}
