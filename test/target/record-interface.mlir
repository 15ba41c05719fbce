// RUN: weft-opt --weft-record-interface -split-input-file -verify-diagnostics %s | FileCheck %s

// CHECK: context_length = 16 : i64
// CHECK-SAME: dims = array<i64: -2, -1, 4>, element = f32, name = "x"
// CHECK-SAME: last_row_only = 0 : i64, name = "forward"
// CHECK-SAME: dims = array<i64: -2, -1, 2>, element = f32, name = "y"
// CHECK-SAME: states = array<i64: 0>
// CHECK-SAME: last_row_only = 1 : i64, name = "prefill"
// CHECK-SAME: dims = array<i64: -2, 1, 2>
// CHECK-SAME: tokens = -1 : i64
// CHECK-SAME: name = "step"
// CHECK-SAME: tokens = 1 : i64
// CHECK-SAME: name = "tiny"
// CHECK-SAME: cache_axis = 1 : i64, dims = array<i64: -2, 16, 4>, element = f32, name = "seen"
// CHECK-SAME: dims = array<i64: 32, 4>, element = f32, name = "w", panel = 16 : i64
// CHECK-SAME: constant = dense<1.000000e+00> : tensor<3xf32>
// CHECK-SAME: weights_file = "w.safetensors"
module attributes {weft.model = "tiny", weft.weights = "w.safetensors"} {
  ml_program.global private @w(#ml_program.extern : tensor<2x4x16xf32>)
      : tensor<2x4x16xf32> {weft.panel = 16 : i64, weft.source = [32, 4]}
  ml_program.global private @c(dense<1.0> : tensor<3xf32>) : tensor<3xf32>
  func.func @forward(
      %x: tensor<?x?x4xf32> {mixer.name = "x", mixer.time = 1 : i64},
      %pos: index {mixer.position},
      %s: tensor<?x16x4xf32> {mixer.state = "seen", mixer.cache_axis = 1 : i64})
      -> (tensor<?x?x2xf32> {mixer.name = "y"},
          tensor<?x16x4xf32> {mixer.state = "seen"}) {
    %y = tensor.extract_slice %x[0, 0, 0] [1, 1, 2] [1, 1, 1]
        : tensor<?x?x4xf32> to tensor<1x1x2xf32>
    %z = tensor.cast %y : tensor<1x1x2xf32> to tensor<?x?x2xf32>
    return %z, %s : tensor<?x?x2xf32>, tensor<?x16x4xf32>
  }
  func.func @prefill(
      %x: tensor<?x?x4xf32> {mixer.name = "x", mixer.time = 1 : i64},
      %pos: index {mixer.position},
      %s: tensor<?x16x4xf32> {mixer.state = "seen", mixer.cache_axis = 1 : i64})
      -> (tensor<?x1x2xf32> {mixer.name = "y"},
          tensor<?x16x4xf32> {mixer.state = "seen"}) {
    %y = tensor.extract_slice %x[0, 0, 0] [1, 1, 2] [1, 1, 1]
        : tensor<?x?x4xf32> to tensor<1x1x2xf32>
    %z = tensor.cast %y : tensor<1x1x2xf32> to tensor<?x1x2xf32>
    return %z, %s : tensor<?x1x2xf32>, tensor<?x16x4xf32>
  }
  func.func @step(
      %x: tensor<?x1x4xf32> {mixer.name = "x", mixer.time = 1 : i64},
      %pos: index {mixer.position},
      %s: tensor<?x16x4xf32> {mixer.state = "seen", mixer.cache_axis = 1 : i64})
      -> (tensor<?x1x4xf32> {mixer.name = "y"},
          tensor<?x16x4xf32> {mixer.state = "seen"}) {
    return %x, %s : tensor<?x1x4xf32>, tensor<?x16x4xf32>
  }
}

// -----

// expected-error@+1 {{expects a public function as an entry, got none}}
module {}

// -----

// expected-error@+1 {{expects a static size in dimension 2 of 'x'}}
func.func @forward(%x: tensor<1x?x?xf32> {mixer.name = "x", mixer.time = 1 : i64}) {
  return
}

// -----

// expected-error@+1 {{expects tensors and the position as arguments of an entry, got 'index' as argument 0}}
func.func @forward(%n: index) {
  return
}

// -----

// expected-error@+1 {{expects tensors as results of an entry, got 'f32'}}
func.func @forward() -> f32 {
  %0 = arith.constant 1.0 : f32
  return %0 : f32
}

// -----

// expected-error@+1 {{expects numbers in 'x', got 'index'}}
func.func @forward(%x: tensor<4xindex> {mixer.name = "x"}) {
  return
}

// -----

// expected-error@+1 {{expects at most 8 dimensions in 'x', got 9}}
func.func @forward(%x: tensor<1x1x1x1x1x1x1x1x1xf32> {mixer.name = "x"}) {
  return
}

// -----

// expected-error@+1 {{expects the cache axis of state 's' below 2, got 2}}
func.func @forward(%s: tensor<1x2xf32> {mixer.state = "s", mixer.cache_axis = 2 : i64})
    -> (tensor<1x2xf32> {mixer.state = "s"}) {
  return %s : tensor<1x2xf32>
}

// -----

func.func @forward(%s: tensor<1x2xf32> {mixer.state = "s"})
    -> (tensor<1x2xf32> {mixer.state = "s"}) {
  return %s : tensor<1x2xf32>
}
// expected-error@+1 {{expects state 's' to have one shape in all entries, got 'tensor<1x3xf32>'}}
func.func @step(%s: tensor<1x3xf32> {mixer.state = "s"})
    -> (tensor<1x3xf32> {mixer.state = "s"}) {
  return %s : tensor<1x3xf32>
}

// -----

func.func @forward() {
  return
}
// expected-error@+1 {{expects a weight of static shape, got 'tensor<?xf32>'}}
ml_program.global private @w(#ml_program.extern : tensor<?xf32>) : tensor<?xf32>
