// RUN: weft-opt %s --weft-choose-form 2>&1 | FileCheck %s
// RUN: weft-opt %s --weft-choose-form='form=recurrent' 2>/dev/null | FileCheck %s --check-prefix=RECURRENT
// RUN: weft-opt %s --weft-choose-form='chunk=48' 2>/dev/null | FileCheck %s --check-prefix=CHUNK
// RUN: weft-opt %s --weft-choose-form='form=scan chunk=2000' 2>&1 | FileCheck %s --check-prefix=TREE

// TREE-DAG: remark: ChannelStates: scan: scan, chunk 1337: because asked for by flag, chunk asked for by flag and cut to what has room for a state of each token
// RUN: weft-opt %s --weft-choose-form='form=fft chunk=48' 2>/dev/null | FileCheck %s --check-prefix=FFT
// RUN: weft-opt %s --weft-choose-form='form=blocked chunk=48' 2>/dev/null | FileCheck %s --check-prefix=BLOCKED

// The reason is a remark, printed before the module.
// CHECK-DAG: remark: LargeState: scan: chunked, chunk 32: because
// CHECK-DAG: remark: SmallState: scan: recurrent: because
// CHECK-DAG: remark: OneToken: scan: recurrent: because there is one token

// CHECK-DAG: remark: FewTaps: convolve: direct: because direct 4, blocked 108, fft 192, in multiply-adds a token and channel (4 taps)
// CHECK-DAG: remark: ManyTaps: convolve: fft, chunk 1024: because direct 6144, blocked 6240, fft 360, in multiply-adds a token and channel (2048 taps)
// CHECK-DAG: remark: OneTokenOfManyTaps: convolve: direct: because there is one token

// CHECK-LABEL: func @LargeState
// CHECK: mixer.scan {{.*}}weft.chunk = 32 : i64, weft.form = "chunked"
// RECURRENT-LABEL: func @LargeState
// RECURRENT-NOT: weft.chunk
// RECURRENT: weft.form = "recurrent"
// CHUNK-LABEL: func @LargeState
// CHUNK: weft.chunk = 48 : i64, weft.form = "chunked"
func.func @LargeState(%q: tensor<1x?x4x128xf32>, %y: tensor<1x?x4x128xf32>, %s: tensor<1x4x128x128xf32>) -> tensor<1x?x4x128xf32> {
  %r, %t = mixer.scan ins(%q, %q, %q : tensor<1x?x4x128xf32>, tensor<1x?x4x128xf32>, tensor<1x?x4x128xf32>)
      outs(%y, %s : tensor<1x?x4x128xf32>, tensor<1x4x128x128xf32>)
  return %r : tensor<1x?x4x128xf32>
}

// A state of one number costs less than the scores of a chunk.
// CHECK-LABEL: func @SmallState
// CHECK: mixer.scan {{.*}}weft.form = "recurrent"
// CHUNK-LABEL: func @SmallState
// CHUNK-NOT: weft.chunk
// CHUNK: weft.form = "recurrent"
func.func @SmallState(%q: tensor<1x?x4x1xf32>, %y: tensor<1x?x4x1xf32>, %s: tensor<1x4x1x1xf32>) -> tensor<1x?x4x1xf32> {
  %r, %t = mixer.scan ins(%q, %q, %q : tensor<1x?x4x1xf32>, tensor<1x?x4x1xf32>, tensor<1x?x4x1xf32>)
      outs(%y, %s : tensor<1x?x4x1xf32>, tensor<1x4x1x1xf32>)
  return %r : tensor<1x?x4x1xf32>
}

// CHECK-LABEL: func @OneToken
// CHECK: mixer.scan {{.*}}weft.form = "recurrent"
func.func @OneToken(%q: tensor<1x1x4x64xf32>, %y: tensor<1x1x4x64xf32>, %s: tensor<1x4x64x64xf32>) -> tensor<1x1x4x64xf32> {
  %r, %t = mixer.scan ins(%q, %q, %q : tensor<1x1x4x64xf32>, tensor<1x1x4x64xf32>, tensor<1x1x4x64xf32>)
      outs(%y, %s : tensor<1x1x4x64xf32>, tensor<1x4x64x64xf32>)
  return %r : tensor<1x1x4x64xf32>
}

