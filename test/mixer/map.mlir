// RUN: weft-opt %s -split-input-file -verify-diagnostics --verify-roundtrip | FileCheck %s
// RUN: %python %S/entries.py map %llvm_lib

// CHECK-LABEL: func @SoftCap
func.func @SoftCap(%q: tensor<2x?x4x8xf32>) {
  %S = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  // CHECK: mixer.map %{{.*}} {
  // CHECK-NEXT: ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
  %C = mixer.map %S {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %t = math.tanh %s : f32
    mixer.yield %t : f32
  }
  return
}

// -----

// The element type of an argument is not known before it is inlined.
func.func private @Argument(%S: !mixer.matrix) -> !mixer.matrix {
  %C = mixer.map %S {
  ^bb0(%s: f64, %b: index, %h: index, %i: index, %j: index):
    mixer.yield %s : f64
  }
  return %C : !mixer.matrix
}

// -----

func.func @EntryType(%q: tensor<2x?x4x8xf32>) {
  %S = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  // expected-error @+1 {{expects a region with arguments (f32, index, index, index, index), got (f64, index, index, index, index)}}
  %C = mixer.map %S {
  ^bb0(%s: f64, %b: index, %h: index, %i: index, %j: index):
    mixer.yield %s : f64
  }
  return
}

// -----

func.func private @NoEntry(%S: !mixer.matrix) {
  // expected-error @+1 {{expects a region with arguments (f32, index, index, index, index), got (index, index)}}
  %C = mixer.map %S {
  ^bb0(%i: index, %j: index):
    mixer.yield %i : index
  }
  return
}

// -----

func.func @YieldsIndex(%q: tensor<2x?x4x8xf32>) {
  %S = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  // expected-error @+1 {{expects a region that yields (f32), got (index)}}
  %C = mixer.map %S {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    mixer.yield %i : index
  }
  return
}

// -----

func.func @NoYield(%q: tensor<2x?x4x8xf32>, %next: index) {
  %S = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  // expected-error @+1 {{expects a region that ends in mixer.yield, got llvm.unreachable}}
  %C = "mixer.map"(%S) <{operandSegmentSizes = array<i32: 1, 0, 0>}> ({
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    "llvm.unreachable"() : () -> ()
  }) : (!mixer.matrix) -> !mixer.matrix
  return
}

// -----

// CHECK-LABEL: func @Data
func.func @Data(%q: tensor<2x?x4x8xf32>, %r: tensor<2x?x4xf32>, %c: tensor<2x?xi32>) {
  %S = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  // CHECK: mixer.map %{{.*}} rows(%{{.*}} : tensor<2x?x4xf32>) columns(%{{.*}} : tensor<2x?xi32>) {
  // CHECK-NEXT: ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index, %r: f32, %c: i32):
  %C = mixer.map %S rows(%r : tensor<2x?x4xf32>) columns(%c : tensor<2x?xi32>) {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index, %mine: f32, %its: i32):
    %f = arith.sitofp %its : i32 to f32
    %t = arith.addf %s, %f : f32
    %u = arith.addf %t, %mine : f32
    mixer.yield %u : f32
  }
  return
}

// -----

func.func @DataHeads(%q: tensor<2x?x4x8xf32>, %r: tensor<2x?x3xf32>) {
  %S = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  // expected-error @+1 {{expects a number of heads of data that divides the 4 of the matrix, got 3}}
  %C = mixer.map %S rows(%r : tensor<2x?x3xf32>) {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index, %mine: f32):
    mixer.yield %s : f32
  }
  return
}

// -----

func.func @UnknownDataHeads(%q: tensor<2x?x4x8xf32>, %r: tensor<2x?x?xf32>) {
  %S = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  // expected-error @+1 {{expects a known number of heads of data, got 'tensor<2x?x?xf32>'}}
  %C = mixer.map %S rows(%r : tensor<2x?x?xf32>) {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index, %mine: f32):
    mixer.yield %s : f32
  }
  return
}

// -----

func.func @DataOfOtherRows(%q: tensor<2x7x4x8xf32>, %r: tensor<2x6xi32>) {
  %S = mixer.gram %q, %q : tensor<2x7x4x8xf32>, tensor<2x7x4x8xf32>
  // expected-error @+1 {{expects operands of the same number of rows, got 7 and 6}}
  %C = mixer.map %S rows(%r : tensor<2x6xi32>) {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index, %mine: i32):
    mixer.yield %s : f32
  }
  return
}

// -----

func.func @NoArgumentForData(%q: tensor<2x?x4x8xf32>, %r: tensor<2x?xi32>) {
  %S = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  // expected-error @+1 {{expects a region with arguments (f32, index, index, index, index, i32), got (f32, index, index, index, index)}}
  %C = mixer.map %S rows(%r : tensor<2x?xi32>) {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    mixer.yield %s : f32
  }
  return
}
