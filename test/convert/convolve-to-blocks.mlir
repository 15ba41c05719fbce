// RUN: weft-opt %s -weft-convert-mixer-to-blocks -canonicalize -cse | FileCheck %s

// Channels last, all taps in one pass over dynamic rows; the window is replaced
// in a loop of its own, after it was read.
// CHECK-LABEL: func.func @shortKernel
// CHECK: scf.forall
// CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<?x64xf32>)
// CHECK-COUNT-4: arith.mulf
// CHECK: scf.forall {{.*}} in (2) shared_outs
func.func @shortKernel(%taps: tensor<64x4xf32>, %x: tensor<2x?x64x1xf32>, %y0: tensor<2x?x64x1xf32>, %w0: tensor<2x3x64x1xf32>) -> (tensor<2x?x64x1xf32>, tensor<2x3x64x1xf32>) {
  %y, %w = mixer.convolve ins(%taps, %x : tensor<64x4xf32>, tensor<2x?x64x1xf32>)
      outs(%y0 : tensor<2x?x64x1xf32>) window(%w0 : tensor<2x3x64x1xf32>) -> tensor<2x3x64x1xf32>
  return %y, %w : tensor<2x?x64x1xf32>, tensor<2x3x64x1xf32>
}

// More than eight taps: one pass for each that finds tokens.
// CHECK-LABEL: func.func @longKernel
// CHECK: scf.forall
// CHECK: scf.for
// CHECK: scf.for
// CHECK: arith.addf
func.func @longKernel(%taps: tensor<16x12xf32>, %x: tensor<1x?x16x1xf32>, %y0: tensor<1x?x16x1xf32>) -> tensor<1x?x16x1xf32> {
  %y = mixer.convolve ins(%taps, %x : tensor<16x12xf32>, tensor<1x?x16x1xf32>) outs(%y0 : tensor<1x?x16x1xf32>)
  return %y : tensor<1x?x16x1xf32>
}

// Toeplitz blocks of 32 x 32, each times 32 rows of x.
// CHECK-LABEL: func.func @blocked
// CHECK-NOT: arith.mulf
// CHECK: scf.forall
// CHECK: scf.for
// CHECK: linalg.contract {{.*}} ins(%{{.*}}, %{{.*}} : tensor<32x32xf32>, tensor<32x8xf32>)
// CHECK: return
func.func @blocked(%taps: tensor<16x?xf32>, %x: tensor<1x?x16x8xf32>, %y0: tensor<1x?x16x8xf32>) -> tensor<1x?x16x8xf32> {
  %y = mixer.convolve ins(%taps, %x : tensor<16x?xf32>, tensor<1x?x16x8xf32>) outs(%y0 : tensor<1x?x16x8xf32>) {weft.form = "blocked", weft.chunk = 32}
  return %y : tensor<1x?x16x8xf32>
}

// Three loops over pieces and blocks: transforms of the taps, of x, and back;
// no loop over taps. Two stages of radix 4 for transforms of 16 rows: one
// transform, then the first of four interleaved ones.
// CHECK-LABEL: func.func @fft
// CHECK-DAG: arith.constant dense<[1.{{0*}}e+00, 0.923879504, 0.707106769, 0.382683426, 0.{{0*}}e+00, -0.382683426, -0.707106769, -0.923879504, -1.{{0*}}e+00, -0.923879504, -0.707106769, -0.382683426]> : tensor<12xf32>
// CHECK: scf.forall
// CHECK: linalg.generic {{.*}} outs({{.*}} : tensor<4x1x16xf32>, tensor<4x1x16xf32>, tensor<4x1x16xf32>, tensor<4x1x16xf32>, tensor<4x1x16xf32>, tensor<4x1x16xf32>, tensor<4x1x16xf32>, tensor<4x1x16xf32>)
// CHECK: linalg.generic {{.*}} outs({{.*}} : tensor<1x1x16xf32>, {{.*}}, tensor<1x1x16xf32>)
// CHECK: scf.for %{{.*}} = %c1 to %c4
// CHECK: scf.for %{{.*}} = %c5 to %c8
// CHECK: scf.forall
// CHECK: scf.for %{{.*}} = %c1 to %c4
// CHECK: scf.forall
// CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<9x32xf32>, tensor<9x32xf32>)
// CHECK: linalg.generic {{.*}} outs({{.*}} : tensor<1x1x16xf32>, {{.*}}, tensor<1x1x16xf32>)
// CHECK: return
func.func @fft(%taps: tensor<64x20xf32>, %x: tensor<1x?x64x1xf32>, %y0: tensor<1x?x64x1xf32>) -> tensor<1x?x64x1xf32> {
  %y = mixer.convolve ins(%taps, %x : tensor<64x20xf32>, tensor<1x?x64x1xf32>) outs(%y0 : tensor<1x?x64x1xf32>) {weft.form = "fft", weft.chunk = 8}
  return %y : tensor<1x?x64x1xf32>
}

// A reader of one position computes it, all others read a tensor.
// CHECK-LABEL: func.func @positions
// CHECK-SAME: %[[T:.*]]: index, %[[START:.*]]: index, %[[I:.*]]: index)
// CHECK: %[[ALL:.*]] = linalg.generic
// CHECK: %[[P:.*]] = arith.addi %[[I]], %[[START]]
// CHECK: return %[[P]], %[[ALL]]
func.func @positions(%T: index, %start: index, %i: index) -> (index, tensor<?xindex>) {
  %p = mixer.positions %T from %start : tensor<?xindex>
  %one = tensor.extract %p[%i] : tensor<?xindex>
  return %one, %p : index, tensor<?xindex>
}

// As many tokens as the window has rows: nothing of the old one is left, and the
// empty slice of it still begins at a row.
// CHECK-LABEL: func.func @staticLength
// CHECK: linalg.generic
// CHECK: return
func.func @staticLength(%taps: tensor<16x4xf32>, %x: tensor<1x32x16x1xf32>, %y0: tensor<1x32x16x1xf32>, %w0: tensor<1x3x16x1xf32>) -> (tensor<1x32x16x1xf32>, tensor<1x3x16x1xf32>) {
  %y, %w = mixer.convolve ins(%taps, %x : tensor<16x4xf32>, tensor<1x32x16x1xf32>)
      outs(%y0 : tensor<1x32x16x1xf32>) window(%w0 : tensor<1x3x16x1xf32>) -> tensor<1x3x16x1xf32>
  return %y, %w : tensor<1x32x16x1xf32>, tensor<1x3x16x1xf32>
}

// No tokens: the destinations are the results.
// CHECK-LABEL: func.func @noTokens
// CHECK-SAME: %[[Y:[a-z0-9]*]]: tensor<1x0x16x1xf32>, %[[W:[a-z0-9]*]]: tensor<1x3x16x1xf32>)
// CHECK-NEXT: return %[[Y]], %[[W]]
func.func @noTokens(%taps: tensor<16x4xf32>, %x: tensor<1x0x16x1xf32>, %y0: tensor<1x0x16x1xf32>, %w0: tensor<1x3x16x1xf32>) -> (tensor<1x0x16x1xf32>, tensor<1x3x16x1xf32>) {
  %y, %w = mixer.convolve ins(%taps, %x : tensor<16x4xf32>, tensor<1x0x16x1xf32>)
      outs(%y0 : tensor<1x0x16x1xf32>) window(%w0 : tensor<1x3x16x1xf32>) -> tensor<1x3x16x1xf32>
  return %y, %w : tensor<1x0x16x1xf32>, tensor<1x3x16x1xf32>
}
