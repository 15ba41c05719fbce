// RUN: weft-opt %s -split-input-file -verify-diagnostics --weft-derive-decode='require-decode'

// Each way to couple tokens outside a mixer is refused at its place.

func.func @Sum(%x: tensor<1x?x8xf32> {mixer.time = 1 : i64}, %z: tensor<1x8xf32>) -> tensor<1x8xf32> {
  // expected-error@+1 {{reduces over time; use mixer.apply}}
  %y = linalg.generic {indexing_maps = [affine_map<(b, t, d) -> (b, t, d)>, affine_map<(b, t, d) -> (b, d)>], iterator_types = ["parallel", "reduction", "parallel"]}
      ins(%x : tensor<1x?x8xf32>) outs(%z : tensor<1x8xf32>) {
  ^bb0(%a: f32, %s: f32):
    %r = arith.addf %a, %s : f32
    linalg.yield %r : f32
  } -> tensor<1x8xf32>
  return %y : tensor<1x8xf32>
}

// -----

func.func @TapsOfTokens(%x: tensor<1x?x8x1xf32> {mixer.time = 1 : i64}, %taps: tensor<8x?xf32> {mixer.time = 1 : i64}) -> tensor<1x?x8x1xf32> {
  // expected-error@+1 {{decode: the taps depend on the tokens}}
  %M = mixer.toeplitz %taps : tensor<8x?xf32>
  %y = mixer.apply %M, %x : tensor<1x?x8x1xf32> -> tensor<1x?x8x1xf32>
  return %y : tensor<1x?x8x1xf32>
}

// -----

func.func @LooksAhead(%x: tensor<1x?x8x1xf32> {mixer.time = 1 : i64}, %taps: tensor<8x3xf32>) -> tensor<1x?x8x1xf32> {
  %M = mixer.toeplitz %taps {first_lag = -1} : tensor<8x3xf32>
  // expected-error@+1 {{cannot derive decode: the matrix is not causal, or not seen to be: it may have entries above the diagonal}}
  %y = mixer.apply %M, %x : tensor<1x?x8x1xf32> -> tensor<1x?x8x1xf32>
  return %y : tensor<1x?x8x1xf32>
}

// -----

func.func @Slice(%x: tensor<1x?x8xf32> {mixer.time = 1 : i64}, %n: index) -> tensor<1x?x8xf32> {
  %c1 = arith.constant 1 : index
  // expected-error@+1 {{takes part of the time axis; use mixer.toeplitz or mixer.mask}}
  %y = tensor.extract_slice %x[0, 1, 0] [1, %n, 8] [1, 1, 1] : tensor<1x?x8xf32> to tensor<1x?x8xf32>
  return %y : tensor<1x?x8xf32>
}

// -----

func.func @Pad(%x: tensor<1x?x8xf32> {mixer.time = 1 : i64}) -> tensor<1x?x8xf32> {
  %zero = arith.constant 0.0 : f32
  // expected-error@+1 {{'tensor.pad' may couple tokens; use a mixer}}
  %y = tensor.pad %x low[0, 1, 0] high[0, 0, 0] {
  ^bb0(%b: index, %t: index, %d: index):
    tensor.yield %zero : f32
  } : tensor<1x?x8xf32> to tensor<1x?x8xf32>
  return %y : tensor<1x?x8xf32>
}

// -----

func.func @TokensByTokens(%x: tensor<1x?x8xf32> {mixer.time = 1 : i64}, %z: tensor<1x?x?xf32>) -> tensor<1x?x?xf32> {
  // expected-error@+1 {{uses two loops over time, a product of tokens with tokens; use mixer.gram}}
  %y = linalg.generic {indexing_maps = [affine_map<(b, i, j, d) -> (b, i, d)>, affine_map<(b, i, j, d) -> (b, j, d)>, affine_map<(b, i, j, d) -> (b, i, j)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%x, %x : tensor<1x?x8xf32>, tensor<1x?x8xf32>) outs(%z : tensor<1x?x?xf32>) {
  ^bb0(%a: f32, %b: f32, %s: f32):
    %m = arith.mulf %a, %b : f32
    %r = arith.addf %m, %s : f32
    linalg.yield %r : f32
  } -> tensor<1x?x?xf32>
  return %y : tensor<1x?x?xf32>
}

// -----

func.func @NumberOfTokens(%x: tensor<1x?x8xf32> {mixer.time = 1 : i64}) -> tensor<1x?x8xf32> {
  %c1 = arith.constant 1 : index
  %T = tensor.dim %x, %c1 : tensor<1x?x8xf32>
  // expected-error@+1 {{depends on the number of tokens T}}
  %i = arith.index_cast %T : index to i64
  %f = arith.sitofp %i : i64 to f32
  %e = tensor.empty(%T) : tensor<1x?x8xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(b, t, d) -> (b, t, d)>, affine_map<(b, t, d) -> (b, t, d)>], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x : tensor<1x?x8xf32>) outs(%e : tensor<1x?x8xf32>) {
  ^bb0(%a: f32, %s: f32):
    %r = arith.divf %a, %f : f32
    linalg.yield %r : f32
  } -> tensor<1x?x8xf32>
  return %y : tensor<1x?x8xf32>
}

