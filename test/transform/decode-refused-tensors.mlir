// RUN: weft-opt %s -split-input-file -verify-diagnostics --weft-derive-decode='require-decode'

// Tensor ops, matrices and calls that decode cannot follow along time.

func.func @Window(%x: tensor<?xf32> {mixer.time = 0 : i64}, %h: tensor<3xf32>, %z: tensor<?xf32>) -> tensor<?xf32> {
  // expected-error@+1 {{reads a window of the time axis of operand #0; use mixer.toeplitz}}
  %y = linalg.generic {indexing_maps = [affine_map<(t, k) -> (t + k)>, affine_map<(t, k) -> (k)>, affine_map<(t, k) -> (t)>], iterator_types = ["parallel", "reduction"]}
      ins(%x, %h : tensor<?xf32>, tensor<3xf32>) outs(%z : tensor<?xf32>) {
  ^bb0(%a: f32, %b: f32, %s: f32):
    %m = arith.mulf %a, %b : f32
    %r = arith.addf %m, %s : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

func.func @Table(%x: tensor<1x?x8xf32> {mixer.time = 1 : i64}, %table: tensor<1x?x8xf32>) -> tensor<1x?x8xf32> {
  // expected-error@+1 {{operand #1 is a table over time; compute it from mixer.positions}}
  %y = arith.addf %x, %table : tensor<1x?x8xf32>
  return %y : tensor<1x?x8xf32>
}

// -----

func.func @OtherAxis(%x: tensor<?x?x8xf32> {mixer.time = 1 : i64}, %z: tensor<?x?x8xf32> {mixer.time = 0 : i64}) -> tensor<?x?x8xf32> {
  // expected-error@+1 {{operands have time on axis 1 and on axis 0}}
  %y = arith.addf %x, %z : tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

func.func @AnyDimension(%x: tensor<1x?x8xf32> {mixer.time = 1 : i64}, %i: index) -> tensor<?xf32> {
  // expected-error@+1 {{may take the number of tokens T}}
  %n = tensor.dim %x, %i : tensor<1x?x8xf32>
  %y = tensor.empty(%n) : tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

func.func @Square(%x: tensor<1x?x8xf32> {mixer.time = 1 : i64}) -> tensor<?x?xf32> {
  %c1 = arith.constant 1 : index
  %T = tensor.dim %x, %c1 : tensor<1x?x8xf32>
  // expected-error@+1 {{a tensor of tokens by tokens; use a mixer}}
  %y = tensor.empty(%T, %T) : tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}

// -----

func.func @Fixed(%x: tensor<1x?x8xf32> {mixer.time = 1 : i64}) -> tensor<1x16x8xf32> {
  // expected-error@+1 {{fixes the number of tokens T}}
  %y = tensor.cast %x : tensor<1x?x8xf32> to tensor<1x16x8xf32>
  return %y : tensor<1x16x8xf32>
}

// -----

func.func @Rows(%x: tensor<1x?x8xf32> {mixer.time = 1 : i64}, %table: tensor<512x8xf32>) -> tensor<?x8xf32> {
  %c1 = arith.constant 1 : index
  %T = tensor.dim %x, %c1 : tensor<1x?x8xf32>
  // expected-error@+1 {{takes as many rows as there are tokens of a tensor without time; compute them from mixer.positions}}
  %y = tensor.extract_slice %table[0, 0] [%T, 8] [1, 1] : tensor<512x8xf32> to tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// -----

func.func @Mixed(%x: tensor<1x?x8xf32> {mixer.time = 1 : i64}, %other: tensor<1x4x8xf32>) -> tensor<1x?x8xf32> {
  // expected-error@+1 {{mixes a tensor over time with one without}}
  %y = tensor.insert_slice %other into %x[0, 0, 0] [1, 4, 8] [1, 1, 1] : tensor<1x4x8xf32> into tensor<1x?x8xf32>
  return %y : tensor<1x?x8xf32>
}

// -----

func.func @Moved(%x: tensor<1x?x8xf32> {mixer.time = 1 : i64}, %z: tensor<1x?x8xf32> {mixer.time = 1 : i64}) -> tensor<1x?x8xf32> {
  %c1 = arith.constant 1 : index
  %T = tensor.dim %x, %c1 : tensor<1x?x8xf32>
  // expected-error@+1 {{moves along the time axis; use mixer.toeplitz}}
  %y = tensor.insert_slice %x into %z[0, 1, 0] [1, %T, 8] [1, 1, 1] : tensor<1x?x8xf32> into tensor<1x?x8xf32>
  return %y : tensor<1x?x8xf32>
}

// -----

func.func @Concatenated(%x: tensor<1x?x8xf32> {mixer.time = 1 : i64}) -> tensor<1x?x8xf32> {
  // expected-error@+1 {{concatenates along the time axis}}
  %y = tensor.concat dim(1) %x, %x : (tensor<1x?x8xf32>, tensor<1x?x8xf32>) -> tensor<1x?x8xf32>
  return %y : tensor<1x?x8xf32>
}

// -----

func.func @Keys(%q: tensor<1x?x4x8xf32> {mixer.time = 1 : i64}, %k: tensor<1x?x4x8xf32>) -> tensor<1x?x4x8xf32> {
  // expected-error@+1 {{operand #1 has no time, but others have}}
  %M = mixer.semiseparable %q, %k : tensor<1x?x4x8xf32>, tensor<1x?x4x8xf32>
  %y = mixer.apply %M, %q : tensor<1x?x4x8xf32> -> tensor<1x?x4x8xf32>
  return %y : tensor<1x?x4x8xf32>
}

// -----

func.func @Untimed(%q: tensor<1x?x4x8xf32> {mixer.time = 1 : i64}, %x: tensor<1x?x4x8xf32>) -> tensor<1x?x4x8xf32> {
  %M = mixer.semiseparable %q, %q : tensor<1x?x4x8xf32>, tensor<1x?x4x8xf32>
  // expected-error@+1 {{a matrix over time is applied to a tensor without time}}
  %y = mixer.apply %M, %x : tensor<1x?x4x8xf32> -> tensor<1x?x4x8xf32>
  return %y : tensor<1x?x4x8xf32>
}

// -----

func.func private @Outside(tensor<1x?x8xf32>) -> tensor<1x?x8xf32>
func.func @External(%x: tensor<1x?x8xf32> {mixer.time = 1 : i64}) -> tensor<1x?x8xf32> {
  // expected-error@+1 {{calls a function without a body: 'Outside'}}
  %y = func.call @Outside(%x) : (tensor<1x?x8xf32>) -> tensor<1x?x8xf32>
  return %y : tensor<1x?x8xf32>
}

// -----

func.func private @First(%x: tensor<1x?x8xf32>, %w: tensor<1x?x8xf32>) -> tensor<1x?x8xf32> {
  return %x : tensor<1x?x8xf32>
}
func.func @OtherTimes(%x: tensor<1x?x8xf32> {mixer.time = 1 : i64}, %w: tensor<1x?x8xf32>) -> tensor<1x?x8xf32> {
  %y = func.call @First(%x, %w) : (tensor<1x?x8xf32>, tensor<1x?x8xf32>) -> tensor<1x?x8xf32>
  // expected-error@+1 {{'First' is called with time on other arguments than before}}
  %z = func.call @First(%w, %y) : (tensor<1x?x8xf32>, tensor<1x?x8xf32>) -> tensor<1x?x8xf32>
  return %y : tensor<1x?x8xf32>
}

// -----

func.func private @Again(%x: tensor<1x?x8xf32>) -> tensor<1x?x8xf32> {
  // expected-error@+1 {{'Again' calls itself}}
  %y = func.call @Again(%x) : (tensor<1x?x8xf32>) -> tensor<1x?x8xf32>
  return %y : tensor<1x?x8xf32>
}
func.func @Recursion(%x: tensor<1x?x8xf32> {mixer.time = 1 : i64}) -> tensor<1x?x8xf32> {
  %y = func.call @Again(%x) : (tensor<1x?x8xf32>) -> tensor<1x?x8xf32>
  return %y : tensor<1x?x8xf32>
}

// -----

// expected-error@+1 {{expects a body of one block}}
func.func @Blocks(%x: tensor<1x?x8xf32> {mixer.time = 1 : i64}) -> tensor<1x?x8xf32> {
  cf.br ^next
^next:
  return %x : tensor<1x?x8xf32>
}

// -----

func.func @Length(%x: tensor<1x?x8xf32> {mixer.time = 1 : i64}, %n: index) -> tensor<?xindex> {
  %c1 = arith.constant 1 : index
  %T = tensor.dim %x, %c1 : tensor<1x?x8xf32>
  // expected-error@+1 {{expects the number of tokens as the length}}
  %p = mixer.positions %n from %T : tensor<?xindex>
  return %p : tensor<?xindex>
}

// -----

func.func @Future(%q: tensor<1x?x4x8xf32> {mixer.time = 1 : i64}) -> tensor<1x?x4x8xf32> {
  %M = mixer.gram %q, %q : tensor<1x?x4x8xf32>, tensor<1x?x4x8xf32>
  // expected-error@+1 {{cannot derive decode: the matrix is not causal}}
  %y = mixer.apply %M, %q : tensor<1x?x4x8xf32> -> tensor<1x?x4x8xf32>
  return %y : tensor<1x?x4x8xf32>
}

// -----

func.func @Captured(%q: tensor<1x?x4x8xf32> {mixer.time = 1 : i64}) -> tensor<1x?x4x8xf32> {
  %c1 = arith.constant 1 : index
  %T = tensor.dim %q, %c1 : tensor<1x?x4x8xf32>
  %S = mixer.gram %q, %q : tensor<1x?x4x8xf32>, tensor<1x?x4x8xf32>
  // expected-error@+1 {{the region reads the number of tokens}}
  %B = mixer.map %S {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %n = arith.index_cast %T : index to i64
    %f = arith.sitofp %n : i64 to f32
    %r = arith.divf %s, %f : f32
    mixer.yield %r : f32
  }
  %W = mixer.mask %B {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  %P = mixer.softmax %W
  %y = mixer.apply %P, %q : tensor<1x?x4x8xf32> -> tensor<1x?x4x8xf32>
  return %y : tensor<1x?x4x8xf32>
}

// -----

func.func @RowsOfATokenMixed(%x: tensor<1x?x8xf32> {mixer.time = 1 : i64}, %k: tensor<1x?x2x8xf32> {mixer.time = 1 : i64}) -> tensor<1x?x8xf32> {
  %r = tensor.collapse_shape %k [[0], [1, 2], [3]] : tensor<1x?x2x8xf32> into tensor<1x?x8xf32>
  // expected-error@+1 {{decode: mixes 1 rows of a token with 2}}
  %y = arith.addf %x, %r : tensor<1x?x8xf32>
  return %y : tensor<1x?x8xf32>
}

// -----

func.func @RowsOfATokenCounted(%k: tensor<1x?x2x8xf32> {mixer.time = 1 : i64}) -> index {
  %c1 = arith.constant 1 : index
  %r = tensor.collapse_shape %k [[0], [1, 2], [3]] : tensor<1x?x2x8xf32> into tensor<1x?x8xf32>
  // expected-error@+1 {{decode: takes 2 rows of a token apart; reshape them to [T, 2]}}
  %n = tensor.dim %r, %c1 : tensor<1x?x8xf32>
  return %n : index
}

// -----

func.func @RowsOfATokenInThrees(%k: tensor<1x?x6x8xf32> {mixer.time = 1 : i64}) -> tensor<1x?x3x8xf32> {
  %c1 = arith.constant 1 : index
  %T = tensor.dim %k, %c1 : tensor<1x?x6x8xf32>
  %r = tensor.collapse_shape %k [[0], [1, 2], [3]] : tensor<1x?x6x8xf32> into tensor<1x?x8xf32>
  // expected-error@+1 {{decode: reshapes across the time axis}}
  %y = tensor.expand_shape %r [[0], [1, 2], [3]] output_shape [1, %T, 3, 8] : tensor<1x?x8xf32> into tensor<1x?x3x8xf32>
  return %y : tensor<1x?x3x8xf32>
}
