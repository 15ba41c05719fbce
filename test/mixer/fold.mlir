// RUN: weft-opt %s -split-input-file -verify-diagnostics --verify-roundtrip | FileCheck %s

// CHECK-LABEL: func @Fold
func.func @Fold(%x: tensor<2x?x4x8xf32>, %g: tensor<2x?x4x8xf32>, %s0: tensor<2x4x8xf32>) {
  // CHECK: mixer.fold ins({{.*}}) outs({{.*}}) init({{.*}}) heads one {
  // CHECK: } lift {
  // CHECK: } combine {
  // CHECK: } act {
  // CHECK: } readout {
  %y, %s = mixer.fold ins(%x, %g : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>) outs(%x : tensor<2x?x4x8xf32>) init(%s0 : tensor<2x4x8xf32>) heads
  one {
  ^bb0(%head: index):
    %a = arith.constant dense<1.0> : tensor<8xf32>
    %b = arith.constant dense<0.0> : tensor<8xf32>
    mixer.yield %a, %b : tensor<8xf32>, tensor<8xf32>
  } lift {
  ^bb0(%head: index, %xt: tensor<8xf32>, %gt: tensor<8xf32>):
    mixer.yield %gt, %xt : tensor<8xf32>, tensor<8xf32>
  } combine {
  ^bb0(%head: index, %a1: tensor<8xf32>, %b1: tensor<8xf32>, %a2: tensor<8xf32>, %b2: tensor<8xf32>):
    %a = arith.mulf %a1, %a2 : tensor<8xf32>
    %kept = arith.mulf %a2, %b1 : tensor<8xf32>
    %b = arith.addf %kept, %b2 : tensor<8xf32>
    mixer.yield %a, %b : tensor<8xf32>, tensor<8xf32>
  } act {
  ^bb0(%head: index, %before: tensor<8xf32>, %a: tensor<8xf32>, %b: tensor<8xf32>):
    %kept = arith.mulf %a, %before : tensor<8xf32>
    %after = arith.addf %kept, %b : tensor<8xf32>
    mixer.yield %after : tensor<8xf32>
  } readout {
  ^bb0(%head: index, %xt: tensor<8xf32>, %gt: tensor<8xf32>, %state: tensor<8xf32>):
    mixer.yield %state : tensor<8xf32>
  }
  return
}

// -----

func.func @NoElement(%x: tensor<2x?x4x8xf32>, %g: tensor<2x?x4x8xf32>, %s0: tensor<2x4x8xf32>) {
  // expected-error @+1 {{expects an element of at least one tensor, got none from the region 'lift'}}
  %y, %s = mixer.fold ins(%x, %g : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>) outs(%x : tensor<2x?x4x8xf32>) init(%s0 : tensor<2x4x8xf32>) heads
  one {
  ^bb0(%head: index):
    %a = arith.constant dense<1.0> : tensor<8xf32>
    %b = arith.constant dense<0.0> : tensor<8xf32>
    mixer.yield %a, %b : tensor<8xf32>, tensor<8xf32>
  } lift {
  ^bb0(%head: index, %xt: tensor<8xf32>, %gt: tensor<8xf32>):
    mixer.yield
  } combine {
  ^bb0(%head: index, %a1: tensor<8xf32>, %b1: tensor<8xf32>, %a2: tensor<8xf32>, %b2: tensor<8xf32>):
    %a = arith.mulf %a1, %a2 : tensor<8xf32>
    %kept = arith.mulf %a2, %b1 : tensor<8xf32>
    %b = arith.addf %kept, %b2 : tensor<8xf32>
    mixer.yield %a, %b : tensor<8xf32>, tensor<8xf32>
  } act {
  ^bb0(%head: index, %before: tensor<8xf32>, %a: tensor<8xf32>, %b: tensor<8xf32>):
    %kept = arith.mulf %a, %before : tensor<8xf32>
    %after = arith.addf %kept, %b : tensor<8xf32>
    mixer.yield %after : tensor<8xf32>
  } readout {
  ^bb0(%head: index, %xt: tensor<8xf32>, %gt: tensor<8xf32>, %state: tensor<8xf32>):
    mixer.yield %state : tensor<8xf32>
  }
  return
}

