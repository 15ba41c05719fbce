// RUN: weft-opt %s --weft-choose-form='form=chunked allow-unsafe-form' -verify-diagnostics | FileCheck %s

// CHECK: mixer.scan {{.*}}weft.form = "chunked"
// expected-note @+4 {{the bounds that are missing come from here}}
// expected-warning @+5 {{form 'chunked' is not shown to be safe: log decays are not shown to be at most 0: nothing is known of argument #2}}
// The choice is made all the same.
// expected-remark @+3 {{scan: chunked, chunk 64}}
func.func @Unknown(%q: tensor<2x?x4x64xf32>, %s: tensor<2x4x64x64xf32>, %g: tensor<2x?x4xf32>)
    -> tensor<2x?x4x64xf32> {
  %y, %t = mixer.scan ins(%q, %q, %q : tensor<2x?x4x64xf32>, tensor<2x?x4x64xf32>, tensor<2x?x4x64xf32>) decay(%g : tensor<2x?x4xf32>) outs(%q, %s : tensor<2x?x4x64xf32>, tensor<2x4x64x64xf32>)
  return %y : tensor<2x?x4x64xf32>
}
