// RUN: weft-opt %s --weft-place-buffers | FileCheck %s

// A slot at the kernel's entry, of the largest size that is needed.
// CHECK-LABEL: func.func private @Kernel
// CHECK-DAG: memref.alloca() {alignment = 64 : i64} : memref<4x8xf32>
// CHECK-DAG: %[[SLOT:.*]] = memref.alloca() {alignment = 64 : i64} : memref<64xf32>
// CHECK: scf.for
// CHECK-NOT: memref.alloc()
// CHECK: memref.subview %[[SLOT]][0] [%{{.*}}] [1] : memref<64xf32> to memref<?xf32
func.func private @Kernel(%context: !llvm.ptr, %args: !llvm.ptr, %begin: i64, %end: i64) attributes {weft.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %z = arith.constant 0.0 : f32
  %n = arith.index_cast %end : i64 to index
  scf.for %i = %c0 to %n step %c1 {
    %rest = arith.subi %n, %i : index
    %size = arith.minui %rest, %c64 : index
    %a = memref.alloc() : memref<4x8xf32>
    %b = memref.alloc(%size) : memref<?xf32>
    memref.store %z, %a[%c0, %c0] : memref<4x8xf32>
    memref.store %z, %b[%c0] : memref<?xf32>
  }
  return
}

// CHECK-LABEL: func.func @Host
// CHECK-SAME: %[[C:.*]]: !llvm.ptr
// CHECK: %[[M:.*]] = llvm.call @weft_workspace_mark(%[[C]])
// CHECK: llvm.call @weft_workspace_alloc(%[[C]], %{{.*}})
// CHECK: llvm.call @weft_workspace_release(%[[C]], %[[M]])
// CHECK: return
func.func @Host(%context: !llvm.ptr, %n: index) {
  %z = arith.constant 0.0 : f32
  %a = memref.alloc(%n) : memref<?x8xf32>
  linalg.fill ins(%z : f32) outs(%a : memref<?x8xf32>)
  return
}
