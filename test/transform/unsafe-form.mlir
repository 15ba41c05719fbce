// RUN: weft-opt %s --weft-choose-form=form=chunked -split-input-file -verify-diagnostics -o /dev/null

// A form that may overflow is refused where it is asked for.
// expected-note @+3 {{the bounds that are missing come from here: declare them (mixer.range) or compute a value that has them, such as -exp(x) or -softplus(x)}}
// expected-note @+4 {{--allow-unsafe-form makes this a warning}}
// expected-error @+3 {{form 'chunked' is not shown to be safe: log decays are not shown to be at most 0: nothing is known of argument #2}}
func.func @Unknown(%q: tensor<2x?x4x64xf32>, %s: tensor<2x4x64x64xf32>, %g: tensor<2x?x4xf32>)
    -> tensor<2x?x4x64xf32> {
  %y, %t = mixer.scan ins(%q, %q, %q : tensor<2x?x4x64xf32>, tensor<2x?x4x64xf32>, tensor<2x?x4x64xf32>) decay(%g : tensor<2x?x4xf32>) outs(%q, %s : tensor<2x?x4x64xf32>, tensor<2x4x64x64xf32>)
  return %y : tensor<2x?x4x64xf32>
}

// -----

// expected-error @+1 {{expects mixer.range of argument #1 to be array<f64: low, high> with low <= high, got array<f64: 0.000000e+00, -5.000000e+00>}}
func.func @Reversed(%q: tensor<2x?x4x8xf32>, %g: tensor<2x?x4xf32> {mixer.range = array<f64: 0.0, -5.0>}) {
  return
}

// -----

// expected-error @+1 {{expects mixer.range of argument #0 to be array<f64: low, high> with low <= high, got [-5.000000e+00, 0.000000e+00]}}
func.func @NoArray(%g: tensor<2x?x4xf32> {mixer.range = [-5.0, 0.0]}) {
  return
}
