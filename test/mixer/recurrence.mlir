// RUN: weft-opt %s -split-input-file -verify-diagnostics --verify-roundtrip | FileCheck %s

// CHECK-LABEL: func @Recurrence
func.func @Recurrence(%x: tensor<2x?x4x8xf32>, %w: tensor<4x8x8xf32>, %h0: tensor<2x4x8xf32>) -> (tensor<2x?x4x8xf32>, tensor<2x4x8xf32>) {
  // CHECK: %[[Y:.*]]:2 = mixer.recurrence ins(%{{.*}} : tensor<2x?x4x8xf32>) outs(%{{.*}} : tensor<2x?x4x8xf32>) init(%{{.*}} : tensor<2x4x8xf32>) heads {
  // CHECK-NEXT: ^bb0(%[[HEAD:.*]]: index, %{{.*}}: tensor<8xf32>, %{{.*}}: tensor<8xf32>):
  // CHECK-NEXT: tensor.extract_slice %{{.*}}[%[[HEAD]], 0, 0]
  // CHECK: return %[[Y]]#0, %[[Y]]#1
  %y, %h = mixer.recurrence ins(%x : tensor<2x?x4x8xf32>) outs(%x : tensor<2x?x4x8xf32>) init(%h0 : tensor<2x4x8xf32>) heads {
  ^bb0(%head: index, %xt: tensor<8xf32>, %before: tensor<8xf32>):
    %r = tensor.extract_slice %w[%head, 0, 0] [1, 8, 8] [1, 1, 1] : tensor<4x8x8xf32> to tensor<8x8xf32>
    %sum = linalg.vecmat ins(%before, %r : tensor<8xf32>, tensor<8x8xf32>) outs(%xt : tensor<8xf32>) -> tensor<8xf32>
    %after = math.tanh %sum : tensor<8xf32>
    mixer.yield %after, %after : tensor<8xf32>, tensor<8xf32>
  }
  return %y, %h : tensor<2x?x4x8xf32>, tensor<2x4x8xf32>
}

// -----

// Tokens and states may be numbers; several outputs and states; backwards.
// CHECK-LABEL: func @Numbers
func.func @Numbers(%x: tensor<?x?xf32>, %s: tensor<?xf32>, %v: tensor<?x3xf32>, %z: tensor<?x?x3xf32>, %o: index) {
  // CHECK: mixer.recurrence ins({{.*}}) outs(%{{.*}}, %{{.*}} : tensor<?x?xf32>, tensor<?x?x3xf32>) init(%{{.*}}, %{{.*}} : tensor<?xf32>, tensor<?x3xf32>) reverse {
  %r:4 = mixer.recurrence ins(%x : tensor<?x?xf32>) outs(%x, %z : tensor<?x?xf32>, tensor<?x?x3xf32>)
      init(%s, %v : tensor<?xf32>, tensor<?x3xf32>) reverse {
  ^bb0(%xt: tensor<f32>, %before: tensor<f32>, %vector: tensor<3xf32>):
    %after = arith.addf %xt, %before : tensor<f32>
    mixer.yield %after, %vector, %after, %vector : tensor<f32>, tensor<3xf32>, tensor<f32>, tensor<3xf32>
  }
  return
}

// -----

func.func @Batch(%x: tensor<2x?x8xf32>, %h0: tensor<3x8xf32>) {
  // expected-error @+1 {{expects operands of the same batch size, got 2 and 3}}
  %y, %h = mixer.recurrence ins(%x : tensor<2x?x8xf32>) outs(%x : tensor<2x?x8xf32>) init(%h0 : tensor<3x8xf32>) {
  ^bb0(%xt: tensor<8xf32>, %before: tensor<8xf32>):
    mixer.yield %xt, %before : tensor<8xf32>, tensor<8xf32>
  }
  return
}

// -----

func.func @Tokens(%x: tensor<2x5x8xf32>, %o: tensor<2x6x8xf32>, %h0: tensor<2x8xf32>) {
  // expected-error @+1 {{expects operands of the same number of tokens, got 5 and 6}}
  %y, %h = mixer.recurrence ins(%x : tensor<2x5x8xf32>) outs(%o : tensor<2x6x8xf32>) init(%h0 : tensor<2x8xf32>) {
  ^bb0(%xt: tensor<8xf32>, %before: tensor<8xf32>):
    mixer.yield %xt, %before : tensor<8xf32>, tensor<8xf32>
  }
  return
}

// -----

