// RUN: weft-opt %s -split-input-file -verify-diagnostics --verify-roundtrip | FileCheck %s

// CHECK-LABEL: func @Convolve
func.func @Convolve(%taps: tensor<64x4xf32>, %x: tensor<2x?x64x1xf32>, %w0: tensor<2x3x64x1xf32>) {
  // CHECK: mixer.convolve ins(%{{.*}} : tensor<64x4xf32>, tensor<2x?x64x1xf32>) outs(%{{.*}} : tensor<2x?x64x1xf32>) {reverse}
  %y = mixer.convolve ins(%taps, %x : tensor<64x4xf32>, tensor<2x?x64x1xf32>) outs(%x : tensor<2x?x64x1xf32>) {reverse}
  // CHECK: window(%{{.*}} : tensor<2x3x64x1xf32>) -> tensor<2x3x64x1xf32>
  %z, %w = mixer.convolve ins(%taps, %x : tensor<64x4xf32>, tensor<2x?x64x1xf32>) outs(%x : tensor<2x?x64x1xf32>) window(%w0 : tensor<2x3x64x1xf32>) -> tensor<2x3x64x1xf32>
  return
}

// CHECK-LABEL: func @LongFilter
func.func @LongFilter(%taps: tensor<64x?xf32>, %x: tensor<2x?x64x1xf32>, %c: tensor<2x256x64x1xf32>, %n: index) {
  // CHECK: {first_lag = -2 : i64}
  %y = mixer.convolve ins(%taps, %x : tensor<64x?xf32>, tensor<2x?x64x1xf32>) outs(%x : tensor<2x?x64x1xf32>) {first_lag = -2}
  // CHECK: window(%{{.*}} : tensor<2x256x64x1xf32>) length(%{{.*}}) -> tensor<2x256x64x1xf32>
  %z, %d = mixer.convolve ins(%taps, %x : tensor<64x?xf32>, tensor<2x?x64x1xf32>) outs(%x : tensor<2x?x64x1xf32>) window(%c : tensor<2x256x64x1xf32>) length(%n) -> tensor<2x256x64x1xf32>
  return
}

// -----

func.func @WindowOfUnknownTaps(%taps: tensor<64x?xf32>, %x: tensor<2x8x64x1xf32>, %w0: tensor<2x3x64x1xf32>) {
  // expected-error @+1 {{expects a known number of taps for a window without a length, got 'tensor<64x?xf32>'}}
  %z, %w = mixer.convolve ins(%taps, %x : tensor<64x?xf32>, tensor<2x8x64x1xf32>) outs(%x : tensor<2x8x64x1xf32>) window(%w0 : tensor<2x3x64x1xf32>) -> tensor<2x3x64x1xf32>
  return
}

// -----

func.func @WindowOfNegativeLags(%taps: tensor<64x4xf32>, %x: tensor<2x8x64x1xf32>, %w0: tensor<2x3x64x1xf32>) {
  // expected-error @+1 {{expects a first lag of at least 0 where there is a window, got -1}}
  %z, %w = mixer.convolve ins(%taps, %x : tensor<64x4xf32>, tensor<2x8x64x1xf32>) outs(%x : tensor<2x8x64x1xf32>) window(%w0 : tensor<2x3x64x1xf32>) {first_lag = -1} -> tensor<2x3x64x1xf32>
  return
}

// -----

func.func @LengthOfNothing(%taps: tensor<64x4xf32>, %x: tensor<2x8x64x1xf32>, %n: index) {
  // expected-error @+1 {{expects a window for its length}}
  %z = mixer.convolve ins(%taps, %x : tensor<64x4xf32>, tensor<2x8x64x1xf32>) outs(%x : tensor<2x8x64x1xf32>) length(%n)
  return
}

// -----

func.func @Heads(%taps: tensor<32x4xf32>, %x: tensor<2x8x64x1xf32>) {
  // expected-error @+1 {{expects operands of the same number of heads, got 32 and 64}}
  %y = mixer.convolve ins(%taps, %x : tensor<32x4xf32>, tensor<2x8x64x1xf32>) outs(%x : tensor<2x8x64x1xf32>)
  return
}

// -----

func.func @NoTaps(%taps: tensor<64x0xf32>, %x: tensor<2x8x64x1xf32>) {
  // expected-error @+1 {{expects at least one tap, got 'tensor<64x0xf32>'}}
  %y = mixer.convolve ins(%taps, %x : tensor<64x0xf32>, tensor<2x8x64x1xf32>) outs(%x : tensor<2x8x64x1xf32>)
  return
}

// -----

func.func @Outs(%taps: tensor<64x4xf32>, %x: tensor<2x8x64x1xf32>, %o: tensor<2x9x64x1xf32>) {
  // expected-error @+1 {{expects outs of type 'tensor<2x8x64x1xf32>', got 'tensor<2x9x64x1xf32>'}}
  %y = mixer.convolve ins(%taps, %x : tensor<64x4xf32>, tensor<2x8x64x1xf32>) outs(%o : tensor<2x9x64x1xf32>)
  return
}

// -----

func.func @Window(%taps: tensor<64x4xf32>, %x: tensor<2x8x64x1xf32>, %w0: tensor<2x4x64x1xf32>) {
  // expected-error @+1 {{expects a window of type 'tensor<2x3x64x1xf32>', got 'tensor<2x4x64x1xf32>'}}
  %z, %w = mixer.convolve ins(%taps, %x : tensor<64x4xf32>, tensor<2x8x64x1xf32>) outs(%x : tensor<2x8x64x1xf32>) window(%w0 : tensor<2x4x64x1xf32>) -> tensor<2x4x64x1xf32>
  return
}

// -----

func.func @WindowChangesType(%taps: tensor<64x4xf32>, %x: tensor<2x8x64x1xf32>, %w0: tensor<2x3x64x1xf32>) {
  // expected-error @+1 {{expects a window after the last token of type 'tensor<2x3x64x1xf32>', got 'tensor<2x4x64x1xf32>'}}
  %z, %w = mixer.convolve ins(%taps, %x : tensor<64x4xf32>, tensor<2x8x64x1xf32>) outs(%x : tensor<2x8x64x1xf32>) window(%w0 : tensor<2x3x64x1xf32>) -> tensor<2x4x64x1xf32>
  return
}

// -----

func.func @WindowLost(%taps: tensor<64x4xf32>, %x: tensor<2x8x64x1xf32>, %w0: tensor<2x3x64x1xf32>) {
  // expected-error @+1 {{expects a window after the last token if and only if there is one before the first}}
  %z = mixer.convolve ins(%taps, %x : tensor<64x4xf32>, tensor<2x8x64x1xf32>) outs(%x : tensor<2x8x64x1xf32>) window(%w0 : tensor<2x3x64x1xf32>)
  return
}

// -----

func.func @ReverseWindow(%taps: tensor<64x4xf32>, %x: tensor<2x8x64x1xf32>, %w0: tensor<2x3x64x1xf32>) {
  // expected-error @+1 {{expects no window in reverse, where rows need tokens that are still to come}}
  %z, %w = mixer.convolve ins(%taps, %x : tensor<64x4xf32>, tensor<2x8x64x1xf32>) outs(%x : tensor<2x8x64x1xf32>) window(%w0 : tensor<2x3x64x1xf32>) {reverse} -> tensor<2x3x64x1xf32>
  return
}
