// RUN: weft-opt %s -split-input-file -verify-diagnostics --weft-place-buffers

// Private buffers of a kernel lie on a stack: bounded, and not too large.

// expected-error@+1 {{expects at most 1048576 bytes of private buffers in a parallel loop, got 4194304}}
func.func private @Large(%context: !llvm.ptr, %begin: index) attributes {weft.kernel} {
  %a = memref.alloc() : memref<1048576xf32>
  %c = memref.load %a[%begin] : memref<1048576xf32>
  memref.store %c, %a[%begin] : memref<1048576xf32>
  return
}

// -----

func.func private @Unbounded(%context: !llvm.ptr, %n: index) attributes {weft.kernel} {
  // expected-error@+1 {{expects private buffers of bounded size in a parallel loop, got 'memref<?xf32>'}}
  %a = memref.alloc(%n) : memref<?xf32>
  %c = memref.load %a[%n] : memref<?xf32>
  memref.store %c, %a[%n] : memref<?xf32>
  return
}
