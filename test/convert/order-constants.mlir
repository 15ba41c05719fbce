// RUN: weft-opt %s --weft-order-constants | FileCheck %s

// Names and places follow the first use; what is public or written stays.

// CHECK:      memref.global "private" constant @constant : memref<2xf32> = dense<[1.000000e+00, 2.000000e+00]>
// CHECK-NEXT: memref.global "private" constant @constant_0 : memref<2xf32> = dense<[3.000000e+00, 4.000000e+00]>
// CHECK-NOT:  memref.global "private" constant
// CHECK:      memref.global @table
// CHECK:      memref.global "private" @buffer
memref.global "private" constant @__constant_2xf32_0 : memref<2xf32> = dense<[3.0, 4.0]>
memref.global @table : memref<2xf32> = dense<[5.0, 6.0]>
memref.global "private" @buffer : memref<2xf32> = uninitialized
memref.global "private" constant @__constant_2xf32 : memref<2xf32> = dense<[1.0, 2.0]>

// CHECK-LABEL: func @f
// CHECK-DAG:   memref.get_global @constant :
// CHECK-DAG:   memref.get_global @table
// CHECK-DAG:   memref.get_global @buffer
func.func @f() -> (memref<2xf32>, memref<2xf32>, memref<2xf32>) {
  %0 = memref.get_global @__constant_2xf32 : memref<2xf32>
  %1 = memref.get_global @table : memref<2xf32>
  %2 = memref.get_global @buffer : memref<2xf32>
  return %0, %1, %2 : memref<2xf32>, memref<2xf32>, memref<2xf32>
}

// CHECK-LABEL: func @g
// CHECK-DAG:   memref.get_global @constant :
// CHECK-DAG:   memref.get_global @constant_0
func.func @g() -> (memref<2xf32>, memref<2xf32>) {
  %0 = memref.get_global @__constant_2xf32 : memref<2xf32>
  %1 = memref.get_global @__constant_2xf32_0 : memref<2xf32>
  return %0, %1 : memref<2xf32>, memref<2xf32>
}
