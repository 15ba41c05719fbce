// RUN: weft-opt %s -split-input-file -verify-diagnostics --weft-wrap-entries

// An entry takes buffers and one position.

// expected-error@+1 {{expects tensors and one position as arguments of an entry, got 'index' as argument 0}}
func.func @Number(%context: !llvm.ptr, %n: index) {
  return
}

// -----

// expected-error@+1 {{expects results of an entry in its arguments, got 1 results}}
func.func @Gives(%context: !llvm.ptr, %x: memref<4xf32>) -> memref<4xf32> {
  %y = memref.alloc() : memref<4xf32>
  return %y : memref<4xf32>
}