// -----

func.func @Collapse(%x: tensor<2x?x8xf32> {mixer.time = 1 : i64}) -> tensor<?x8xf32> {
  // expected-error@+1 {{reshapes across the time axis}}
  %y = tensor.collapse_shape %x [[0, 1], [2]] : tensor<2x?x8xf32> into tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// -----

func.func @AnotherToken(%x: tensor<1x?x8xf32> {mixer.time = 1 : i64}) -> tensor<1x?x8xf32> {
  %c1 = arith.constant 1 : index
  %T = tensor.dim %x, %c1 : tensor<1x?x8xf32>
  %e = tensor.empty(%T) : tensor<1x?x8xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(b, t, d) -> (b, t, d)>], iterator_types = ["parallel", "parallel", "parallel"]}
      outs(%e : tensor<1x?x8xf32>) {
  ^bb0(%s: f32):
    %b = linalg.index 0 : index
    %t = linalg.index 1 : index
    %d = linalg.index 2 : index
    %u = arith.subi %t, %c1 : index
    // expected-error@+1 {{reads another token than its own; use a mixer}}
    %r = tensor.extract %x[%b, %u, %d] : tensor<1x?x8xf32>
    linalg.yield %r : f32
  } -> tensor<1x?x8xf32>
  return %y : tensor<1x?x8xf32>
}

// -----

func.func @Table(%x: tensor<1x?x8xf32> {mixer.time = 1 : i64}, %table: tensor<?x8xf32>) -> tensor<1x?x8xf32> {
  %c1 = arith.constant 1 : index
  %T = tensor.dim %x, %c1 : tensor<1x?x8xf32>
  %e = tensor.empty(%T) : tensor<1x?x8xf32>
  // expected-error@+1 {{operand #1}}
  %y = linalg.generic {indexing_maps = [affine_map<(b, t, d) -> (b, t, d)>, affine_map<(b, t, d) -> (t, d)>, affine_map<(b, t, d) -> (b, t, d)>], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x, %table : tensor<1x?x8xf32>, tensor<?x8xf32>) outs(%e : tensor<1x?x8xf32>) {
  ^bb0(%a: f32, %p: f32, %s: f32):
    %r = arith.addf %a, %p : f32
    linalg.yield %r : f32
  } -> tensor<1x?x8xf32>
  return %y : tensor<1x?x8xf32>
}

// -----

func.func @NotCausal(%x: tensor<1x?x4x8xf32> {mixer.time = 1 : i64}) -> tensor<1x?x4x8xf32> {
  %S = mixer.gram %x, %x : tensor<1x?x4x8xf32>, tensor<1x?x4x8xf32>
  %P = mixer.softmax %S
  // expected-error@+1 {{the matrix is not causal, or not seen to be: it may have entries above the diagonal}}
  %y = mixer.apply %P, %x : tensor<1x?x4x8xf32> -> tensor<1x?x4x8xf32>
  return %y : tensor<1x?x4x8xf32>
}

// -----

func.func @Packed(%q: tensor<2x?x4x8xf32> {mixer.time = 1 : i64}, %o: tensor<3xi64>) -> tensor<2x?x4x8xf32> {
  %L = mixer.semiseparable %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  // expected-error @+1 {{cannot derive decode: its sequences are packed}}
  %y = mixer.apply %L, %q segments(%o : tensor<3xi64>) : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

// Causal by the mask, but given entry by entry.
func.func @Given(%q: tensor<2x?x4x8xf32> {mixer.time = 1 : i64}, %m: tensor<2x4x?x?xf32>) -> tensor<2x?x4x8xf32> {
  %G = mixer.dense %m : tensor<2x4x?x?xf32>
  %C = mixer.mask %G {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  // expected-error @+1 {{cannot derive decode: no state is known of the matrix: a mask of a matrix that is not pairwise}}
  %y = mixer.apply %C, %q : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

// A shift of an upper triangle below the diagonal is not seen to be causal.
func.func @Reverse(%q: tensor<2x?x4x8xf32> {mixer.time = 1 : i64}) -> tensor<2x?x4x8xf32> {
  %L = mixer.semiseparable %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  %U = mixer.transpose %L
  %S = mixer.shift %U
  // expected-error @+1 {{cannot derive decode: the matrix is not causal, or not seen to be}}
  %y = mixer.apply %S, %q : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