// -----

func.func @ElementType(%x: tensor<2x?x4x8xf32>, %g: tensor<2x?x4x8xf32>, %s0: tensor<2x4x8xf32>) {
  // expected-error @+1 {{expects an element of float tensors of known sizes, got 'index' from the region 'lift'}}
  %y, %s = mixer.fold ins(%x, %g : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>) outs(%x : tensor<2x?x4x8xf32>) init(%s0 : tensor<2x4x8xf32>) heads
  one {
  ^bb0(%head: index):
    %a = arith.constant dense<1.0> : tensor<8xf32>
    %b = arith.constant dense<0.0> : tensor<8xf32>
    mixer.yield %a, %b : tensor<8xf32>, tensor<8xf32>
  } lift {
  ^bb0(%head: index, %xt: tensor<8xf32>, %gt: tensor<8xf32>):
    mixer.yield %head : index
  } combine {
  ^bb0(%head: index, %a1: tensor<8xf32>, %b1: tensor<8xf32>, %a2: tensor<8xf32>, %b2: tensor<8xf32>):
    %a = arith.mulf %a1, %a2 : tensor<8xf32>
    %kept = arith.mulf %a2, %b1 : tensor<8xf32>
    %b = arith.addf %kept, %b2 : tensor<8xf32>
    mixer.yield %a, %b : tensor<8xf32>, tensor<8xf32>
  } act {
  ^bb0(%head: index, %before: tensor<8xf32>, %a: tensor<8xf32>, %b: tensor<8xf32>):
    %kept = arith.mulf %a, %before : tensor<8xf32>
    %after = arith.addf %kept, %b : tensor<8xf32>
    mixer.yield %after : tensor<8xf32>
  } readout {
  ^bb0(%head: index, %xt: tensor<8xf32>, %gt: tensor<8xf32>, %state: tensor<8xf32>):
    mixer.yield %state : tensor<8xf32>
  }
  return
}

// -----

func.func @Combine(%x: tensor<2x?x4x8xf32>, %g: tensor<2x?x4x8xf32>, %s0: tensor<2x4x8xf32>) {
  // expected-error @+1 {{expects arguments (index, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) of the region 'combine', got (index, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)}}
  %y, %s = mixer.fold ins(%x, %g : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>) outs(%x : tensor<2x?x4x8xf32>) init(%s0 : tensor<2x4x8xf32>) heads
  one {
  ^bb0(%head: index):
    %a = arith.constant dense<1.0> : tensor<8xf32>
    %b = arith.constant dense<0.0> : tensor<8xf32>
    mixer.yield %a, %b : tensor<8xf32>, tensor<8xf32>
  } lift {
  ^bb0(%head: index, %xt: tensor<8xf32>, %gt: tensor<8xf32>):
    mixer.yield %gt, %xt : tensor<8xf32>, tensor<8xf32>
  } combine {
  ^bb0(%head: index, %a1: tensor<8xf32>, %b1: tensor<8xf32>, %a2: tensor<8xf32>):
    %a = arith.mulf %a1, %a2 : tensor<8xf32>
    %kept = arith.mulf %a2, %b1 : tensor<8xf32>
    %b = arith.addf %kept, %a2 : tensor<8xf32>
    mixer.yield %a, %b : tensor<8xf32>, tensor<8xf32>
  } act {
  ^bb0(%head: index, %before: tensor<8xf32>, %a: tensor<8xf32>, %b: tensor<8xf32>):
    %kept = arith.mulf %a, %before : tensor<8xf32>
    %after = arith.addf %kept, %b : tensor<8xf32>
    mixer.yield %after : tensor<8xf32>
  } readout {
  ^bb0(%head: index, %xt: tensor<8xf32>, %gt: tensor<8xf32>, %state: tensor<8xf32>):
    mixer.yield %state : tensor<8xf32>
  }
  return
}

