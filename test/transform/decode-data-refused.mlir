// RUN: weft-opt %s -split-input-file -verify-diagnostics --weft-derive-decode='require-decode'

// What regions read of tokens that decode would not have.

func.func @DataOfOtherColumns(%q: tensor<2x?x4x8xf32> {mixer.time = 1 : i64}, %e: tensor<2x11x4x8xf32>, %g: tensor<2x?x4xf32> {mixer.time = 1 : i64}) -> tensor<2x?x4x8xf32> {
  %G = mixer.gram %q, %e : tensor<2x?x4x8xf32>, tensor<2x11x4x8xf32>
  // expected-error@+1 {{operand #1 is over time, but the columns of the matrix are not}}
  %S = mixer.map %G columns(%g : tensor<2x?x4xf32>) {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index, %c: f32):
    mixer.yield %c : f32
  }
  %C = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  %P = mixer.softmax %C
  %y = mixer.apply %P, %e : tensor<2x11x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

func.func @ReadOfOtherColumns(%q: tensor<2x?x4x8xf32> {mixer.time = 1 : i64}, %e: tensor<2x11x4x8xf32>, %g: tensor<2x?x4xf32> {mixer.time = 1 : i64}) -> tensor<2x?x4x8xf32> {
  %G = mixer.gram %q, %e : tensor<2x?x4x8xf32>, tensor<2x11x4x8xf32>
  %S = mixer.map %G {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    // expected-error@+1 {{reads a tensor over time at a column, but the columns of the matrix are not over time}}
    %c = tensor.extract %g[%b, %j, %h] : tensor<2x?x4xf32>
    mixer.yield %c : f32
  }
  %C = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  %P = mixer.softmax %C
  %y = mixer.apply %P, %e : tensor<2x11x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

func.func @RowsWithoutTime(%q: tensor<2x?x4x8xf32> {mixer.time = 1 : i64}, %e: tensor<2x11x4x8xf32>, %g: tensor<2x?x4xf32>) -> tensor<2x?x4x8xf32> {
  %G = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  // expected-error@+1 {{operand #1 has no time, but others have}}
  %S = mixer.map %G rows(%g : tensor<2x?x4xf32>) {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index, %c: f32):
    mixer.yield %c : f32
  }
  %C = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  %P = mixer.softmax %C
  %y = mixer.apply %P, %q : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

func.func @NumberOfTokens(%q: tensor<2x?x4x8xf32> {mixer.time = 1 : i64}, %e: tensor<2x11x4x8xf32>) -> tensor<2x?x4x8xf32> {
  %c1 = arith.constant 1 : index
  %T = tensor.dim %q, %c1 : tensor<2x?x4x8xf32>
  %G = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  // expected-error@+1 {{the region reads the number of tokens}}
  %S = mixer.mask %G {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi slt, %j, %T : index
    mixer.yield %keep : i1
  }
  %C = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  %P = mixer.softmax %C
  %y = mixer.apply %P, %q : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

func.func @TimeFirst(%q: tensor<2x?x4x8xf32> {mixer.time = 1 : i64}, %e: tensor<2x11x4x8xf32>, %g: tensor<?xf32> {mixer.time = 0 : i64}) -> tensor<2x?x4x8xf32> {
  %G = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  // expected-error@+1 {{the region reads a tensor with time on axis 0, expects axis 1}}
  %S = mixer.map %G {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %c = tensor.extract %g[%j] : tensor<?xf32>
    mixer.yield %c : f32
  }
  %C = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  %P = mixer.softmax %C
  %y = mixer.apply %P, %q : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

func.func @AtADistance(%q: tensor<2x?x4x8xf32> {mixer.time = 1 : i64}, %e: tensor<2x11x4x8xf32>, %g: tensor<2x?x4xf32> {mixer.time = 1 : i64}) -> tensor<2x?x4x8xf32> {
  %G = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  %S = mixer.map %G {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %d = arith.subi %i, %j : index
    // expected-error@+1 {{expects data of tokens to be read at [b, i], [b, j], [b, i, h] or [b, j, h]}}
    %c = tensor.extract %g[%b, %d, %h] : tensor<2x?x4xf32>
    mixer.yield %c : f32
  }
  %C = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  %P = mixer.softmax %C
  %y = mixer.apply %P, %q : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

func.func @SharedHeads(%q: tensor<2x?x4x8xf32> {mixer.time = 1 : i64}, %e: tensor<2x11x4x8xf32>, %g: tensor<2x?x2xf32> {mixer.time = 1 : i64}) -> tensor<2x?x4x8xf32> {
  %G = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  %S = mixer.map %G {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    // expected-error@+1 {{expects data of tokens to be read at [b, i], [b, j], [b, i, h] or [b, j, h]}}
    %c = tensor.extract %g[%b, %j, %h] : tensor<2x?x2xf32>
    mixer.yield %c : f32
  }
  %C = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  %P = mixer.softmax %C
  %y = mixer.apply %P, %q : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

func.func @Transposed(%q: tensor<2x?x4x8xf32> {mixer.time = 1 : i64}, %e: tensor<2x11x4x8xf32>) -> tensor<2x?x4x8xf32> {
  %S = mixer.gram %q, %e : tensor<2x?x4x8xf32>, tensor<2x11x4x8xf32>
  %C = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  // expected-error@+1 {{'mixer.transpose' takes a matrix whose columns are not over time}}
  %T = mixer.transpose %C
  %U = mixer.transpose %T
  %P = mixer.softmax %U
  %y = mixer.apply %P, %e : tensor<2x11x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

func.func @MixedColumns(%q: tensor<2x?x4x8xf32> {mixer.time = 1 : i64}, %e: tensor<2x11x4x8xf32>) -> tensor<2x?x4x8xf32> {
  %S = mixer.gram %q, %e : tensor<2x?x4x8xf32>, tensor<2x11x4x8xf32>
  %C = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  %A = mixer.semiseparable %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  // expected-error@+1 {{operand #1 has columns over time, but others have not}}
  %M = mixer.add %C, %A
  %y = mixer.apply %M, %e : tensor<2x11x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

func.func @FixedAndOverTime(%q: tensor<2x?x4x8xf32> {mixer.time = 1 : i64}, %e: tensor<2x11x4x8xf32>, %k: tensor<2x?x4x8xf32>) -> tensor<2x?x4x8xf32> {
  %S = mixer.gram %q, %k : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  %C = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  %P = mixer.softmax %C
  // expected-error@+1 {{a matrix whose columns are not over time is applied to a tensor over time}}
  %y = mixer.apply %P, %q : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

func.func @Indices(%q: tensor<2x?x4x8xf32> {mixer.time = 1 : i64}, %e: tensor<2x11x4x8xf32>, %g: tensor<2x?xindex> {mixer.time = 1 : i64}) -> tensor<2x?x4x8xf32> {
  %S = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  %D = mixer.mask %S columns(%g : tensor<2x?xindex>) {
  ^bb0(%b: index, %h: index, %i: index, %j: index, %c: index):
    %keep = arith.cmpi sle, %c, %i : index
    %earlier = arith.cmpi sle, %j, %i : index
    %both = arith.andi %keep, %earlier : i1
    mixer.yield %both : i1
  }
  %P = mixer.softmax %D
  // expected-error@+1 {{data of columns that are indices cannot be kept; convert them to i64}}
  %y = mixer.apply %P, %q : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

func.func @SeveralRows(%q: tensor<2x?x4x8xf32> {mixer.time = 1 : i64}, %g: tensor<2x?x3x4xf32> {mixer.time = 1 : i64}) -> tensor<2x?x4x8xf32> {
  %r = tensor.collapse_shape %g [[0], [1, 2], [3]] : tensor<2x?x3x4xf32> into tensor<2x?x4xf32>
  %G = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  // expected-error@+1 {{the region reads a tensor with several rows of a token}}
  %S = mixer.map %G {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %c = tensor.extract %r[%b, %j, %h] : tensor<2x?x4xf32>
    mixer.yield %c : f32
  }
  %C = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  %P = mixer.softmax %C
  %y = mixer.apply %P, %q : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
