// RUN: weft-opt %s -split-input-file -verify-diagnostics --verify-roundtrip | FileCheck %s

// CHECK-LABEL: func @ConstantDecays
func.func @ConstantDecays(%q: tensor<2x?x2x16xf32>, %v: tensor<2x?x4x8xf32>, %s0: tensor<2x4x16x8xf32>, %g: tensor<2x16xf32>) {
  // CHECK: decay(%{{.*}} : tensor<2x16xf32>) outs
  %y, %s = mixer.scan ins(%q, %q, %v : tensor<2x?x2x16xf32>, tensor<2x?x2x16xf32>, tensor<2x?x4x8xf32>)
      decay(%g : tensor<2x16xf32>)
      outs(%v, %s0 : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>)
  return
}

// -----

// CHECK-LABEL: func @Rotate
func.func @Rotate(%q: tensor<2x?x2x16xf32>, %v: tensor<2x?x4x8xf32>, %s0: tensor<2x4x16x8xf32>, %g: tensor<2x?x4x8xf32>, %r: tensor<2x?x1x8xf32>) {
  // CHECK: decay(%{{.*}} : tensor<2x?x4x8xf32>) rotate(%{{.*}} : tensor<2x?x1x8xf32>) outs
  %y, %s = mixer.scan ins(%q, %q, %v : tensor<2x?x2x16xf32>, tensor<2x?x2x16xf32>, tensor<2x?x4x8xf32>)
      decay(%g : tensor<2x?x4x8xf32>) rotate(%r : tensor<2x?x1x8xf32>)
      outs(%v, %s0 : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>)
  return
}

// -----

// CHECK-LABEL: func @Erase
func.func @Erase(%q: tensor<2x?x2x16xf32>, %v: tensor<2x?x4x8xf32>, %s0: tensor<2x4x16x8xf32>, %a: tensor<2x?x2x16xf32>) {
  // CHECK: erase(%{{.*}}, %{{.*}} : tensor<2x?x2x16xf32>, tensor<2x?x2x16xf32>) outs
  // CHECK-SAME: erase_reads decayed
  %y, %s = mixer.scan ins(%q, %q, %v : tensor<2x?x2x16xf32>, tensor<2x?x2x16xf32>, tensor<2x?x4x8xf32>)
      erase(%a, %a : tensor<2x?x2x16xf32>, tensor<2x?x2x16xf32>)
      outs(%v, %s0 : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>) erase_reads decayed
  return
}

// -----

// CHECK-LABEL: func @PreReadOfSegments
func.func @PreReadOfSegments(%q: tensor<2x?x2x16xf32>, %v: tensor<2x?x4x8xf32>, %s0: tensor<2x4x16x8xf32>, %u: tensor<1x16xf32>, %ids: tensor<2x?xi64>) {
  // CHECK: bonus(%{{.*}} : tensor<1x16xf32>) segments(%{{.*}} : tensor<2x?xi64>) outs
  // CHECK-SAME: read pre {reverse}
  %y, %s = mixer.scan ins(%q, %q, %v : tensor<2x?x2x16xf32>, tensor<2x?x2x16xf32>, tensor<2x?x4x8xf32>)
      bonus(%u : tensor<1x16xf32>) segments(%ids : tensor<2x?xi64>)
      outs(%v, %s0 : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>) read pre {reverse}
  return
}

// -----

// CHECK-LABEL: func @Gain
func.func @Gain(%q: tensor<2x?x2x16xf32>, %v: tensor<2x?x4x8xf32>, %s0: tensor<2x4x16x8xf32>, %i: tensor<2x?x4xf32>, %ls: tensor<2x?x4xf32>, %m: tensor<2x4xf32>) {
  // CHECK: gain(%{{.*}} : tensor<2x?x4xf32>) outs
  // CHECK-SAME: gauge(%{{.*}}, %{{.*}} : tensor<2x?x4xf32>, tensor<2x4xf32>) -> tensor<2x?x4xf32>, tensor<2x4xf32>
  %y, %s, %f:2 = mixer.scan ins(%q, %q, %v : tensor<2x?x2x16xf32>, tensor<2x?x2x16xf32>, tensor<2x?x4x8xf32>)
      gain(%i : tensor<2x?x4xf32>)
      outs(%v, %s0 : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>)
      gauge(%ls, %m : tensor<2x?x4xf32>, tensor<2x4xf32>) -> tensor<2x?x4xf32>, tensor<2x4xf32>
  return
}

// -----

