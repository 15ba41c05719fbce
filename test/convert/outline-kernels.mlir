// RUN: weft-opt %s --weft-outline-kernels -canonicalize | FileCheck %s

// CHECK: llvm.func @weft_parallel_for(!llvm.ptr, !llvm.ptr, !llvm.ptr, i64)

// The body over a range of the linearized iterations, last dimension fastest.
// CHECK-LABEL: func.func private @Rows_body0
// CHECK-SAME: (%{{.*}}: !llvm.ptr, %[[ARGS:.*]]: !llvm.ptr, %{{.*}}: i64, %{{.*}}: i64) attributes {weft.kernel}
// CHECK: llvm.load
// CHECK: scf.for %[[N:.*]] =
// CHECK: %[[J:.*]] = arith.remui %[[N]]
// CHECK: %[[I:.*]] = arith.divui %[[N]]
// CHECK: memref.store %{{.*}}, %{{.*}}[%[[I]], %[[J]]]

// CHECK-LABEL: func.func @Rows
// CHECK: llvm.alloca
// CHECK: llvm.call @weft_parallel_for
// CHECK-NOT: scf.forall
func.func @Rows(%context: !llvm.ptr, %x: memref<?x?xf32>, %v: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = memref.dim %x, %c0 : memref<?x?xf32>
  %n = memref.dim %x, %c1 : memref<?x?xf32>
  scf.forall (%i, %j) in (%m, %n) {
    memref.store %v, %x[%i, %j] : memref<?x?xf32>
  }
  return
}

// A copy is an op like any other; only the outer loop of a nest is shared.
// CHECK-LABEL: func.func private @Nested_body0
// CHECK: scf.for
// CHECK: scf.for
// CHECK: linalg.generic
// CHECK-LABEL: func.func @Nested
// CHECK-NOT: memref.copy
func.func @Nested(%context: !llvm.ptr, %x: memref<4x4x8xf32>, %y: memref<4x4x8xf32>) {
  scf.forall (%i) in (4) {
    scf.forall (%j) in (4) {
      %a = memref.subview %x[%i, %j, 0] [1, 1, 8] [1, 1, 1] : memref<4x4x8xf32> to memref<8xf32, strided<[1], offset: ?>>
      %b = memref.subview %y[%i, %j, 0] [1, 1, 8] [1, 1, 1] : memref<4x4x8xf32> to memref<8xf32, strided<[1], offset: ?>>
      memref.copy %a, %b : memref<8xf32, strided<[1], offset: ?>> to memref<8xf32, strided<[1], offset: ?>>
    }
  }
  return
}
