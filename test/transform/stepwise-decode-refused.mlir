// RUN: weft-opt %s -split-input-file -verify-diagnostics --weft-derive-decode=require-decode

func.func @Backwards(%x: tensor<2x?x8xf32> {mixer.time = 1 : i64}) -> tensor<2x?x8xf32> {
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %h0 = arith.constant dense<0.0> : tensor<2x8xf32>
  %T = tensor.dim %x, %c1 : tensor<2x?x8xf32>
  %y0 = tensor.empty(%T) : tensor<2x?x8xf32>
  // expected-error@+1 {{cannot derive decode: the mixer runs from the last token to the first}}
  %y, %h = mixer.recurrence ins(%x : tensor<2x?x8xf32>) outs(%y0 : tensor<2x?x8xf32>) init(%h0 : tensor<2x8xf32>) reverse {
  ^bb0(%xt: tensor<8xf32>, %before: tensor<8xf32>):
    %after = arith.addf %xt, %before : tensor<8xf32>
    mixer.yield %after, %after : tensor<8xf32>, tensor<8xf32>
  }
  return %y : tensor<2x?x8xf32>
}

// -----

func.func @GivenState(%x: tensor<2x?x8xf32> {mixer.time = 1 : i64}, %given: tensor<2x8xf32>) -> tensor<2x?x8xf32> {
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %h0 = arith.constant dense<0.0> : tensor<2x8xf32>
  %T = tensor.dim %x, %c1 : tensor<2x?x8xf32>
  %y0 = tensor.empty(%T) : tensor<2x?x8xf32>
  // expected-error@+1 {{cannot derive decode: the model threads its state itself}}
  %y, %h = mixer.recurrence ins(%x : tensor<2x?x8xf32>) outs(%y0 : tensor<2x?x8xf32>) init(%given : tensor<2x8xf32>) {
  ^bb0(%xt: tensor<8xf32>, %before: tensor<8xf32>):
    %after = arith.addf %xt, %before : tensor<8xf32>
    mixer.yield %after, %after : tensor<8xf32>, tensor<8xf32>
  }
  return %y : tensor<2x?x8xf32>
}

// -----

func.func @NoTime(%x: tensor<2x?x8xf32> {mixer.time = 1 : i64}, %other: tensor<2x?x8xf32>) -> tensor<2x?x8xf32> {
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %h0 = arith.constant dense<0.0> : tensor<2x8xf32>
  %T = tensor.dim %x, %c1 : tensor<2x?x8xf32>
  %y0 = tensor.empty(%T) : tensor<2x?x8xf32>
  // expected-error@+1 {{expects time on axis 1 of operand #0, got a tensor without time}}
  %y, %h = mixer.recurrence ins(%other : tensor<2x?x8xf32>) outs(%y0 : tensor<2x?x8xf32>) init(%h0 : tensor<2x8xf32>) {
  ^bb0(%xt: tensor<8xf32>, %before: tensor<8xf32>):
    %after = arith.addf %xt, %before : tensor<8xf32>
    mixer.yield %after, %after : tensor<8xf32>, tensor<8xf32>
  }
  return %y : tensor<2x?x8xf32>
}

// -----

func.func @Captured(%x: tensor<2x?x8xf32> {mixer.time = 1 : i64}) -> tensor<2x?x8xf32> {
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %h0 = arith.constant dense<0.0> : tensor<2x8xf32>
  %T = tensor.dim %x, %c1 : tensor<2x?x8xf32>
  %y0 = tensor.empty(%T) : tensor<2x?x8xf32>
  // expected-error@+1 {{the region reads a tensor over time or the number of tokens}}
  %y, %h = mixer.recurrence ins(%x : tensor<2x?x8xf32>) outs(%y0 : tensor<2x?x8xf32>) init(%h0 : tensor<2x8xf32>) {
  ^bb0(%xt: tensor<8xf32>, %before: tensor<8xf32>):
    %f = tensor.extract %x[%c1, %c1, %c1] : tensor<2x?x8xf32>
    %after = arith.addf %xt, %before : tensor<8xf32>
    mixer.yield %after, %after : tensor<8xf32>, tensor<8xf32>
  }
  return %y : tensor<2x?x8xf32>
}

// -----

func.func @Batch(%x: tensor<?x?x8xf32> {mixer.time = 1 : i64}, %n: index) -> tensor<?x?x8xf32> {
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %e0 = tensor.empty(%n) : tensor<?x8xf32>
  %h0 = linalg.fill ins(%zero : f32) outs(%e0 : tensor<?x8xf32>) -> tensor<?x8xf32>
  %T = tensor.dim %x, %c1 : tensor<?x?x8xf32>
  %y0 = tensor.empty(%n, %T) : tensor<?x?x8xf32>
  // expected-error@+1 {{cannot derive decode: the batch of a state is not static}}
  %y, %h = mixer.recurrence ins(%x : tensor<?x?x8xf32>) outs(%y0 : tensor<?x?x8xf32>) init(%h0 : tensor<?x8xf32>) {
  ^bb0(%xt: tensor<8xf32>, %before: tensor<8xf32>):
    %after = arith.addf %xt, %before : tensor<8xf32>
    mixer.yield %after, %after : tensor<8xf32>, tensor<8xf32>
  }
  return %y : tensor<?x?x8xf32>
}

// -----

func.func @OtherAxis(%x: tensor<?x5x8xf32> {mixer.time = 0 : i64}, %y0: tensor<?x5x8xf32>) -> tensor<?x5x8xf32> {
  %h0 = arith.constant dense<0.0> : tensor<2x8xf32>
  // expected-error@+1 {{expects time on axis 1 of operand #0, got axis 0}}
  %y, %h = mixer.recurrence ins(%x : tensor<?x5x8xf32>) outs(%y0 : tensor<?x5x8xf32>) init(%h0 : tensor<2x8xf32>) {
  ^bb0(%xt: tensor<8xf32>, %before: tensor<8xf32>):
    mixer.yield %xt, %before : tensor<8xf32>, tensor<8xf32>
  }
  return %y : tensor<?x5x8xf32>
}
