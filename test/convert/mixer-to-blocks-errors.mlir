// RUN: weft-opt %s -weft-convert-mixer-to-blocks -split-input-file -verify-diagnostics

func.func @narrowElements(%taps: tensor<16x2xbf16>, %x: tensor<1x?x16x1xbf16>, %y0: tensor<1x?x16x1xbf16>) -> tensor<1x?x16x1xbf16> {
  // expected-error@+1 {{expects f32 or f64 elements to compute with, got 'bf16'; convert its operands}}
  %y = mixer.convolve ins(%taps, %x : tensor<16x2xbf16>, tensor<1x?x16x1xbf16>) outs(%y0 : tensor<1x?x16x1xbf16>)
  return %y : tensor<1x?x16x1xbf16>
}

// -----

func.func @chunkOfNothing(%q: tensor<1x?x1x4xf32>, %y0: tensor<1x?x1x4xf32>, %s0: tensor<1x1x4x4xf32>) -> tensor<1x?x1x4xf32> {
  // expected-error@+1 {{expects weft.chunk to be a positive number of tokens, got 0 : i64}}
  %y, %s = mixer.scan ins(%q, %q, %q : tensor<1x?x1x4xf32>, tensor<1x?x1x4xf32>, tensor<1x?x1x4xf32>)
      outs(%y0, %s0 : tensor<1x?x1x4xf32>, tensor<1x1x4x4xf32>) {weft.chunk = 0 : i64}
  return %y : tensor<1x?x1x4xf32>
}

// -----

func.func @unknownForm(%q: tensor<1x?x1x4xf32>, %y0: tensor<1x?x1x4xf32>, %s0: tensor<1x1x4x4xf32>) -> tensor<1x?x1x4xf32> {
  // expected-error@+1 {{expects form recurrent or chunked or scan, got sideways}}
  %y, %s = mixer.scan ins(%q, %q, %q : tensor<1x?x1x4xf32>, tensor<1x?x1x4xf32>, tensor<1x?x1x4xf32>)
      outs(%y0, %s0 : tensor<1x?x1x4xf32>, tensor<1x1x4x4xf32>) {weft.form = "sideways"}
  return %y : tensor<1x?x1x4xf32>
}

// -----

func.func @gainBesideErase(%q: tensor<1x?x1x4xf32>, %y0: tensor<1x?x1x4xf32>, %s0: tensor<1x1x4x4xf32>, %l0: tensor<1x?x1xf32>, %m0: tensor<1x1xf32>) -> tensor<1x?x1x4xf32> {
  // expected-error@+1 {{expects erase_reads decayed beside a gain, got erase_reads stored}}
  %y, %s, %g:2 = mixer.scan ins(%q, %q, %q : tensor<1x?x1x4xf32>, tensor<1x?x1x4xf32>, tensor<1x?x1x4xf32>)
      erase(%q, %q : tensor<1x?x1x4xf32>, tensor<1x?x1x4xf32>) gain(%l0 : tensor<1x?x1xf32>)
      outs(%y0, %s0 : tensor<1x?x1x4xf32>, tensor<1x1x4x4xf32>) gauge(%l0, %m0 : tensor<1x?x1xf32>, tensor<1x1xf32>) -> tensor<1x?x1xf32>, tensor<1x1xf32>
  return %y : tensor<1x?x1x4xf32>
}

// -----

func.func @FoldForm(%x: tensor<2x?x8xf32>, %s0: tensor<2x8xf32>) -> tensor<2x?x8xf32> {
  // expected-error @+1 {{expects form recurrent or scan, got chunked}}
  %y, %s = mixer.fold ins(%x : tensor<2x?x8xf32>) outs(%x : tensor<2x?x8xf32>) init(%s0 : tensor<2x8xf32>) one {
    %zero = arith.constant dense<0.0> : tensor<8xf32>
    mixer.yield %zero : tensor<8xf32>
  } lift {
  ^bb0(%xt: tensor<8xf32>):
    mixer.yield %xt : tensor<8xf32>
  } combine {
  ^bb0(%e1: tensor<8xf32>, %e2: tensor<8xf32>):
    %sum = arith.addf %e1, %e2 : tensor<8xf32>
    mixer.yield %sum : tensor<8xf32>
  } act {
  ^bb0(%before: tensor<8xf32>, %e: tensor<8xf32>):
    %sum = arith.addf %before, %e : tensor<8xf32>
    mixer.yield %sum : tensor<8xf32>
  } readout {
  ^bb0(%xt: tensor<8xf32>, %state: tensor<8xf32>):
    mixer.yield %state : tensor<8xf32>
  } {weft.form = "chunked"}
  return %y : tensor<2x?x8xf32>
}

