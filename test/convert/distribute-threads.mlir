// RUN: weft-opt %s -weft-distribute-threads -split-input-file | FileCheck %s

// Each thread takes every n-th entry of the parallel dimensions; what is summed
// is summed by one thread. The op starts from zero, so a loop of zeros comes
// first, and a barrier between the two.
// CHECK-LABEL: func.func @Contraction
func.func @Contraction(%a: memref<4x3xf32>, %b: memref<3x8xf32>, %c: memref<4x8xf32>) {
  %c1 = arith.constant 1 : index
  %c32 = arith.constant 32 : index
  // CHECK: threads(%[[T:[^,]*]], {{.*}}) in (%[[THREADS:[^ ]*]] = %c32
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1)
             threads(%tx, %ty, %tz) in (%sx = %c32, %sy = %c1, %sz = %c1) {
    // CHECK: gpu.barrier
    // CHECK: scf.for %{{.*}} = %[[T]] to %{{.*}} step %[[THREADS]]
    // CHECK: memref.store %cst, %{{.*}} : memref<4x8xf32>
    // CHECK: gpu.barrier
    // CHECK-NOT: gpu.barrier
    // CHECK: scf.for %[[P:.*]] = %[[T]] to %{{.*}} step %[[THREADS]]
    // CHECK: arith.remui %[[P]]
    // CHECK: arith.divui %[[P]]
    // CHECK: scf.for
    // CHECK: memref.store {{.*}} : memref<4x8xf32>
    // CHECK: gpu.barrier
    // CHECK-NOT: gpu.barrier
    // CHECK: gpu.terminator
    linalg.contract
      indexing_maps = [affine_map<(k, i, j) -> (i, k)>, affine_map<(k, i, j) -> (k, j)>, affine_map<(k, i, j) -> (i, j)>]
      {weft.zero} ins(%a, %b : memref<4x3xf32>, memref<3x8xf32>) outs(%c : memref<4x8xf32>)
    gpu.terminator
  }
  return
}

// -----

// A single store is one thread's, between barriers: before it, others may still
// read; after it, they may not read too early.
// CHECK-LABEL: func.func @SingleStore
func.func @SingleStore(%x: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c32 = arith.constant 32 : index
  // CHECK: threads(%[[T:[^,]*]],
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1)
             threads(%tx, %ty, %tz) in (%sx = %c32, %sy = %c1, %sz = %c1) {
    // CHECK: scf.for
    scf.for %i = %c1 to %c4 step %c1 {
      // CHECK: memref.load
      // CHECK: gpu.barrier
      // CHECK: %[[FIRST:.*]] = arith.cmpi eq, %[[T]], %{{.*}}
      // CHECK: scf.if %[[FIRST]]
      // CHECK-NEXT: memref.store
      // CHECK: gpu.barrier
      %before = arith.subi %i, %c1 : index
      %v = memref.load %x[%before] : memref<4xf32>
      memref.store %v, %x[%i] : memref<4xf32>
    }
    gpu.terminator
  }
  return
}

// -----

// A parallel loop in a kernel runs one iteration after the other, a copy is
// shared by the threads.
// CHECK-LABEL: func.func @InnerLoopAndCopy
func.func @InnerLoopAndCopy(%x: memref<2x4xf32>, %y: memref<2x4xf32>) {
  %c1 = arith.constant 1 : index
  %c32 = arith.constant 32 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1)
             threads(%tx, %ty, %tz) in (%sx = %c32, %sy = %c1, %sz = %c1) {
    // CHECK-NOT: scf.forall
    // CHECK: scf.for
    // CHECK: scf.for
    // CHECK-NOT: memref.copy
    // CHECK: gpu.terminator
    scf.forall (%i) in (2) {
      %a = memref.subview %x[%i, 0] [1, 4] [1, 1] : memref<2x4xf32> to memref<4xf32, strided<[1], offset: ?>>
      %b = memref.subview %y[%i, 0] [1, 4] [1, 1] : memref<2x4xf32> to memref<4xf32, strided<[1], offset: ?>>
      memref.copy %a, %b : memref<4xf32, strided<[1], offset: ?>> to memref<4xf32, strided<[1], offset: ?>>
    }
    gpu.terminator
  }
  return
}