// CHECK-LABEL: func @Dense
func.func @Dense(%q: tensor<2x?x2x16xf32>, %v: tensor<2x?x4x8xf32>, %s0: tensor<2x4x16x8xf32>, %a: tensor<1x16x16xf32>, %ids: tensor<2x?xi64>) {
  // CHECK: dense(%{{.*}} : tensor<1x16x16xf32>) segments(%{{.*}} : tensor<2x?xi64>) outs
  %y, %s = mixer.scan ins(%q, %q, %v : tensor<2x?x2x16xf32>, tensor<2x?x2x16xf32>, tensor<2x?x4x8xf32>)
      dense(%a : tensor<1x16x16xf32>) segments(%ids : tensor<2x?xi64>)
      outs(%v, %s0 : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>) {reverse}
  return
}

// -----

func.func @DenseElements(%q: tensor<2x?x2x16xf32>, %v: tensor<2x?x4x8xf32>, %s0: tensor<2x4x16x8xf32>, %a: tensor<4x16x16xf64>) {
  // expected-error @+1 {{expects operands of one element type, got 'f32' and 'f64'}}
  %y, %s = mixer.scan ins(%q, %q, %v : tensor<2x?x2x16xf32>, tensor<2x?x2x16xf32>, tensor<2x?x4x8xf32>)
      dense(%a : tensor<4x16x16xf64>)
      outs(%v, %s0 : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>)
  return
}

// -----

func.func @DenseBesideErase(%q: tensor<2x?x4x16xf32>, %v: tensor<2x?x4x8xf32>, %s0: tensor<2x4x16x8xf32>, %a: tensor<4x16x16xf32>) {
  // expected-error @+1 {{expects a dense transition with no other than a bonus, got it beside erase a}}
  %y, %s = mixer.scan ins(%q, %q, %v : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>, tensor<2x?x4x8xf32>)
      erase(%q, %q : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>) dense(%a : tensor<4x16x16xf32>)
      outs(%v, %s0 : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>)
  return
}

// -----

func.func @GainWithoutGauge(%q: tensor<2x?x2x16xf32>, %v: tensor<2x?x4x8xf32>, %s0: tensor<2x4x16x8xf32>, %i: tensor<2x?x4xf32>) {
  // expected-error @+1 {{expects gauge (log_scale, max) exactly if there is a gain, got a gain without}}
  %y, %s = mixer.scan ins(%q, %q, %v : tensor<2x?x2x16xf32>, tensor<2x?x2x16xf32>, tensor<2x?x4x8xf32>)
      gain(%i : tensor<2x?x4xf32>)
      outs(%v, %s0 : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>)
  return
}

// -----

func.func @GaugeWithoutGain(%q: tensor<2x?x2x16xf32>, %v: tensor<2x?x4x8xf32>, %s0: tensor<2x4x16x8xf32>, %ls: tensor<2x?x4xf32>, %m: tensor<2x4xf32>) {
  // expected-error @+1 {{expects gauge (log_scale, max) exactly if there is a gain, got a gauge without gain}}
  %y, %s, %f:2 = mixer.scan ins(%q, %q, %v : tensor<2x?x2x16xf32>, tensor<2x?x2x16xf32>, tensor<2x?x4x8xf32>)
      outs(%v, %s0 : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>)
      gauge(%ls, %m : tensor<2x?x4xf32>, tensor<2x4xf32>) -> tensor<2x?x4xf32>, tensor<2x4xf32>
  return
}

// -----

func.func @GaugeWithoutResults(%q: tensor<2x?x2x16xf32>, %v: tensor<2x?x4x8xf32>, %s0: tensor<2x4x16x8xf32>, %i: tensor<2x?x4xf32>, %ls: tensor<2x?x4xf32>, %m: tensor<2x4xf32>) {
  // expected-error @+1 {{expects 2 results for the gauge, got 0}}
  %y, %s = mixer.scan ins(%q, %q, %v : tensor<2x?x2x16xf32>, tensor<2x?x2x16xf32>, tensor<2x?x4x8xf32>)
      gain(%i : tensor<2x?x4xf32>)
      outs(%v, %s0 : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>)
      gauge(%ls, %m : tensor<2x?x4xf32>, tensor<2x4xf32>)
  return
}

// -----

func.func @MaxOfToken(%q: tensor<2x?x2x16xf32>, %v: tensor<2x?x4x8xf32>, %s0: tensor<2x4x16x8xf32>, %i: tensor<2x?x4xf32>, %ls: tensor<2x?x4xf32>, %m: tensor<2x1xf32>) {
  // expected-error @+1 {{expects max of type 'tensor<2x4xf32>', got 'tensor<2x1xf32>'}}
  %y, %s, %f:2 = mixer.scan ins(%q, %q, %v : tensor<2x?x2x16xf32>, tensor<2x?x2x16xf32>, tensor<2x?x4x8xf32>)
      gain(%i : tensor<2x?x4xf32>)
      outs(%v, %s0 : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>)
      gauge(%ls, %m : tensor<2x?x4xf32>, tensor<2x1xf32>) -> tensor<2x?x4xf32>, tensor<2x1xf32>
  return
}

