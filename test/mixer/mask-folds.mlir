// RUN: weft-opt %s -split-input-file -canonicalize | FileCheck %s

// CHECK-LABEL: func @Merge
func.func @Merge(%q: tensor<2x8x4x16xf32>, %x: tensor<2x8x4x8xf32>) -> tensor<2x8x4x8xf32> {
  %S = mixer.gram %q, %q : tensor<2x8x4x16xf32>, tensor<2x8x4x16xf32>
  %C = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  // CHECK: mixer.mask %{{[0-9]+}} {
  // CHECK: %[[A:[0-9]+]] = arith.cmpi sle, %j, %i
  // CHECK: %[[B:[0-9]+]] = arith.cmpi ne, %j, %h
  // CHECK: arith.andi %[[A]], %[[B]]
  // CHECK-NOT: mixer.mask
  %W = mixer.mask %C {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi ne, %j, %h : index
    mixer.yield %keep : i1
  }
  %P = mixer.softmax %W
  %y = mixer.apply %P, %x : tensor<2x8x4x8xf32> -> tensor<2x8x4x8xf32>
  return %y : tensor<2x8x4x8xf32>
}

// -----

// Three taps have nothing four or more below the diagonal.
// CHECK-LABEL: func @Implied
func.func @Implied(%taps: tensor<4x3xf32>, %x: tensor<2x8x4x8xf32>) -> tensor<2x8x4x8xf32> {
  // CHECK-NOT: mixer.mask
  // CHECK: mixer.apply
  %T = mixer.toeplitz %taps : tensor<4x3xf32>
  %W = mixer.mask %T {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %d = arith.subi %i, %j : index
    %w = arith.constant 4 : index
    %keep = arith.cmpi ult, %d, %w : index
    mixer.yield %keep : i1
  }
  %y = mixer.apply %W, %x : tensor<2x8x4x8xf32> -> tensor<2x8x4x8xf32>
  return %y : tensor<2x8x4x8xf32>
}

// -----

// CHECK-LABEL: func @NotImplied
func.func @NotImplied(%taps: tensor<4x3xf32>, %x: tensor<2x8x4x8xf32>) -> tensor<2x8x4x8xf32> {
  // CHECK: mixer.mask
  %T = mixer.toeplitz %taps : tensor<4x3xf32>
  %W = mixer.mask %T {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %d = arith.subi %i, %j : index
    %w = arith.constant 2 : index
    %keep = arith.cmpi ult, %d, %w : index
    mixer.yield %keep : i1
  }
  %y = mixer.apply %W, %x : tensor<2x8x4x8xf32> -> tensor<2x8x4x8xf32>
  return %y : tensor<2x8x4x8xf32>
}

// -----

// What is not understood keeps its mask.
// CHECK-LABEL: func @DependsOnData
func.func @DependsOnData(%taps: tensor<4x3xf32>, %ids: tensor<8xi32>, %x: tensor<2x8x4x8xf32>) -> tensor<2x8x4x8xf32> {
  // CHECK: mixer.mask
  %T = mixer.toeplitz %taps : tensor<4x3xf32>
  %W = mixer.mask %T {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %m = tensor.extract %ids[%i] : tensor<8xi32>
    %n = tensor.extract %ids[%j] : tensor<8xi32>
    %keep = arith.cmpi eq, %m, %n : i32
    mixer.yield %keep : i1
  }
  %y = mixer.apply %W, %x : tensor<2x8x4x8xf32> -> tensor<2x8x4x8xf32>
  return %y : tensor<2x8x4x8xf32>
}

// -----

// CHECK-LABEL: func @CausalGram
func.func @CausalGram(%q: tensor<2x8x4x16xf32>, %x: tensor<2x8x4x8xf32>) -> tensor<2x8x4x8xf32> {
  %S = mixer.gram %q, %q {scale = 0.5 : f32} : tensor<2x8x4x16xf32>, tensor<2x8x4x16xf32>
  // CHECK: mixer.semiseparable %arg0, %arg0 {scale = 5.000000e-01 : f32}
  %C = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  %y = mixer.apply %C, %x : tensor<2x8x4x8xf32> -> tensor<2x8x4x8xf32>
  return %y : tensor<2x8x4x8xf32>
}

// -----

// The lengths of q and k are not known to be equal.
// CHECK-LABEL: func @MayNotBeSquare
func.func @MayNotBeSquare(%q: tensor<2x?x4x16xf32>, %k: tensor<2x?x4x16xf32>, %x: tensor<2x?x4x8xf32>) -> tensor<2x?x4x8xf32> {
  %S = mixer.gram %q, %k : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  // CHECK: mixer.mask
  %C = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  %y = mixer.apply %C, %x : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

// Time arguments of one function run over the same tokens.
// CHECK-LABEL: func @OneTime
func.func @OneTime(%q: tensor<2x?x4x16xf32> {mixer.time = 1 : i64}, %k: tensor<2x?x4x16xf32> {mixer.time = 1 : i64},
                   %x: tensor<2x?x4x8xf32> {mixer.time = 1 : i64}) -> tensor<2x?x4x8xf32> {
  %S = mixer.gram %q, %k : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  // CHECK: mixer.semiseparable %arg0, %arg1
  %C = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  %y = mixer.apply %C, %x : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

// CHECK-LABEL: func @Maps
func.func @Maps(%q: tensor<2x8x4x16xf32>, %x: tensor<2x8x4x8xf32>) -> tensor<2x8x4x8xf32> {
  %S = mixer.gram %q, %q : tensor<2x8x4x16xf32>, tensor<2x8x4x16xf32>
  // CHECK: mixer.map
  // CHECK: %[[T:[0-9]+]] = math.tanh %s
  // CHECK: %[[E:[0-9]+]] = math.exp %[[T]]
  // CHECK: mixer.yield %[[E]]
  // CHECK-NOT: mixer.map
  %A = mixer.map %S {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %t = math.tanh %s : f32
    mixer.yield %t : f32
  }
  %B = mixer.map %A {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %t = math.exp %s : f32
    mixer.yield %t : f32
  }
  %y = mixer.apply %B, %x : tensor<2x8x4x8xf32> -> tensor<2x8x4x8xf32>
  return %y : tensor<2x8x4x8xf32>
}
