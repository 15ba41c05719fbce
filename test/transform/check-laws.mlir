// RUN: weft-opt %s -split-input-file -verify-diagnostics --weft-check-laws

// What holds is not mentioned: attention as a recurrence, (m, l, acc) for each
// channel, its neutral element finite so that no difference of infinities comes.
func.func @OnlineSoftmax(%s: tensor<2x?x1xf32>, %v: tensor<2x?x4xf32>, %y0: tensor<2x?x4xf32>, %m0: tensor<2x1xf32>, %l0: tensor<2x1xf32>, %a0: tensor<2x4xf32>) {
  %c0 = arith.constant 0 : index
  %y, %r:3 = mixer.fold ins(%s, %v : tensor<2x?x1xf32>, tensor<2x?x4xf32>) outs(%y0 : tensor<2x?x4xf32>)
      init(%m0, %l0, %a0 : tensor<2x1xf32>, tensor<2x1xf32>, tensor<2x4xf32>) one {
    %m = arith.constant dense<-1.0e30> : tensor<1xf32>
    %l = arith.constant dense<0.0> : tensor<1xf32>
    %a = arith.constant dense<0.0> : tensor<4xf32>
    mixer.yield %m, %l, %a : tensor<1xf32>, tensor<1xf32>, tensor<4xf32>
  } lift {
  ^bb0(%st: tensor<1xf32>, %vt: tensor<4xf32>):
    %l = arith.constant dense<1.0> : tensor<1xf32>
    mixer.yield %st, %l, %vt : tensor<1xf32>, tensor<1xf32>, tensor<4xf32>
  } combine {
  ^bb0(%m1: tensor<1xf32>, %l1: tensor<1xf32>, %a1: tensor<4xf32>, %m2: tensor<1xf32>, %l2: tensor<1xf32>, %a2: tensor<4xf32>):
    %m = arith.maximumf %m1, %m2 : tensor<1xf32>
    %d1 = arith.subf %m1, %m : tensor<1xf32>
    %d2 = arith.subf %m2, %m : tensor<1xf32>
    %w1 = math.exp %d1 : tensor<1xf32>
    %w2 = math.exp %d2 : tensor<1xf32>
    %lk = arith.mulf %w1, %l1 : tensor<1xf32>
    %lw = arith.mulf %w2, %l2 : tensor<1xf32>
    %l = arith.addf %lk, %lw : tensor<1xf32>
    %a = linalg.generic {indexing_maps = [affine_map<(d) -> (0)>, affine_map<(d) -> (0)>, affine_map<(d) -> (d)>, affine_map<(d) -> (d)>], iterator_types = ["parallel"]}
        ins(%w1, %w2, %a1 : tensor<1xf32>, tensor<1xf32>, tensor<4xf32>) outs(%a2 : tensor<4xf32>) {
    ^bb0(%u1: f32, %u2: f32, %x: f32, %z: f32):
      %k = arith.mulf %u1, %x : f32
      %w = arith.mulf %u2, %z : f32
      %sum = arith.addf %k, %w : f32
      linalg.yield %sum : f32
    } -> tensor<4xf32>
    mixer.yield %m, %l, %a : tensor<1xf32>, tensor<1xf32>, tensor<4xf32>
  } act {
  ^bb0(%m1: tensor<1xf32>, %l1: tensor<1xf32>, %a1: tensor<4xf32>, %m2: tensor<1xf32>, %l2: tensor<1xf32>, %a2: tensor<4xf32>):
    %m = arith.maximumf %m1, %m2 : tensor<1xf32>
    %d1 = arith.subf %m1, %m : tensor<1xf32>
    %d2 = arith.subf %m2, %m : tensor<1xf32>
    %w1 = math.exp %d1 : tensor<1xf32>
    %w2 = math.exp %d2 : tensor<1xf32>
    %lk = arith.mulf %w1, %l1 : tensor<1xf32>
    %lw = arith.mulf %w2, %l2 : tensor<1xf32>
    %l = arith.addf %lk, %lw : tensor<1xf32>
    %x1 = tensor.extract %w1[%c0] : tensor<1xf32>
    %x2 = tensor.extract %w2[%c0] : tensor<1xf32>
    %b1 = tensor.splat %x1 : tensor<4xf32>
    %b2 = tensor.splat %x2 : tensor<4xf32>
    %ak = arith.mulf %b1, %a1 : tensor<4xf32>
    %aw = arith.mulf %b2, %a2 : tensor<4xf32>
    %a = arith.addf %ak, %aw : tensor<4xf32>
    mixer.yield %m, %l, %a : tensor<1xf32>, tensor<1xf32>, tensor<4xf32>
  } readout {
  ^bb0(%st: tensor<1xf32>, %vt: tensor<4xf32>, %m: tensor<1xf32>, %l: tensor<1xf32>, %a: tensor<4xf32>):
    mixer.yield %a : tensor<4xf32>
  }
  return
}