func.func @Heads(%x: tensor<2x?x4x8xf32>, %h0: tensor<2x3x8xf32>) {
  // expected-error @+1 {{expects operands of the same number of heads, got 4 and 3}}
  %y, %h = mixer.recurrence ins(%x : tensor<2x?x4x8xf32>) outs(%x : tensor<2x?x4x8xf32>) init(%h0 : tensor<2x3x8xf32>) heads {
  ^bb0(%head: index, %xt: tensor<8xf32>, %before: tensor<8xf32>):
    mixer.yield %xt, %before : tensor<8xf32>, tensor<8xf32>
  }
  return
}

// -----

func.func @NoTime(%x: tensor<2xf32>, %h0: tensor<2x8xf32>) {
  // expected-error @+1 {{expects at least 2 axes of ins #0, got 'tensor<2xf32>'}}
  %y, %h = mixer.recurrence ins(%x : tensor<2xf32>) outs(%x : tensor<2xf32>) init(%h0 : tensor<2x8xf32>) {
  ^bb0(%xt: tensor<f32>, %before: tensor<8xf32>):
    mixer.yield %xt, %before : tensor<f32>, tensor<8xf32>
  }
  return
}

// -----

func.func @UnknownSlice(%x: tensor<2x?x?xf32>, %h0: tensor<2x8xf32>) {
  // expected-error @+1 {{expects a known size of axis 2 of ins #0, got 'tensor<2x?x?xf32>'}}
  %y, %h = mixer.recurrence ins(%x : tensor<2x?x?xf32>) outs(%x : tensor<2x?x?xf32>) init(%h0 : tensor<2x8xf32>) {
  ^bb0(%xt: tensor<?xf32>, %before: tensor<8xf32>):
    mixer.yield %xt, %before : tensor<?xf32>, tensor<8xf32>
  }
  return
}

// -----

func.func @NoState(%x: tensor<2x?x8xf32>) {
  // expected-error @+1 {{expects at least one tensor in init}}
  %y = "mixer.recurrence"(%x, %x) <{operandSegmentSizes = array<i32: 1, 1, 0, 0>}> ({
  ^bb0(%xt: tensor<8xf32>):
    mixer.yield %xt : tensor<8xf32>
  }) : (tensor<2x?x8xf32>, tensor<2x?x8xf32>) -> tensor<2x?x8xf32>
  return
}

// -----

func.func @OriginOfHeads(%x: tensor<2x?x8xf32>, %h0: tensor<2x8xf32>, %o: index) {
  // expected-error @+1 {{expects 'heads' where an origin is given}}
  %y, %h = mixer.recurrence ins(%x : tensor<2x?x8xf32>) outs(%x : tensor<2x?x8xf32>) init(%h0 : tensor<2x8xf32>) origin(%o) {
  ^bb0(%xt: tensor<8xf32>, %before: tensor<8xf32>):
    mixer.yield %xt, %before : tensor<8xf32>, tensor<8xf32>
  }
  return
}

// -----

func.func @Arguments(%x: tensor<2x?x8xf32>, %h0: tensor<2x4xf32>) {
  // expected-error @+1 {{expects arguments (tensor<8xf32>, tensor<4xf32>) of the region 'step', got (tensor<8xf32>, tensor<8xf32>)}}
  %y, %h = mixer.recurrence ins(%x : tensor<2x?x8xf32>) outs(%x : tensor<2x?x8xf32>) init(%h0 : tensor<2x4xf32>) {
  ^bb0(%xt: tensor<8xf32>, %before: tensor<8xf32>):
    mixer.yield %xt, %before : tensor<8xf32>, tensor<8xf32>
  }
  return
}

// -----

func.func @Yielded(%x: tensor<2x?x8xf32>, %h0: tensor<2x8xf32>) {
  // expected-error @+1 {{expects the region 'step' to yield (tensor<8xf32>, tensor<8xf32>), got (tensor<8xf32>)}}
  %y, %h = mixer.recurrence ins(%x : tensor<2x?x8xf32>) outs(%x : tensor<2x?x8xf32>) init(%h0 : tensor<2x8xf32>) {
  ^bb0(%xt: tensor<8xf32>, %before: tensor<8xf32>):
    mixer.yield %xt : tensor<8xf32>
  }
  return
}

// -----

func.func @Terminator(%x: tensor<2x?x8xf32>, %h0: tensor<2x8xf32>) {
  // expected-error @+1 {{expects the region 'step' to end in mixer.yield, got llvm.unreachable}}
  %y, %h = mixer.recurrence ins(%x : tensor<2x?x8xf32>) outs(%x : tensor<2x?x8xf32>) init(%h0 : tensor<2x8xf32>) {
  ^bb0(%xt: tensor<8xf32>, %before: tensor<8xf32>):
    llvm.unreachable
  }
  return
}
