// RUN: weft-opt %s -split-input-file -verify-diagnostics --verify-roundtrip | FileCheck %s
// RUN: %python %S/entries.py mask %llvm_lib

// CHECK-LABEL: func @Window
func.func @Window(%q: tensor<2x?x4x8xf32>) {
  %S = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  // CHECK: mixer.mask %{{.*}} {
  // CHECK-NEXT: ^bb0(%b: index, %h: index, %i: index, %j: index):
  %W = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %d = arith.subi %i, %j : index
    %w = arith.constant 256 : index
    %keep = arith.cmpi ult, %d, %w : index
    mixer.yield %keep : i1
  }
  return
}

// -----

func.func @TakesAnEntry(%q: tensor<2x?x4x8xf32>) {
  %S = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  // expected-error @+1 {{expects a region with arguments (index, index, index, index), got (f32, index, index, index, index)}}
  %W = mixer.mask %S {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %keep = arith.constant true
    mixer.yield %keep : i1
  }
  return
}

// -----

func.func @YieldsAnEntry(%q: tensor<2x?x4x8xf32>) {
  %S = mixer.gram %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  // expected-error @+1 {{expects a region that yields (i1), got (index, i1)}}
  %W = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.constant true
    mixer.yield %j, %keep : index, i1
  }
  return
}
