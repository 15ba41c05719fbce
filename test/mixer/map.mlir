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
  %C = "mixer.map"(%S) ({
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    "llvm.unreachable"() : () -> ()
  }) : (!mixer.matrix) -> !mixer.matrix
  return
}
