// RUN: weft-opt %s -split-input-file -verify-diagnostics --weft-simplify-mixers

// Reads that may be of a table or of the new tokens alone.

func.func @OfUnknownSize(%q: tensor<2x1x4x8xf32>, %g: tensor<2x?xi32>, %kc: tensor<2x4x32x8xf32>, %vc: tensor<2x4x32x8xf32>, %n: index) -> tensor<2x1x4x8xf32> {
  %S = mixer.gram %q, %q : tensor<2x1x4x8xf32>, tensor<2x1x4x8xf32>
  %C = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    // expected-error@+1 {{a matrix applied from a state on reads a tensor that may have values of the new tokens alone; name it in rows(...) or columns(...), or give it the static size of a table}}
    %id = tensor.extract %g[%b, %j] : tensor<2x?xi32>
    %zero = arith.constant 0 : i32
    %same = arith.cmpi eq, %id, %zero : i32
    %earlier = arith.cmpi sle, %j, %i : index
    %keep = arith.andi %same, %earlier : i1
    mixer.yield %keep : i1
  }
  %P = mixer.softmax %C
  %y, %k, %v = mixer.apply %P, %q init(%kc, %vc : tensor<2x4x32x8xf32>, tensor<2x4x32x8xf32>) at %n
      : tensor<2x1x4x8xf32> -> tensor<2x1x4x8xf32>, tensor<2x4x32x8xf32>, tensor<2x4x32x8xf32>
  return %y : tensor<2x1x4x8xf32>
}

// -----

func.func @OfAsManyAsTokens(%q: tensor<2x1x4x8xf32>, %g: tensor<2x1xi32>, %kc: tensor<2x4x32x8xf32>, %vc: tensor<2x4x32x8xf32>, %n: index) -> tensor<2x1x4x8xf32> {
  %S = mixer.gram %q, %q : tensor<2x1x4x8xf32>, tensor<2x1x4x8xf32>
  %C = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    // expected-error@+1 {{a matrix applied from a state on reads a tensor that may have values of the new tokens alone; name it in rows(...) or columns(...), or give it the static size of a table}}
    %id = tensor.extract %g[%b, %i] : tensor<2x1xi32>
    %zero = arith.constant 0 : i32
    %same = arith.cmpi eq, %id, %zero : i32
    %earlier = arith.cmpi sle, %j, %i : index
    %keep = arith.andi %same, %earlier : i1
    mixer.yield %keep : i1
  }
  %P = mixer.softmax %C
  %y, %k, %v = mixer.apply %P, %q init(%kc, %vc : tensor<2x4x32x8xf32>, tensor<2x4x32x8xf32>) at %n
      : tensor<2x1x4x8xf32> -> tensor<2x1x4x8xf32>, tensor<2x4x32x8xf32>, tensor<2x4x32x8xf32>
  return %y : tensor<2x1x4x8xf32>
}

// -----

func.func @Table(%q: tensor<2x1x4x8xf32>, %g: tensor<2x32xi32>, %kc: tensor<2x4x32x8xf32>, %vc: tensor<2x4x32x8xf32>, %n: index) -> tensor<2x1x4x8xf32> {
  %S = mixer.gram %q, %q : tensor<2x1x4x8xf32>, tensor<2x1x4x8xf32>
  %C = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    // A table that is longer than the tokens stays whole.
    %id = tensor.extract %g[%b, %j] : tensor<2x32xi32>
    %zero = arith.constant 0 : i32
    %same = arith.cmpi eq, %id, %zero : i32
    %earlier = arith.cmpi sle, %j, %i : index
    %keep = arith.andi %same, %earlier : i1
    mixer.yield %keep : i1
  }
  %P = mixer.softmax %C
  %y, %k, %v = mixer.apply %P, %q init(%kc, %vc : tensor<2x4x32x8xf32>, tensor<2x4x32x8xf32>) at %n
      : tensor<2x1x4x8xf32> -> tensor<2x1x4x8xf32>, tensor<2x4x32x8xf32>, tensor<2x4x32x8xf32>
  return %y : tensor<2x1x4x8xf32>
}

// -----

func.func @RowsOfCross(%q: tensor<2x?x4x8xf32>, %k: tensor<2x9x4x8xf32>, %g: tensor<2x?xf32>, %own: tensor<2x9xf32>, %n: index) -> tensor<2x?x4x8xf32> {
  %S = mixer.gram %q, %k : tensor<2x?x4x8xf32>, tensor<2x9x4x8xf32>
  %C = mixer.map %S {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %c = tensor.extract %own[%b, %j] : tensor<2x9xf32>
    // expected-error@+1 {{name it in rows(...) or columns(...)}}
    %r = tensor.extract %g[%b, %i] : tensor<2x?xf32>
    %t = arith.addf %r, %c : f32
    mixer.yield %t : f32
  }
  %P = mixer.softmax %C
  %y = mixer.apply %P, %k at %n : tensor<2x9x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

func.func @NoFactor(%q: tensor<2x?x4x8xf32>) -> tensor<2x?x4x8xf32> {
  %S = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  %P = mixer.softmax %S
  // expected-note@+1 {{the matrix is built here}}
  %W = mixer.map %P {
  ^bb0(%p: f32, %b: index, %h: index, %i: index, %j: index):
    %r = math.sqrt %p : f32
    mixer.yield %r : f32
  }
  // expected-warning@+1 {{runs in dense form, O(T*S) memory: a map of softmax weights that is not a factor}}
  %y = mixer.apply %W, %q : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
