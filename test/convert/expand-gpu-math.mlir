// RUN: weft-opt %s -weft-expand-gpu-math -split-input-file -verify-diagnostics | FileCheck %s

// CHECK-LABEL: func.func @Expanded
func.func @Expanded(%x: memref<8xf32>) {
  %c1 = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1)
             threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) {
    // CHECK-NOT: math.{{sin|cos|powf|rsqrt|sinh|log2}}
    // CHECK: math.exp
    // CHECK-NOT: math.{{sin|cos|powf|rsqrt|sinh|log2}}
    // CHECK: gpu.terminator
    %v = memref.load %x[%tx] : memref<8xf32>
    %0 = math.sin %v : f32
    %1 = math.cos %0 : f32
    %2 = math.rsqrt %1 : f32
    %3 = math.sinh %2 : f32
    %4 = math.log2 %3 : f32
    %5 = math.powf %4, %v : f32
    memref.store %5, %x[%tx] : memref<8xf32>
    gpu.terminator
  }
  return
}

// -----

func.func @NoForm(%x: memref<8xf64>) {
  %c1 = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1)
             threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) {
    %v = memref.load %x[%tx] : memref<8xf64>
    // expected-error @below {{expects functions that a GPU kernel can compute, got math.exp of 'f64'}}
    %0 = math.exp %v : f64
    memref.store %0, %x[%tx] : memref<8xf64>
    gpu.terminator
  }
  return
}