// -----

func.func @largeTree(%q: tensor<1x?x1x4xf32>, %y0: tensor<1x?x1x4xf32>, %s0: tensor<1x1x4x4xf32>) -> tensor<1x?x1x4xf32> {
  // expected-error@+1 {{expects at most 2978 tokens in a tree, each with a state of its own, got 3000}}
  %y, %s = mixer.scan ins(%q, %q, %q : tensor<1x?x1x4xf32>, tensor<1x?x1x4xf32>, tensor<1x?x1x4xf32>)
      outs(%y0, %s0 : tensor<1x?x1x4xf32>, tensor<1x1x4x4xf32>) {weft.form = "scan", weft.chunk = 3000 : i64}
  return %y : tensor<1x?x1x4xf32>
}

// -----

// Four heads fill no vector.
func.func @fewLanes(%q: tensor<1x?x4x16xf32>, %y0: tensor<1x?x4x1xf32>, %v: tensor<1x?x4x1xf32>, %s0: tensor<1x4x16x1xf32>) -> tensor<1x?x4x1xf32> {
  // expected-error@+1 {{expects form recurrent or chunked or scan, got lanes}}
  %y, %s = mixer.scan ins(%q, %q, %v : tensor<1x?x4x16xf32>, tensor<1x?x4x16xf32>, tensor<1x?x4x1xf32>)
      outs(%y0, %s0 : tensor<1x?x4x1xf32>, tensor<1x4x16x1xf32>) {weft.form = "lanes"}
  return %y : tensor<1x?x4x1xf32>
}

// -----

func.func @unknownFormOfTaps(%taps: tensor<4x4xf32>, %x: tensor<1x?x4x1xf32>, %y0: tensor<1x?x4x1xf32>) -> tensor<1x?x4x1xf32> {
  // expected-error@+1 {{expects form direct, blocked or fft, got "chunked"}}
  %y = mixer.convolve ins(%taps, %x : tensor<4x4xf32>, tensor<1x?x4x1xf32>) outs(%y0 : tensor<1x?x4x1xf32>) {weft.form = "chunked"}
  return %y : tensor<1x?x4x1xf32>
}

// -----

func.func @blockOfTransform(%taps: tensor<4x4xf32>, %x: tensor<1x?x4x1xf32>, %y0: tensor<1x?x4x1xf32>) -> tensor<1x?x4x1xf32> {
  // expected-error@+1 {{expects blocks of a power of two from 2 to 1024 tokens in the fft form, got 48}}
  %y = mixer.convolve ins(%taps, %x : tensor<4x4xf32>, tensor<1x?x4x1xf32>) outs(%y0 : tensor<1x?x4x1xf32>) {weft.form = "fft", weft.chunk = 48}
  return %y : tensor<1x?x4x1xf32>
}

// -----

func.func @formOfLargeDenseTransition(%q: tensor<1x?x1x256xf32>, %y0: tensor<1x?x1x4xf32>, %s0: tensor<1x1x256x4xf32>, %a: tensor<1x256x256xf32>) -> tensor<1x?x1x4xf32> {
  // expected-error@+1 {{expects form recurrent, got chunked}}
  %y, %s = mixer.scan ins(%q, %q, %y0 : tensor<1x?x1x256xf32>, tensor<1x?x1x256xf32>, tensor<1x?x1x4xf32>)
      dense(%a : tensor<1x256x256xf32>)
      outs(%y0, %s0 : tensor<1x?x1x4xf32>, tensor<1x1x256x4xf32>) {weft.form = "chunked"}
  return %y : tensor<1x?x1x4xf32>
}

// -----

func.func @longChunkOfDenseTransition(%q: tensor<1x?x1x4xf32>, %y0: tensor<1x?x1x4xf32>, %s0: tensor<1x1x4x4xf32>, %a: tensor<1x4x4xf32>) -> tensor<1x?x1x4xf32> {
  // expected-error@+1 {{expects at most 256 tokens in a chunk of a dense transition, which has the scores of all of them, got 512}}
  %y, %s = mixer.scan ins(%q, %q, %q : tensor<1x?x1x4xf32>, tensor<1x?x1x4xf32>, tensor<1x?x1x4xf32>)
      dense(%a : tensor<1x4x4xf32>)
      outs(%y0, %s0 : tensor<1x?x1x4xf32>, tensor<1x1x4x4xf32>) {weft.form = "chunked", weft.chunk = 512 : i64}
  return %y : tensor<1x?x1x4xf32>
}
