// RUN: weft-opt %s -split-input-file -verify-diagnostics --verify-roundtrip | FileCheck %s

// CHECK-LABEL: func @Apply
func.func @Apply(%q: tensor<2x?x4x16xf32>, %x: tensor<2x?x2x8xf32>) -> tensor<2x?x4x8xf32> {
  %M = mixer.semiseparable %q, %q : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  // CHECK: mixer.apply %{{[0-9]+}}, %{{.*}} : tensor<2x?x2x8xf32> -> tensor<2x?x4x8xf32>
  %y = mixer.apply %M, %x : tensor<2x?x2x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

// CHECK-LABEL: func @State
func.func @State(%q: tensor<2x?x4x16xf32>, %taps: tensor<4x3xf32>, %x: tensor<2x?x4x8xf32>,
                 %s0: tensor<2x4x16x8xf32>, %w0: tensor<2x2x4x8xf32>, %pos: index) {
  %M = mixer.semiseparable %q, %q : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  // CHECK: mixer.apply %{{[0-9]+}}, %{{.*}} init(%{{.*}} : tensor<2x4x16x8xf32>) at %{{.*}} : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>
  %y, %s = mixer.apply %M, %x init(%s0 : tensor<2x4x16x8xf32>) at %pos : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>
  %T = mixer.toeplitz %taps : tensor<4x3xf32>
  %z, %w = mixer.apply %T, %x init(%w0 : tensor<2x2x4x8xf32>) : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>, tensor<2x2x4x8xf32>
  return
}

// -----

// The state of half precision is f32.
func.func @HalfPrecision(%q: tensor<2x?x4x16xbf16>, %x: tensor<2x?x4x8xbf16>, %s0: tensor<2x4x16x8xf32>) {
  %M = mixer.semiseparable %q, %q : tensor<2x?x4x16xbf16>, tensor<2x?x4x16xbf16>
  %y, %s = mixer.apply %M, %x init(%s0 : tensor<2x4x16x8xf32>) : tensor<2x?x4x8xbf16> -> tensor<2x?x4x8xbf16>, tensor<2x4x16x8xf32>
  return
}

// -----

func.func @Columns(%q: tensor<2x8x4x16xf32>, %x: tensor<2x9x4x8xf32>) {
  %M = mixer.gram %q, %q : tensor<2x8x4x16xf32>, tensor<2x8x4x16xf32>
  // expected-error @+1 {{expects as many rows of x as the matrix has columns, got 9 and 8}}
  %y = mixer.apply %M, %x : tensor<2x9x4x8xf32> -> tensor<2x8x4x8xf32>
  return
}

// -----

func.func @Result(%q: tensor<2x8x4x16xf32>, %x: tensor<2x8x4x8xf32>) {
  %M = mixer.gram %q, %q : tensor<2x8x4x16xf32>, tensor<2x8x4x16xf32>
  // expected-error @+1 {{expects a result of type 'tensor<2x8x4x8xf32>', got 'tensor<2x8x4x9xf32>'}}
  %y = mixer.apply %M, %x : tensor<2x8x4x8xf32> -> tensor<2x8x4x9xf32>
  return
}

// -----

func.func @Batch(%q: tensor<2x8x4x16xf32>, %x: tensor<3x8x4x8xf32>) {
  %M = mixer.gram %q, %q : tensor<2x8x4x16xf32>, tensor<2x8x4x16xf32>
  // expected-error @+1 {{expects operands of the same batch size, got 2 and 3}}
  %y = mixer.apply %M, %x : tensor<3x8x4x8xf32> -> tensor<3x8x4x8xf32>
  return
}

// -----

func.func @Heads(%q: tensor<2x8x4x16xf32>, %x: tensor<2x8x3x8xf32>) {
  %M = mixer.gram %q, %q : tensor<2x8x4x16xf32>, tensor<2x8x4x16xf32>
  // expected-error @+1 {{expects the number of heads of x to divide 4, got 3}}
  %y = mixer.apply %M, %x : tensor<2x8x3x8xf32> -> tensor<2x8x4x8xf32>
  return
}

// -----

func.func @UnknownHeads(%q: tensor<2x8x4x16xf32>, %x: tensor<2x8x?x8xf32>) {
  %M = mixer.gram %q, %q : tensor<2x8x4x16xf32>, tensor<2x8x4x16xf32>
  // expected-error @+1 {{expects a known size of axis 2 of x, got 'tensor<2x8x?x8xf32>'}}
  %y = mixer.apply %M, %x : tensor<2x8x?x8xf32> -> tensor<2x8x4x8xf32>
  return
}

// -----

func.func @ElementType(%q: tensor<2x8x4x16xf32>, %x: tensor<2x8x4x8xf16>) {
  %M = mixer.gram %q, %q : tensor<2x8x4x16xf32>, tensor<2x8x4x16xf32>
  // expected-error @+1 {{expects x of the element type of the matrix, 'f32', got 'f16'}}
  %y = mixer.apply %M, %x : tensor<2x8x4x8xf16> -> tensor<2x8x4x8xf16>
  return
}

// -----

func.func @NotCausal(%q: tensor<2x8x4x16xf32>, %x: tensor<2x8x4x8xf32>, %s0: tensor<2x4x16x8xf32>) {
  %M = mixer.gram %q, %q : tensor<2x8x4x16xf32>, tensor<2x8x4x16xf32>
  // expected-error @+1 {{expects a causal matrix to carry state, got one that may have entries above the diagonal}}
  %y, %s = mixer.apply %M, %x init(%s0 : tensor<2x4x16x8xf32>) : tensor<2x8x4x8xf32> -> tensor<2x8x4x8xf32>, tensor<2x4x16x8xf32>
  return
}

// -----

func.func @StateType(%q: tensor<2x8x4x16xf32>, %x: tensor<2x8x4x8xf32>, %s0: tensor<2x4x8x16xf32>) {
  %M = mixer.semiseparable %q, %q : tensor<2x8x4x16xf32>, tensor<2x8x4x16xf32>
  // expected-error @+1 {{expects a state of type 'tensor<2x4x16x8xf32>', got 'tensor<2x4x8x16xf32>'}}
  %y, %s = mixer.apply %M, %x init(%s0 : tensor<2x4x8x16xf32>) : tensor<2x8x4x8xf32> -> tensor<2x8x4x8xf32>, tensor<2x4x8x16xf32>
  return
}

// -----

func.func @TwoStates(%q: tensor<2x8x4x16xf32>, %x: tensor<2x8x4x8xf32>, %s0: tensor<2x4x16x8xf32>) {
  %M = mixer.semiseparable %q, %q : tensor<2x8x4x16xf32>, tensor<2x8x4x16xf32>
  // expected-error @+1 {{expects one state, got 2}}
  %y, %s:2 = mixer.apply %M, %x init(%s0, %s0 : tensor<2x4x16x8xf32>, tensor<2x4x16x8xf32>) : tensor<2x8x4x8xf32> -> tensor<2x8x4x8xf32>, tensor<2x4x16x8xf32>, tensor<2x4x16x8xf32>
  return
}

// -----

func.func @NoStateAfter(%q: tensor<2x8x4x16xf32>, %x: tensor<2x8x4x8xf32>, %s0: tensor<2x4x16x8xf32>) {
  %M = mixer.semiseparable %q, %q : tensor<2x8x4x16xf32>, tensor<2x8x4x16xf32>
  // expected-error @+1 {{expects a state after the last row for each initial one, got 0 for 1}}
  %y = mixer.apply %M, %x init(%s0 : tensor<2x4x16x8xf32>) : tensor<2x8x4x8xf32> -> tensor<2x8x4x8xf32>
  return
}

// -----

func.func @StateChangesType(%q: tensor<2x8x4x16xf32>, %x: tensor<2x8x4x8xf32>, %s0: tensor<2x4x16x8xf32>) {
  %M = mixer.semiseparable %q, %q : tensor<2x8x4x16xf32>, tensor<2x8x4x16xf32>
  // expected-error @+1 {{expects state 0 of the type of its initial value, 'tensor<2x4x16x8xf32>', got 'tensor<2x4x16x9xf32>'}}
  %y, %s = mixer.apply %M, %x init(%s0 : tensor<2x4x16x8xf32>) : tensor<2x8x4x8xf32> -> tensor<2x8x4x8xf32>, tensor<2x4x16x9xf32>
  return
}

// -----

// CHECK-LABEL: func @Packed
func.func @Packed(%q: tensor<2x?x4x8xf32>, %o: tensor<?xi64>) -> tensor<2x?x4x8xf32> {
  %L = mixer.semiseparable %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  // CHECK: mixer.apply %{{.*}}, %{{.*}} segments(%{{.*}} : tensor<?xi64>) : tensor<2x?x4x8xf32>
  %y = mixer.apply %L, %q segments(%o : tensor<?xi64>) : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

func.func @Unsorted(%q: tensor<2x7x4x8xf32>) -> tensor<2x7x4x8xf32> {
  %L = mixer.semiseparable %q, %q : tensor<2x7x4x8xf32>, tensor<2x7x4x8xf32>
  %o = arith.constant dense<[0, 5, 3, 7]> : tensor<4xi64>
  // expected-error @+1 {{expects sorted segment offsets, got 3 after 5}}
  %y = mixer.apply %L, %q segments(%o : tensor<4xi64>) : tensor<2x7x4x8xf32> -> tensor<2x7x4x8xf32>
  return %y : tensor<2x7x4x8xf32>
}

// -----

func.func @BehindTheEnd(%q: tensor<2x7x4x8xf32>) -> tensor<2x7x4x8xf32> {
  %L = mixer.semiseparable %q, %q : tensor<2x7x4x8xf32>, tensor<2x7x4x8xf32>
  %o = arith.constant dense<[0, 3, 5, 8]> : tensor<4xi64>
  // expected-error @+1 {{expects segment offsets from 0 to the number of tokens, got 8 of 7}}
  %y = mixer.apply %L, %q segments(%o : tensor<4xi64>) : tensor<2x7x4x8xf32> -> tensor<2x7x4x8xf32>
  return %y : tensor<2x7x4x8xf32>
}

// -----

func.func @Negative(%q: tensor<2x?x4x8xf32>) -> tensor<2x?x4x8xf32> {
  %L = mixer.semiseparable %q, %q : tensor<2x?x4x8xf32>, tensor<2x?x4x8xf32>
  %o = arith.constant dense<[-1, 3, 5, 7]> : tensor<4xi64>
  // expected-error @+1 {{expects segment offsets from 0 to the number of tokens, got -1}}
  %y = mixer.apply %L, %q segments(%o : tensor<4xi64>) : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}

// -----

func.func @StatesOfSegments(%q: tensor<2x7x4x8xf32>, %s: tensor<2x4x8x8xf32>) -> tensor<2x7x4x8xf32> {
  %L = mixer.semiseparable %q, %q : tensor<2x7x4x8xf32>, tensor<2x7x4x8xf32>
  %o = arith.constant dense<[0, 3, 5, 7]> : tensor<4xi64>
  // expected-error @+1 {{expects no initial states with segments, got 1}}
  %y, %t = mixer.apply %L, %q init(%s : tensor<2x4x8x8xf32>) segments(%o : tensor<4xi64>) : tensor<2x7x4x8xf32> -> tensor<2x7x4x8xf32>, tensor<2x4x8x8xf32>
  return %y : tensor<2x7x4x8xf32>
}