// Channels with a state of sixteen numbers fill vectors with heads.
// CHECK-LABEL: func @ChannelStates
// CHECK: mixer.scan {{.*}}weft.form = "lanes"
func.func @ChannelStates(%q: tensor<1x?x1x16xf32>, %g: tensor<1x?x64x16xf32>, %y: tensor<1x?x64x1xf32>, %s: tensor<1x64x16x1xf32>) -> tensor<1x?x64x1xf32> {
  %r, %t = mixer.scan ins(%q, %q, %y : tensor<1x?x1x16xf32>, tensor<1x?x1x16xf32>, tensor<1x?x64x1xf32>)
      decay(%g : tensor<1x?x64x16xf32>)
      outs(%y, %s : tensor<1x?x64x1xf32>, tensor<1x64x16x1xf32>)
  return %r : tensor<1x?x64x1xf32>
}

// Chunks take many more exponentials of channel decays than there are.
// CHECK-LABEL: func @ChannelDecay
// CHECK: mixer.scan {{.*}}weft.form = "recurrent"
func.func @ChannelDecay(%q: tensor<1x?x4x128xf32>, %g: tensor<1x?x4x128xf32> {mixer.range = array<f64: 0xFFF0000000000000, 0.0>}, %y: tensor<1x?x4x128xf32>, %s: tensor<1x4x128x128xf32>) -> tensor<1x?x4x128xf32> {
  %r, %t = mixer.scan ins(%q, %q, %q : tensor<1x?x4x128xf32>, tensor<1x?x4x128xf32>, tensor<1x?x4x128xf32>)
      decay(%g : tensor<1x?x4x128xf32>)
      outs(%y, %s : tensor<1x?x4x128xf32>, tensor<1x4x128x128xf32>)
  return %r : tensor<1x?x4x128xf32>
}

// CHECK-LABEL: func @Erase
// CHECK: mixer.scan {{.*}}weft.form = "chunked"
func.func @Erase(%q: tensor<1x?x4x128xf32>, %y: tensor<1x?x4x128xf32>, %s: tensor<1x4x128x128xf32>) -> tensor<1x?x4x128xf32> {
  %r, %t = mixer.scan ins(%q, %q, %q : tensor<1x?x4x128xf32>, tensor<1x?x4x128xf32>, tensor<1x?x4x128xf32>)
      erase(%q, %q : tensor<1x?x4x128xf32>, tensor<1x?x4x128xf32>)
      outs(%y, %s : tensor<1x?x4x128xf32>, tensor<1x4x128x128xf32>)
  return %r : tensor<1x?x4x128xf32>
}

// The flag's chunk is rounded up to what a transform takes.
// CHECK-LABEL: func @FewTaps
// CHECK: mixer.convolve {{.*}}weft.form = "direct"
// FFT-LABEL: func @FewTaps
// FFT: mixer.convolve {{.*}}weft.chunk = 64 : i64, weft.form = "fft"
// BLOCKED-LABEL: func @FewTaps
// BLOCKED: mixer.convolve {{.*}}weft.chunk = 48 : i64, weft.form = "blocked"
func.func @FewTaps(%taps: tensor<64x4xf32>, %x: tensor<2x?x64x1xf32>) -> tensor<2x?x64x1xf32> {
  %y = mixer.convolve ins(%taps, %x : tensor<64x4xf32>, tensor<2x?x64x1xf32>) outs(%x : tensor<2x?x64x1xf32>)
  return %y : tensor<2x?x64x1xf32>
}

func.func @ManyTaps(%taps: tensor<64x2048xf32>, %x: tensor<2x?x64x1xf32>) -> tensor<2x?x64x1xf32> {
  %y = mixer.convolve ins(%taps, %x : tensor<64x2048xf32>, tensor<2x?x64x1xf32>) outs(%x : tensor<2x?x64x1xf32>)
  return %y : tensor<2x?x64x1xf32>
}

func.func @OneTokenOfManyTaps(%taps: tensor<64x2048xf32>, %x: tensor<2x1x64x1xf32>) -> tensor<2x1x64x1xf32> {
  %y = mixer.convolve ins(%taps, %x : tensor<64x2048xf32>, tensor<2x1x64x1xf32>) outs(%x : tensor<2x1x64x1xf32>)
  return %y : tensor<2x1x64x1xf32>
}