// -----

func.func @DecayChannels(%q: tensor<2x?x2x16xf32>, %v: tensor<2x?x4x8xf32>, %s0: tensor<2x4x16x8xf32>, %g: tensor<2x?x4x8xf32>) {
  // expected-error @+1 {{expects 16 channels of decay, got 8}}
  %y, %s = mixer.scan ins(%q, %q, %v : tensor<2x?x2x16xf32>, tensor<2x?x2x16xf32>, tensor<2x?x4x8xf32>)
      decay(%g : tensor<2x?x4x8xf32>)
      outs(%v, %s0 : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>)
  return
}

// -----

func.func @DecayOfPairs(%q: tensor<2x?x2x16xf32>, %v: tensor<2x?x4x8xf32>, %s0: tensor<2x4x16x8xf32>, %g: tensor<2x?x4x16xf32>, %r: tensor<4x8xf32>) {
  // expected-error @+1 {{expects 8 channels of decay, got 16}}
  %y, %s = mixer.scan ins(%q, %q, %v : tensor<2x?x2x16xf32>, tensor<2x?x2x16xf32>, tensor<2x?x4x8xf32>)
      decay(%g : tensor<2x?x4x16xf32>) rotate(%r : tensor<4x8xf32>)
      outs(%v, %s0 : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>)
  return
}

// -----

func.func @OddKeys(%q: tensor<2x?x2x15xf32>, %v: tensor<2x?x4x8xf32>, %s0: tensor<2x4x16x8xf32>, %r: tensor<4x7xf32>) {
  // expected-error @+1 {{expects an even key size to rotate pairs, got 15}}
  %y, %s = mixer.scan ins(%q, %q, %v : tensor<2x?x2x15xf32>, tensor<2x?x2x15xf32>, tensor<2x?x4x8xf32>)
      rotate(%r : tensor<4x7xf32>)
      outs(%v, %s0 : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>)
  return
}

// -----

func.func @BonusOfPost(%q: tensor<2x?x2x16xf32>, %v: tensor<2x?x4x8xf32>, %s0: tensor<2x4x16x8xf32>, %u: tensor<1x16xf32>) {
  // expected-error @+1 {{expects read pre with a bonus, got read post}}
  %y, %s = mixer.scan ins(%q, %q, %v : tensor<2x?x2x16xf32>, tensor<2x?x2x16xf32>, tensor<2x?x4x8xf32>)
      bonus(%u : tensor<1x16xf32>)
      outs(%v, %s0 : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>)
  return
}

// -----

func.func @EraseTokens(%q: tensor<2x?x2x16xf32>, %v: tensor<2x?x4x8xf32>, %s0: tensor<2x4x16x8xf32>, %a: tensor<2x7x2x16xf32>, %b: tensor<2x9x2x16xf32>) {
  // expected-error @+1 {{expects operands of the same number of tokens, got 7 and 9}}
  %y, %s = mixer.scan ins(%q, %q, %v : tensor<2x?x2x16xf32>, tensor<2x?x2x16xf32>, tensor<2x?x4x8xf32>)
      erase(%a, %b : tensor<2x7x2x16xf32>, tensor<2x9x2x16xf32>)
      outs(%v, %s0 : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>)
  return
}

// -----

func.func @DynamicHeads(%q: tensor<2x?x2x16xf32>, %v: tensor<2x?x4x8xf32>, %s0: tensor<2x4x16x8xf32>, %u: tensor<?x16xf32>) {
  // expected-error @+1 {{expects a known size of axis 0 of bonus, got 'tensor<?x16xf32>'}}
  %y, %s = mixer.scan ins(%q, %q, %v : tensor<2x?x2x16xf32>, tensor<2x?x2x16xf32>, tensor<2x?x4x8xf32>)
      bonus(%u : tensor<?x16xf32>)
      outs(%v, %s0 : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>) read pre
  return
}

// -----

func.func @HalfAnErase(%q: tensor<2x7x4x16xf32>, %v: tensor<2x7x4x8xf32>, %s0: tensor<2x4x16x8xf32>) {
  // expected-error @+1 {{expects both sides of erase, got one}}
  %y, %s = "mixer.scan"(%q, %q, %v, %v, %s0, %q) <{operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0>}>
      : (tensor<2x7x4x16xf32>, tensor<2x7x4x16xf32>, tensor<2x7x4x8xf32>, tensor<2x7x4x8xf32>, tensor<2x4x16x8xf32>, tensor<2x7x4x16xf32>) -> (tensor<2x7x4x8xf32>, tensor<2x4x16x8xf32>)
  return
}