// -----

// Linear attention with a decay holds.
func.func @Decay(%v: tensor<2x?x3x4xf32>, %g: tensor<2x?x3xf32>, %s0: tensor<2x3x4xf32>) {
  %y, %s = mixer.fold ins(%v, %g : tensor<2x?x3x4xf32>, tensor<2x?x3xf32>) outs(%v : tensor<2x?x3x4xf32>) init(%s0 : tensor<2x3x4xf32>) heads one {
  ^bb0(%h: index):
    %a = arith.constant dense<1.0> : tensor<f32>
    %b = arith.constant dense<0.0> : tensor<4xf32>
    mixer.yield %a, %b : tensor<f32>, tensor<4xf32>
  } lift {
  ^bb0(%h: index, %vt: tensor<4xf32>, %gt: tensor<f32>):
    %a = math.exp %gt : tensor<f32>
    mixer.yield %a, %vt : tensor<f32>, tensor<4xf32>
  } combine {
  ^bb0(%h: index, %a1: tensor<f32>, %b1: tensor<4xf32>, %a2: tensor<f32>, %b2: tensor<4xf32>):
    %a = arith.mulf %a1, %a2 : tensor<f32>
    %number = tensor.extract %a2[] : tensor<f32>
    %wide = tensor.splat %number : tensor<4xf32>
    %kept = arith.mulf %wide, %b1 : tensor<4xf32>
    %b = arith.addf %kept, %b2 : tensor<4xf32>
    mixer.yield %a, %b : tensor<f32>, tensor<4xf32>
  } act {
  ^bb0(%h: index, %before: tensor<4xf32>, %a: tensor<f32>, %b: tensor<4xf32>):
    %number = tensor.extract %a[] : tensor<f32>
    %wide = tensor.splat %number : tensor<4xf32>
    %kept = arith.mulf %wide, %before : tensor<4xf32>
    %after = arith.addf %kept, %b : tensor<4xf32>
    mixer.yield %after : tensor<4xf32>
  } readout {
  ^bb0(%h: index, %vt: tensor<4xf32>, %gt: tensor<f32>, %state: tensor<4xf32>):
    mixer.yield %state : tensor<4xf32>
  }
  return
}

// -----

// The decay is forgotten in combine: products do not act as their factors.
func.func @DecayForgotten(%v: tensor<2x?x3x4xf32>, %g: tensor<2x?x3xf32>, %s0: tensor<2x3x4xf32>) {
  // expected-error @+1 {{expects the law act(act(S, e1), e2) = act(S, combine(e1, e2)), got}}
  %y, %s = mixer.fold ins(%v, %g : tensor<2x?x3x4xf32>, tensor<2x?x3xf32>) outs(%v : tensor<2x?x3x4xf32>) init(%s0 : tensor<2x3x4xf32>) heads one {
  ^bb0(%h: index):
    %a = arith.constant dense<1.0> : tensor<f32>
    %b = arith.constant dense<0.0> : tensor<4xf32>
    mixer.yield %a, %b : tensor<f32>, tensor<4xf32>
  } lift {
  ^bb0(%h: index, %vt: tensor<4xf32>, %gt: tensor<f32>):
    %a = math.exp %gt : tensor<f32>
    mixer.yield %a, %vt : tensor<f32>, tensor<4xf32>
  } combine {
  ^bb0(%h: index, %a1: tensor<f32>, %b1: tensor<4xf32>, %a2: tensor<f32>, %b2: tensor<4xf32>):
    %a = arith.mulf %a1, %a2 : tensor<f32>
    %b = arith.addf %b1, %b2 : tensor<4xf32>
    mixer.yield %a, %b : tensor<f32>, tensor<4xf32>
  } act {
  ^bb0(%h: index, %before: tensor<4xf32>, %a: tensor<f32>, %b: tensor<4xf32>):
    %number = tensor.extract %a[] : tensor<f32>
    %wide = tensor.splat %number : tensor<4xf32>
    %kept = arith.mulf %wide, %before : tensor<4xf32>
    %after = arith.addf %kept, %b : tensor<4xf32>
    mixer.yield %after : tensor<4xf32>
  } readout {
  ^bb0(%h: index, %vt: tensor<4xf32>, %gt: tensor<f32>, %state: tensor<4xf32>):
    mixer.yield %state : tensor<4xf32>
  }
  return
}

