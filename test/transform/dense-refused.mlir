// RUN: weft-opt %s -verify-diagnostics --weft-simplify-mixers=form=dense
// RUN: not weft-opt %s --weft-choose-form=form=fft 2>&1 | FileCheck %s

// CHECK: error: form 'fft' is not one of recurrent{{$}}

// A step has no matrix, so that there is no dense form to ask for.
func.func @Step(%x: tensor<2x?x8xf32>, %h0: tensor<2x8xf32>) -> tensor<2x?x8xf32> {
  // expected-error @+1 {{form 'dense' is not one of recurrent: the mixer is not given by a matrix}}
  %y, %h = mixer.recurrence ins(%x : tensor<2x?x8xf32>) outs(%x : tensor<2x?x8xf32>) init(%h0 : tensor<2x8xf32>) {
  ^bb0(%xt: tensor<8xf32>, %before: tensor<8xf32>):
    %after = arith.addf %xt, %before : tensor<8xf32>
    mixer.yield %after, %after : tensor<8xf32>, tensor<8xf32>
  }
  return %y : tensor<2x?x8xf32>
}
