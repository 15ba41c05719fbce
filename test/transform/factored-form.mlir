// RUN: weft-opt %s --weft-choose-form='form=factored chunk=64' -split-input-file -verify-diagnostics -o /dev/null

// Gates factored over a whole chunk: e^c for queries and e^-c for keys.

// expected-note @+3 {{declare them (mixer.range)}}
// expected-note @+3 {{--allow-unsafe-form makes this a warning}}
// expected-error @+2 {{form 'factored' is not shown to be safe: gates factored over a chunk of 64 tokens have exponents up to inf: log decay log_a has the lower bound -inf}}
func.func @Unbounded(%q: tensor<2x?x4x64xf32>, %s: tensor<2x4x64x64xf32>, %g: tensor<2x?x4x64xf32> {mixer.name = "log_a", mixer.range = array<f64: 0xFFF0000000000000, 0.0>}) -> tensor<2x?x4x64xf32> {
  %y, %t = mixer.scan ins(%q, %q, %q : tensor<2x?x4x64xf32>, tensor<2x?x4x64xf32>, tensor<2x?x4x64xf32>) decay(%g : tensor<2x?x4x64xf32>)
      outs(%q, %s : tensor<2x?x4x64xf32>, tensor<2x4x64x64xf32>)
  return %y : tensor<2x?x4x64xf32>
}

// -----

// expected-note @+3 {{declare them (mixer.range)}}
// expected-note @+3 {{--allow-unsafe-form makes this a warning}}
// expected-error @+2 {{form 'factored' is not shown to be safe: gates factored over a chunk of 64 tokens have exponents up to 320: log decay log_a has the lower bound -5}}
func.func @TooLong(%q: tensor<2x?x4x64xf32>, %s: tensor<2x4x64x64xf32>, %g: tensor<2x?x4x64xf32> {mixer.name = "log_a", mixer.range = array<f64: -5.0, 0.0>}) -> tensor<2x?x4x64xf32> {
  %y, %t = mixer.scan ins(%q, %q, %q : tensor<2x?x4x64xf32>, tensor<2x?x4x64xf32>, tensor<2x?x4x64xf32>) decay(%g : tensor<2x?x4x64xf32>)
      outs(%q, %s : tensor<2x?x4x64xf32>, tensor<2x4x64x64xf32>)
  return %y : tensor<2x?x4x64xf32>
}

// -----

// Safe, but nobody builds it.
// expected-error @+2 {{form 'factored' is not one of}}
func.func @Bounded(%q: tensor<2x?x4x64xf32>, %s: tensor<2x4x64x64xf32>, %g: tensor<2x?x4x64xf32> {mixer.name = "log_a", mixer.range = array<f64: -1.0, 0.0>}) -> tensor<2x?x4x64xf32> {
  %y, %t = mixer.scan ins(%q, %q, %q : tensor<2x?x4x64xf32>, tensor<2x?x4x64xf32>, tensor<2x?x4x64xf32>) decay(%g : tensor<2x?x4x64xf32>)
      outs(%q, %s : tensor<2x?x4x64xf32>, tensor<2x4x64x64xf32>)
  return %y : tensor<2x?x4x64xf32>
}
