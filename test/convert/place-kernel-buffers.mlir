// RUN: weft-opt %s -weft-place-kernel-buffers="shared-bytes=512" -split-input-file -verify-diagnostics | FileCheck %s

// Small buffers share the block's memory, the smallest first; the one that does
// not fit is a piece of a workspace.
// CHECK-LABEL: func.func @SharedAndWorkspace
// CHECK-SAME: %[[N:[a-z0-9]*]]: index
func.func @SharedAndWorkspace(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c32 = arith.constant 32 : index
  %zero = arith.constant 0.0 : f32
  // CHECK: %[[BYTES:.*]] = arith.muli %[[N]], %c1024
  // CHECK: %[[W:.*]] = memref.alloc(%[[BYTES]]) : memref<?xi8>
  // CHECK: gpu.launch blocks(%[[B:[^,]*]], {{.*}} workgroup(%[[S:.*]] : memref<4x8xf32, #gpu.address_space<workgroup>>, %[[D:.*]] : memref<16xf64, #gpu.address_space<workgroup>>)
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %n, %gy = %c1, %gz = %c1)
             threads(%tx, %ty, %tz) in (%sx = %c32, %sy = %c1, %sz = %c1) {
    // CHECK-DAG: %[[SHIFT:.*]] = arith.muli %[[B]], %c1024
    // CHECK-DAG: memref.memory_space_cast %[[S]]
    // CHECK-DAG: memref.memory_space_cast %[[D]]
    // CHECK: memref.view %[[W]][%[[SHIFT]]][] : memref<?xi8> to memref<16x16xf32>
    %large = memref.alloc() : memref<16x16xf32>
    %small = memref.alloc() : memref<4x8xf32>
    // A size that is not static is at most 16 here.
    %c16 = arith.constant 16 : index
    %rest = arith.minsi %tx, %c16 : index
    // CHECK: memref.reinterpret_cast %{{.*}} sizes: [%{{.*}}], strides: [1] : memref<f64> to memref<?xf64>
    %dynamic = memref.alloc(%rest) : memref<?xf64>
    %d = arith.constant 0.0 : f64
    memref.store %zero, %large[%c0, %c0] : memref<16x16xf32>
    memref.store %zero, %small[%c0, %c0] : memref<4x8xf32>
    memref.store %d, %dynamic[%c0] : memref<?xf64>
    gpu.terminator
  }
  return
}

// -----

func.func @Unbounded(%n: index) {
  %c1 = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %n, %gy = %c1, %gz = %c1)
             threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) {
    // expected-error @below {{expects private buffers of bounded size in a kernel, got 'memref<?xf32>'}}
    %buffer = memref.alloc(%n) : memref<?xf32>
    gpu.terminator
  }
  return
}
