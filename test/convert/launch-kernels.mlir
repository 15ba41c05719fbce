// RUN: weft-opt %s -weft-launch-kernels="threads=64" -split-input-file -verify-diagnostics | FileCheck %s

// A task is a block; the last dimension of the loop is the fastest.
// CHECK-LABEL: func.func @TaskPerBlock
// CHECK-SAME: (%[[X:.*]]: memref<?x6xf32>
func.func @TaskPerBlock(%x: memref<?x6xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  // CHECK: %[[N:.*]] = memref.dim %[[X]], %{{.*}}
  %n = memref.dim %x, %c0 : memref<?x6xf32>
  // CHECK: %[[BLOCKS:.*]] = arith.muli %[[N]]
  // CHECK: gpu.launch blocks(%[[B:[^,]*]],
  // CHECK-SAME: = %[[BLOCKS]],
  // CHECK-SAME: threads({{.*}} = %c64
  // CHECK-SAME: module(@kernels) function(@TaskPerBlock_kernel0)
  // CHECK: %[[J:.*]] = arith.remui %[[B]]
  // CHECK: %[[I:.*]] = arith.divui %[[B]]
  // CHECK: memref.store %{{.*}}[%[[I]], %[[J]]]
  scf.forall (%i, %j) in (%n, 6) {
    memref.store %zero, %x[%i, %j] : memref<?x6xf32>
  }
  return
}

// -----

// Bounds and steps other than 0 and 1.
// CHECK-LABEL: func.func @Steps
func.func @Steps(%x: memref<96xf32>) {
  %zero = arith.constant 0.0 : f32
  // CHECK: gpu.launch blocks(%[[B:[^,]*]],
  // CHECK-SAME: = %c3
  // CHECK: %[[S:.*]] = arith.muli %[[B]], %{{.*}}
  // CHECK: %[[I:.*]] = arith.addi %[[S]], %{{.*}}
  // CHECK: memref.store %{{.*}}[%[[I]]]
  scf.forall (%i) = (6) to (96) step (32) {
    memref.store %zero, %x[%i] : memref<96xf32>
  }
  return
}

// -----

// What touches memory between loops is a kernel of one block, in order; what
// only computes stays with the host, which also keeps its own loops.
// CHECK-LABEL: func.func @Runs
func.func @Runs(%x: memref<8xf32>, %y: memref<8xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %e2 = arith.constant 2.0 : f32
  // CHECK: gpu.launch {{.*}} function(@Runs_kernel0)
  // CHECK: memref.load
  // CHECK: math.exp
  // CHECK: memref.store
  // CHECK: memref.copy
  // CHECK: gpu.terminator
  %a = memref.load %x[%c0] : memref<8xf32>
  %e = math.exp %a : f32
  memref.store %e, %y[%c0] : memref<8xf32>
  %m = arith.addi %n, %c1 : index
  memref.copy %x, %y : memref<8xf32> to memref<8xf32>
  // CHECK: scf.for
  // CHECK: gpu.launch {{.*}} function(@Runs_kernel1)
  scf.for %t = %c0 to %m step %c1 {
    scf.forall (%i) in (8) {
      %v = memref.load %x[%t] : memref<8xf32>
      memref.store %v, %y[%i] : memref<8xf32>
    }
  }
  // CHECK: gpu.launch {{.*}} function(@Runs_kernel2)
  // CHECK: scf.for
  // CHECK: memref.store
  scf.for %t = %c0 to %m step %c1 {
    memref.store %e2, %y[%t] : memref<8xf32>
  }
  return
}

// -----

// The host cannot look at the device's memory.
func.func @HostReads(%n: memref<1xindex>, %y: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  // expected-error @below {{expects a value of the device to be used in the kernel that makes it, got a use in 'scf.forall' after it}}
  %bound = memref.load %n[%c0] : memref<1xindex>
  scf.forall (%i) in (%bound) {
    memref.store %zero, %y[%i] : memref<8xf32>
  }
  return
}