// -----

// The first element comes last: what is combined is another sequence.
func.func @OrderSwapped(%v: tensor<2x?x3x4xf32>, %g: tensor<2x?x3xf32>, %s0: tensor<2x3x4xf32>) {
  // expected-error @+1 {{expects the law act(act(S, e1), e2) = act(S, combine(e1, e2)), got}}
  %y, %s = mixer.fold ins(%v, %g : tensor<2x?x3x4xf32>, tensor<2x?x3xf32>) outs(%v : tensor<2x?x3x4xf32>) init(%s0 : tensor<2x3x4xf32>) heads one {
  ^bb0(%h: index):
    %a = arith.constant dense<1.0> : tensor<f32>
    %b = arith.constant dense<0.0> : tensor<4xf32>
    mixer.yield %a, %b : tensor<f32>, tensor<4xf32>
  } lift {
  ^bb0(%h: index, %vt: tensor<4xf32>, %gt: tensor<f32>):
    %a = math.exp %gt : tensor<f32>
    mixer.yield %a, %vt : tensor<f32>, tensor<4xf32>
  } combine {
  ^bb0(%h: index, %a1: tensor<f32>, %b1: tensor<4xf32>, %a2: tensor<f32>, %b2: tensor<4xf32>):
    %a = arith.mulf %a1, %a2 : tensor<f32>
    %number = tensor.extract %a1[] : tensor<f32>
    %wide = tensor.splat %number : tensor<4xf32>
    %kept = arith.mulf %wide, %b2 : tensor<4xf32>
    %b = arith.addf %kept, %b1 : tensor<4xf32>
    mixer.yield %a, %b : tensor<f32>, tensor<4xf32>
  } act {
  ^bb0(%h: index, %before: tensor<4xf32>, %a: tensor<f32>, %b: tensor<4xf32>):
    %number = tensor.extract %a[] : tensor<f32>
    %wide = tensor.splat %number : tensor<4xf32>
    %kept = arith.mulf %wide, %before : tensor<4xf32>
    %after = arith.addf %kept, %b : tensor<4xf32>
    mixer.yield %after : tensor<4xf32>
  } readout {
  ^bb0(%h: index, %vt: tensor<4xf32>, %gt: tensor<f32>, %state: tensor<4xf32>):
    mixer.yield %state : tensor<4xf32>
  }
  return
}

// -----

