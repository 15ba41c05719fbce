// RUN: weft-opt %s -split-input-file -verify-diagnostics --weft-inline-matrices --weft-simplify-mixers

// Matrices live within one function: what would carry them elsewhere is refused, and so is a state that a matrix lacks.

// expected-error@+1 {{function 'Declared' takes or gives a matrix and must have a body of one block to be inlined}}
func.func private @Declared(tensor<1x?x4x8xf32>) -> !mixer.matrix<f32>
func.func @Caller(%q: tensor<1x?x4x8xf32>) -> tensor<1x?x4x8xf32> {
  %M = func.call @Declared(%q) : (tensor<1x?x4x8xf32>) -> !mixer.matrix<f32>
  %y = mixer.apply %M, %q : tensor<1x?x4x8xf32> -> tensor<1x?x4x8xf32>
  return %y : tensor<1x?x4x8xf32>
}

// -----

func.func private @Again(%q: tensor<1x?x4x8xf32>) -> !mixer.matrix<f32> {
  // expected-error@+1 {{function 'Again' takes or gives a matrix and cannot call itself}}
  %M = func.call @Again(%q) : (tensor<1x?x4x8xf32>) -> !mixer.matrix<f32>
  return %M : !mixer.matrix<f32>
}

// -----

func.func @Choice(%q: tensor<1x?x4x8xf32>, %c: i1) -> tensor<1x?x4x8xf32> {
  %M = mixer.gram %q, %q : tensor<1x?x4x8xf32>, tensor<1x?x4x8xf32>
  %N = mixer.semiseparable %q, %q : tensor<1x?x4x8xf32>, tensor<1x?x4x8xf32>
  // expected-error@+1 {{a matrix cannot pass through 'arith.select'; apply it there and pass the tensor}}
  %P = arith.select %c, %M, %N : !mixer.matrix<f32>
  %y = mixer.apply %P, %q : tensor<1x?x4x8xf32> -> tensor<1x?x4x8xf32>
  return %y : tensor<1x?x4x8xf32>
}

// -----

func.func @Loop(%q: tensor<1x?x4x8xf32>, %n: index) -> tensor<1x?x4x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %M = mixer.gram %q, %q : tensor<1x?x4x8xf32>, tensor<1x?x4x8xf32>
  %N = scf.for %i = %c0 to %n step %c1 iter_args(%m = %M) -> (!mixer.matrix<f32>) {
    // expected-error@+1 {{a matrix cannot pass through 'scf.yield'; apply it there and pass the tensor}}
    scf.yield %m : !mixer.matrix<f32>
  }
  %y = mixer.apply %N, %q : tensor<1x?x4x8xf32> -> tensor<1x?x4x8xf32>
  return %y : tensor<1x?x4x8xf32>
}

// -----

func.func @NoState(%q: tensor<1x?x4x8xf32>, %s: tensor<1x4x64x8xf32>) -> tensor<1x?x4x8xf32> {
  %L = mixer.semiseparable %q, %q : tensor<1x?x4x8xf32>, tensor<1x?x4x8xf32>
  %M = mixer.hadamard %L, %L
  // expected-error@+1 {{expects a matrix with a state, but no state is known of the matrix: an entrywise product}}
  %y, %t = mixer.apply %M, %q init(%s : tensor<1x4x64x8xf32>) : tensor<1x?x4x8xf32> -> tensor<1x?x4x8xf32>, tensor<1x4x64x8xf32>
  return %y : tensor<1x?x4x8xf32>
}

// -----

func.func @OneCache(%q: tensor<1x?x4x8xf32>, %s: tensor<1x4x16x8xf32>) -> tensor<1x?x4x8xf32> {
  %S = mixer.gram %q, %q : tensor<1x?x4x8xf32>, tensor<1x?x4x8xf32>
  %W = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  %P = mixer.softmax %W
  // expected-error@+1 {{expects 2 states of its matrix, got 1}}
  %y, %t = mixer.apply %P, %q init(%s : tensor<1x4x16x8xf32>) : tensor<1x?x4x8xf32> -> tensor<1x?x4x8xf32>, tensor<1x4x16x8xf32>
  return %y : tensor<1x?x4x8xf32>
}
