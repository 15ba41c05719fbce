// RUN: weft-opt %s -verify-diagnostics --weft-simplify-mixers

// A matrix that something else than a mixer uses cannot be removed.

func.func @Choice(%q: tensor<1x?x4x8xf32>, %c: i1) {
  // expected-error@+1 {{this matrix is used outside mixers and cannot be removed}}
  %M = mixer.gram %q, %q : tensor<1x?x4x8xf32>, tensor<1x?x4x8xf32>
  %P = arith.select %c, %M, %M : !mixer.matrix<f32>
  return
}