// The decay of the wrong side.
func.func @WrongSide(%v: tensor<2x?x3x4xf32>, %g: tensor<2x?x3xf32>, %s0: tensor<2x3x4xf32>) {
  // expected-error @+1 {{expects the law combine(combine(e1, e2), e3) = combine(e1, combine(e2, e3)), got}}
  %y, %s = mixer.fold ins(%v, %g : tensor<2x?x3x4xf32>, tensor<2x?x3xf32>) outs(%v : tensor<2x?x3x4xf32>) init(%s0 : tensor<2x3x4xf32>) heads one {
  ^bb0(%h: index):
    %a = arith.constant dense<1.0> : tensor<f32>
    %b = arith.constant dense<0.0> : tensor<4xf32>
    mixer.yield %a, %b : tensor<f32>, tensor<4xf32>
  } lift {
  ^bb0(%h: index, %vt: tensor<4xf32>, %gt: tensor<f32>):
    %a = math.exp %gt : tensor<f32>
    mixer.yield %a, %vt : tensor<f32>, tensor<4xf32>
  } combine {
  ^bb0(%h: index, %a1: tensor<f32>, %b1: tensor<4xf32>, %a2: tensor<f32>, %b2: tensor<4xf32>):
    %a = arith.mulf %a1, %a2 : tensor<f32>
    %number = tensor.extract %a1[] : tensor<f32>
    %wide = tensor.splat %number : tensor<4xf32>
    %kept = arith.mulf %wide, %b1 : tensor<4xf32>
    %b = arith.addf %kept, %b2 : tensor<4xf32>
    mixer.yield %a, %b : tensor<f32>, tensor<4xf32>
  } act {
  ^bb0(%h: index, %before: tensor<4xf32>, %a: tensor<f32>, %b: tensor<4xf32>):
    %number = tensor.extract %a[] : tensor<f32>
    %wide = tensor.splat %number : tensor<4xf32>
    %kept = arith.mulf %wide, %before : tensor<4xf32>
    %after = arith.addf %kept, %b : tensor<4xf32>
    mixer.yield %after : tensor<4xf32>
  } readout {
  ^bb0(%h: index, %vt: tensor<4xf32>, %gt: tensor<f32>, %state: tensor<4xf32>):
    mixer.yield %state : tensor<4xf32>
  }
  return
}

// -----

// A neutral element that forgets.
func.func @NotNeutral(%v: tensor<2x?x3x4xf32>, %g: tensor<2x?x3xf32>, %s0: tensor<2x3x4xf32>) {
  // expected-error @+1 {{expects the law combine(one, e) = e, got}}
  %y, %s = mixer.fold ins(%v, %g : tensor<2x?x3x4xf32>, tensor<2x?x3xf32>) outs(%v : tensor<2x?x3x4xf32>) init(%s0 : tensor<2x3x4xf32>) heads one {
  ^bb0(%h: index):
    %a = arith.constant dense<0.5> : tensor<f32>
    %b = arith.constant dense<0.0> : tensor<4xf32>
    mixer.yield %a, %b : tensor<f32>, tensor<4xf32>
  } lift {
  ^bb0(%h: index, %vt: tensor<4xf32>, %gt: tensor<f32>):
    %a = math.exp %gt : tensor<f32>
    mixer.yield %a, %vt : tensor<f32>, tensor<4xf32>
  } combine {
  ^bb0(%h: index, %a1: tensor<f32>, %b1: tensor<4xf32>, %a2: tensor<f32>, %b2: tensor<4xf32>):
    %a = arith.mulf %a1, %a2 : tensor<f32>
    %number = tensor.extract %a2[] : tensor<f32>
    %wide = tensor.splat %number : tensor<4xf32>
    %kept = arith.mulf %wide, %b1 : tensor<4xf32>
    %b = arith.addf %kept, %b2 : tensor<4xf32>
    mixer.yield %a, %b : tensor<f32>, tensor<4xf32>
  } act {
  ^bb0(%h: index, %before: tensor<4xf32>, %a: tensor<f32>, %b: tensor<4xf32>):
    %number = tensor.extract %a[] : tensor<f32>
    %wide = tensor.splat %number : tensor<4xf32>
    %kept = arith.mulf %wide, %before : tensor<4xf32>
    %after = arith.addf %kept, %b : tensor<4xf32>
    mixer.yield %after : tensor<4xf32>
  } readout {
  ^bb0(%h: index, %vt: tensor<4xf32>, %gt: tensor<f32>, %state: tensor<4xf32>):
    mixer.yield %state : tensor<4xf32>
  }
  return
}

// -----

