// RUN: weft-opt %s -split-input-file -verify-diagnostics --verify-roundtrip | FileCheck %s

// CHECK-LABEL: func @Scan
func.func @Scan(%q: tensor<2x?x1x16xf32>, %v: tensor<2x?x4x8xf32>, %g: tensor<2x?x4xf32>, %s0: tensor<2x4x16x8xf32>) {
  // CHECK: mixer.scan ins(%{{.*}} : tensor<2x?x1x16xf32>, tensor<2x?x1x16xf32>, tensor<2x?x4x8xf32>) decay(%{{.*}} : tensor<2x?x4xf32>) outs(%{{.*}} : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>) {reverse, scale = 5.000000e-01 : f32}
  %y, %s = mixer.scan ins(%q, %q, %v : tensor<2x?x1x16xf32>, tensor<2x?x1x16xf32>, tensor<2x?x4x8xf32>)
      decay(%g : tensor<2x?x4xf32>) outs(%v, %s0 : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>) {reverse, scale = 0.5 : f32}
  return
}

// -----

func.func @DecayHeads(%q: tensor<2x?x1x16xf32>, %v: tensor<2x?x4x8xf32>, %g: tensor<2x?x3xf32>, %s0: tensor<2x4x16x8xf32>) {
  // expected-error @+1 {{expects the number of heads of decay to divide 4, got 3}}
  %y, %s = mixer.scan ins(%q, %q, %v : tensor<2x?x1x16xf32>, tensor<2x?x1x16xf32>, tensor<2x?x4x8xf32>)
      decay(%g : tensor<2x?x3xf32>) outs(%v, %s0 : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>)
  return
}

// -----

func.func @KeyHeads(%q: tensor<2x?x3x16xf32>, %v: tensor<2x?x4x8xf32>, %s0: tensor<2x4x16x8xf32>) {
  // expected-error @+1 {{expects the number of heads of q to divide 4, got 3}}
  %y, %s = mixer.scan ins(%q, %q, %v : tensor<2x?x3x16xf32>, tensor<2x?x3x16xf32>, tensor<2x?x4x8xf32>)
      outs(%v, %s0 : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>)
  return
}

// -----

func.func @State(%q: tensor<2x?x4x16xf32>, %v: tensor<2x?x4x8xf32>, %s0: tensor<2x4x8x16xf32>) {
  // expected-error @+1 {{expects a state of type 'tensor<2x4x16x8xf32>', got 'tensor<2x4x8x16xf32>'}}
  %y, %s = mixer.scan ins(%q, %q, %v : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>, tensor<2x?x4x8xf32>)
      outs(%v, %s0 : tensor<2x?x4x8xf32>, tensor<2x4x8x16xf32>)
  return
}

// -----

func.func @Tokens(%q: tensor<2x7x4x16xf32>, %v: tensor<2x8x4x8xf32>, %s0: tensor<2x4x16x8xf32>) {
  // expected-error @+1 {{expects operands of the same number of tokens, got 7 and 8}}
  %y, %s = mixer.scan ins(%q, %q, %v : tensor<2x7x4x16xf32>, tensor<2x7x4x16xf32>, tensor<2x8x4x8xf32>)
      outs(%v, %s0 : tensor<2x8x4x8xf32>, tensor<2x4x16x8xf32>)
  return
}

// -----

func.func @ValueSize(%q: tensor<2x7x4x16xf32>, %v: tensor<2x7x4x8xf32>, %o: tensor<2x7x4x9xf32>, %s0: tensor<2x4x16x8xf32>) {
  // expected-error @+1 {{expects operands of the same value size, got 8 and 9}}
  %y, %s = mixer.scan ins(%q, %q, %v : tensor<2x7x4x16xf32>, tensor<2x7x4x16xf32>, tensor<2x7x4x8xf32>)
      outs(%o, %s0 : tensor<2x7x4x9xf32>, tensor<2x4x16x8xf32>)
  return
}

// -----

func.func @ElementTypes(%q: tensor<2x7x4x16xbf16>, %v: tensor<2x7x4x8xf32>, %s0: tensor<2x4x16x8xf32>) {
  // expected-error @+1 {{expects operands of one element type, got 'bf16' and 'f32'}}
  %y, %s = mixer.scan ins(%q, %q, %v : tensor<2x7x4x16xbf16>, tensor<2x7x4x16xbf16>, tensor<2x7x4x8xf32>)
      outs(%v, %s0 : tensor<2x7x4x8xf32>, tensor<2x4x16x8xf32>)
  return
}
