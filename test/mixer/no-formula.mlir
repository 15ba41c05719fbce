// RUN: weft-opt %s -split-input-file -verify-diagnostics -weft-simplify-mixers=form=dense

// A matrix is made in the function that uses it, or inlined before.
// expected-error @+1 {{expects a matrix made by an op with an entry formula, got a block argument}}
func.func private @Argument(%M: !mixer.matrix, %T: index) -> tensor<?x4x?x?xf32> {
  %d = mixer.materialize %M sizes(%T, %T, %T) : tensor<?x4x?x?xf32>
  return %d : tensor<?x4x?x?xf32>
}