// An action that doubles.
func.func @ActOfOne(%v: tensor<2x?x3x4xf32>, %g: tensor<2x?x3xf32>, %s0: tensor<2x3x4xf32>) {
  // expected-error @+1 {{expects the law act(S, one) = S, got}}
  %y, %s = mixer.fold ins(%v, %g : tensor<2x?x3x4xf32>, tensor<2x?x3xf32>) outs(%v : tensor<2x?x3x4xf32>) init(%s0 : tensor<2x3x4xf32>) heads one {
  ^bb0(%h: index):
    %a = arith.constant dense<1.0> : tensor<f32>
    %b = arith.constant dense<0.0> : tensor<4xf32>
    mixer.yield %a, %b : tensor<f32>, tensor<4xf32>
  } lift {
  ^bb0(%h: index, %vt: tensor<4xf32>, %gt: tensor<f32>):
    %a = math.exp %gt : tensor<f32>
    mixer.yield %a, %vt : tensor<f32>, tensor<4xf32>
  } combine {
  ^bb0(%h: index, %a1: tensor<f32>, %b1: tensor<4xf32>, %a2: tensor<f32>, %b2: tensor<4xf32>):
    %a = arith.mulf %a1, %a2 : tensor<f32>
    %number = tensor.extract %a2[] : tensor<f32>
    %wide = tensor.splat %number : tensor<4xf32>
    %kept = arith.mulf %wide, %b1 : tensor<4xf32>
    %b = arith.addf %kept, %b2 : tensor<4xf32>
    mixer.yield %a, %b : tensor<f32>, tensor<4xf32>
  } act {
  ^bb0(%h: index, %before: tensor<4xf32>, %a: tensor<f32>, %b: tensor<4xf32>):
    %number = tensor.extract %a[] : tensor<f32>
    %wide = tensor.splat %number : tensor<4xf32>
    %kept = arith.mulf %wide, %before : tensor<4xf32>
    %sum = arith.addf %kept, %b : tensor<4xf32>
    %after = arith.addf %sum, %sum : tensor<4xf32>
    mixer.yield %after : tensor<4xf32>
  } readout {
  ^bb0(%h: index, %vt: tensor<4xf32>, %gt: tensor<f32>, %state: tensor<4xf32>):
    mixer.yield %state : tensor<4xf32>
  }
  return
}

// -----

// Tokens outside of what lift can take.
func.func @NotANumber(%v: tensor<2x?x3x4xf32>, %g: tensor<2x?x3xf32>, %s0: tensor<2x3x4xf32>) {
  // expected-warning @+1 {{the laws of this mixer are not checked: lift gives NaN for random tokens; declare mixer.range on the arguments}}
  %y, %s = mixer.fold ins(%v, %g : tensor<2x?x3x4xf32>, tensor<2x?x3xf32>) outs(%v : tensor<2x?x3x4xf32>) init(%s0 : tensor<2x3x4xf32>) heads one {
  ^bb0(%h: index):
    %a = arith.constant dense<1.0> : tensor<f32>
    %b = arith.constant dense<0.0> : tensor<4xf32>
    mixer.yield %a, %b : tensor<f32>, tensor<4xf32>
  } lift {
  ^bb0(%h: index, %vt: tensor<4xf32>, %gt: tensor<f32>):
    %a = math.log %gt : tensor<f32>
    mixer.yield %a, %vt : tensor<f32>, tensor<4xf32>
  } combine {
  ^bb0(%h: index, %a1: tensor<f32>, %b1: tensor<4xf32>, %a2: tensor<f32>, %b2: tensor<4xf32>):
    %a = arith.mulf %a1, %a2 : tensor<f32>
    %number = tensor.extract %a2[] : tensor<f32>
    %wide = tensor.splat %number : tensor<4xf32>
    %kept = arith.mulf %wide, %b1 : tensor<4xf32>
    %b = arith.addf %kept, %b2 : tensor<4xf32>
    mixer.yield %a, %b : tensor<f32>, tensor<4xf32>
  } act {
  ^bb0(%h: index, %before: tensor<4xf32>, %a: tensor<f32>, %b: tensor<4xf32>):
    %number = tensor.extract %a[] : tensor<f32>
    %wide = tensor.splat %number : tensor<4xf32>
    %kept = arith.mulf %wide, %before : tensor<4xf32>
    %after = arith.addf %kept, %b : tensor<4xf32>
    mixer.yield %after : tensor<4xf32>
  } readout {
  ^bb0(%h: index, %vt: tensor<4xf32>, %gt: tensor<f32>, %state: tensor<4xf32>):
    mixer.yield %state : tensor<4xf32>
  }
  return
}

// -----

