// RUN: weft-opt %s -weft-pass-parameters -split-input-file -verify-diagnostics | FileCheck %s

// CHECK-LABEL: func.func @BufferAndConstant
// CHECK-SAME: %[[X:[a-z0-9]*]]: memref<2x?x4xf32>
func.func @BufferAndConstant(%x: memref<2x?x4xf32>, %v: f32) {
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  // CHECK: %[[N:.*]] = memref.dim %[[X]], %c1
  // CHECK: %[[P:.*]] = memref.reinterpret_cast %[[X]] to offset: [0], sizes: [], strides: [] : memref<2x?x4xf32> to memref<f32>
  // CHECK: gpu.launch
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1)
             threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) {
    // CHECK-DAG: %[[THREE:.*]] = arith.constant 3 : index
    // CHECK-DAG: %[[STRIDE:.*]] = arith.muli %{{.*}}, %[[N]]
    // CHECK-DAG: %[[VIEW:.*]] = memref.reinterpret_cast %[[P]] to offset: [0], sizes: [2, %[[N]], 4], strides: [%[[STRIDE]], 4, 1] : memref<f32> to memref<2x?x4xf32>
    // CHECK: memref.store %{{.*}}, %[[VIEW]][%{{.*}}, %{{.*}}, %[[THREE]]]
    memref.store %v, %x[%c1, %tx, %c3] : memref<2x?x4xf32>
    gpu.terminator
  }
  return
}

// -----

func.func @Strided(%x: memref<4xf32, strided<[?]>>, %v: f32) {
  %c1 = arith.constant 1 : index
  // expected-error @below {{expects contiguous buffers in a kernel, got 'memref<4xf32, strided<[?]>>'}}
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1)
             threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) {
    memref.store %v, %x[%tx] : memref<4xf32, strided<[?]>>
    gpu.terminator
  }
  return
}
