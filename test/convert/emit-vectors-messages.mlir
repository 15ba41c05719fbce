// RUN: weft-opt %s -split-input-file -verify-diagnostics --weft-emit-vectors=explain

// What the emitter refuses, and what it leaves to scalar loops.

func.func @Tensors(%x: tensor<16xf32>) -> tensor<16xf32> {
  %zero = arith.constant 0.0 : f32
  // expected-error@+1 {{expects linalg on buffers, got tensors}}
  %y = linalg.fill ins(%zero : f32) outs(%x : tensor<16xf32>) -> tensor<16xf32>
  return %y : tensor<16xf32>
}

// -----

func.func @Ragged(%x: memref<13xf32>) {
  %zero = arith.constant 0.0 : f32
  // expected-remark@+1 {{runs as scalar loops: no dimension is contiguous in the outputs and a multiple of 8}}
  linalg.fill ins(%zero : f32) outs(%x : memref<13xf32>)
  return
}