// With its range declared they are inside.
func.func @Range(%v: tensor<2x?x3x4xf32>, %g: tensor<2x?x3xf32> {mixer.range = array<f64: 0.0, 1.0>}, %s0: tensor<2x3x4xf32>) {
  %y, %s = mixer.fold ins(%v, %g : tensor<2x?x3x4xf32>, tensor<2x?x3xf32>) outs(%v : tensor<2x?x3x4xf32>) init(%s0 : tensor<2x3x4xf32>) heads one {
  ^bb0(%h: index):
    %a = arith.constant dense<1.0> : tensor<f32>
    %b = arith.constant dense<0.0> : tensor<4xf32>
    mixer.yield %a, %b : tensor<f32>, tensor<4xf32>
  } lift {
  ^bb0(%h: index, %vt: tensor<4xf32>, %gt: tensor<f32>):
    %a = math.log %gt : tensor<f32>
    mixer.yield %a, %vt : tensor<f32>, tensor<4xf32>
  } combine {
  ^bb0(%h: index, %a1: tensor<f32>, %b1: tensor<4xf32>, %a2: tensor<f32>, %b2: tensor<4xf32>):
    %a = arith.mulf %a1, %a2 : tensor<f32>
    %number = tensor.extract %a2[] : tensor<f32>
    %wide = tensor.splat %number : tensor<4xf32>
    %kept = arith.mulf %wide, %b1 : tensor<4xf32>
    %b = arith.addf %kept, %b2 : tensor<4xf32>
    mixer.yield %a, %b : tensor<f32>, tensor<4xf32>
  } act {
  ^bb0(%h: index, %before: tensor<4xf32>, %a: tensor<f32>, %b: tensor<4xf32>):
    %number = tensor.extract %a[] : tensor<f32>
    %wide = tensor.splat %number : tensor<4xf32>
    %kept = arith.mulf %wide, %before : tensor<4xf32>
    %after = arith.addf %kept, %b : tensor<4xf32>
    mixer.yield %after : tensor<4xf32>
  } readout {
  ^bb0(%h: index, %vt: tensor<4xf32>, %gt: tensor<f32>, %state: tensor<4xf32>):
    mixer.yield %state : tensor<4xf32>
  }
  return
}

// -----

// An op that is not evaluated at compile time.
func.func @Unknown(%v: tensor<2x?x3x4xf32>, %g: tensor<2x?x3xf32>, %s0: tensor<2x3x4xf32>) {
  // expected-warning @+1 {{the laws of this mixer are not checked}}
  %y, %s = mixer.fold ins(%v, %g : tensor<2x?x3x4xf32>, tensor<2x?x3xf32>) outs(%v : tensor<2x?x3x4xf32>) init(%s0 : tensor<2x3x4xf32>) heads one {
  ^bb0(%h: index):
    %a = arith.constant dense<1.0> : tensor<f32>
    %b = arith.constant dense<0.0> : tensor<4xf32>
    mixer.yield %a, %b : tensor<f32>, tensor<4xf32>
  } lift {
  ^bb0(%h: index, %vt: tensor<4xf32>, %gt: tensor<f32>):
    // expected-note @+1 {{'math.cbrt' cannot be evaluated here}}
    %a = math.cbrt %gt : tensor<f32>
    mixer.yield %a, %vt : tensor<f32>, tensor<4xf32>
  } combine {
  ^bb0(%h: index, %a1: tensor<f32>, %b1: tensor<4xf32>, %a2: tensor<f32>, %b2: tensor<4xf32>):
    %a = arith.mulf %a1, %a2 : tensor<f32>
    %number = tensor.extract %a2[] : tensor<f32>
    %wide = tensor.splat %number : tensor<4xf32>
    %kept = arith.mulf %wide, %b1 : tensor<4xf32>
    %b = arith.addf %kept, %b2 : tensor<4xf32>
    mixer.yield %a, %b : tensor<f32>, tensor<4xf32>
  } act {
  ^bb0(%h: index, %before: tensor<4xf32>, %a: tensor<f32>, %b: tensor<4xf32>):
    %number = tensor.extract %a[] : tensor<f32>
    %wide = tensor.splat %number : tensor<4xf32>
    %kept = arith.mulf %wide, %before : tensor<4xf32>
    %after = arith.addf %kept, %b : tensor<4xf32>
    mixer.yield %after : tensor<4xf32>
  } readout {
  ^bb0(%h: index, %vt: tensor<4xf32>, %gt: tensor<f32>, %state: tensor<4xf32>):
    mixer.yield %state : tensor<4xf32>
  }
  return
}