// -----

func.func @One(%x: tensor<2x?x4x8xf32>, %g: tensor<2x?x4x8xf32>, %s0: tensor<2x4x8xf32>) {
  // expected-error @+1 {{expects the region 'one' to yield (tensor<8xf32>, tensor<8xf32>), got (tensor<8xf32>)}}
  %y, %s = mixer.fold ins(%x, %g : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>) outs(%x : tensor<2x?x4x8xf32>) init(%s0 : tensor<2x4x8xf32>) heads
  one {
  ^bb0(%head: index):
    %a = arith.constant dense<1.0> : tensor<8xf32>
    %b = arith.constant dense<0.0> : tensor<8xf32>
    mixer.yield %a : tensor<8xf32>
  } lift {
  ^bb0(%head: index, %xt: tensor<8xf32>, %gt: tensor<8xf32>):
    mixer.yield %gt, %xt : tensor<8xf32>, tensor<8xf32>
  } combine {
  ^bb0(%head: index, %a1: tensor<8xf32>, %b1: tensor<8xf32>, %a2: tensor<8xf32>, %b2: tensor<8xf32>):
    %a = arith.mulf %a1, %a2 : tensor<8xf32>
    %kept = arith.mulf %a2, %b1 : tensor<8xf32>
    %b = arith.addf %kept, %b2 : tensor<8xf32>
    mixer.yield %a, %b : tensor<8xf32>, tensor<8xf32>
  } act {
  ^bb0(%head: index, %before: tensor<8xf32>, %a: tensor<8xf32>, %b: tensor<8xf32>):
    %kept = arith.mulf %a, %before : tensor<8xf32>
    %after = arith.addf %kept, %b : tensor<8xf32>
    mixer.yield %after : tensor<8xf32>
  } readout {
  ^bb0(%head: index, %xt: tensor<8xf32>, %gt: tensor<8xf32>, %state: tensor<8xf32>):
    mixer.yield %state : tensor<8xf32>
  }
  return
}

// -----

func.func @Act(%x: tensor<2x?x4x8xf32>, %g: tensor<2x?x4x8xf32>, %s0: tensor<2x4x8xf32>) {
  // expected-error @+1 {{expects the region 'act' to yield (tensor<8xf32>), got (tensor<8xf32>, tensor<8xf32>)}}
  %y, %s = mixer.fold ins(%x, %g : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>) outs(%x : tensor<2x?x4x8xf32>) init(%s0 : tensor<2x4x8xf32>) heads
  one {
  ^bb0(%head: index):
    %a = arith.constant dense<1.0> : tensor<8xf32>
    %b = arith.constant dense<0.0> : tensor<8xf32>
    mixer.yield %a, %b : tensor<8xf32>, tensor<8xf32>
  } lift {
  ^bb0(%head: index, %xt: tensor<8xf32>, %gt: tensor<8xf32>):
    mixer.yield %gt, %xt : tensor<8xf32>, tensor<8xf32>
  } combine {
  ^bb0(%head: index, %a1: tensor<8xf32>, %b1: tensor<8xf32>, %a2: tensor<8xf32>, %b2: tensor<8xf32>):
    %a = arith.mulf %a1, %a2 : tensor<8xf32>
    %kept = arith.mulf %a2, %b1 : tensor<8xf32>
    %b = arith.addf %kept, %b2 : tensor<8xf32>
    mixer.yield %a, %b : tensor<8xf32>, tensor<8xf32>
  } act {
  ^bb0(%head: index, %before: tensor<8xf32>, %a: tensor<8xf32>, %b: tensor<8xf32>):
    %kept = arith.mulf %a, %before : tensor<8xf32>
    %after = arith.addf %kept, %b : tensor<8xf32>
    mixer.yield %after, %after : tensor<8xf32>, tensor<8xf32>
  } readout {
  ^bb0(%head: index, %xt: tensor<8xf32>, %gt: tensor<8xf32>, %state: tensor<8xf32>):
    mixer.yield %state : tensor<8xf32>
  }
  return
}
