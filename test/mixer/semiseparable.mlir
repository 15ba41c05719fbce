// RUN: weft-opt %s -split-input-file -verify-diagnostics --verify-roundtrip | FileCheck %s
// RUN: %python %S/entries.py semiseparable %llvm_lib

// CHECK-LABEL: func @SharedHeads
func.func @SharedHeads(%c: tensor<2x?x1x16xf32>, %g: tensor<2x?x4xf32>) {
  // CHECK: mixer.semiseparable %{{.*}}, %{{.*}} decay(%{{.*}} : tensor<2x?x4xf32>) : tensor<2x?x1x16xf32>, tensor<2x?x1x16xf32>
  %M = mixer.semiseparable %c, %c decay(%g : tensor<2x?x4xf32>) : tensor<2x?x1x16xf32>, tensor<2x?x1x16xf32>
  // CHECK: mixer.semiseparable %{{.*}}, %{{.*}} {scale = 5.000000e-01 : f32} :
  %N = mixer.semiseparable %c, %c {scale = 0.5 : f32} : tensor<2x?x1x16xf32>, tensor<2x?x1x16xf32>
  return
}

// -----

func.func @HeadsDoNotDivide(%c: tensor<2x?x3x16xf32>, %g: tensor<2x?x4xf32>) {
  // expected-error @+1 {{expects the number of heads of q to divide 4, got 3}}
  %M = mixer.semiseparable %c, %c decay(%g : tensor<2x?x4xf32>) : tensor<2x?x3x16xf32>, tensor<2x?x3x16xf32>
  return
}

// -----

func.func @Times(%q: tensor<2x8x4x16xf32>, %k: tensor<2x9x4x16xf32>) {
  // expected-error @+1 {{expects operands of the same number of rows, got 8 and 9}}
  %M = mixer.semiseparable %q, %k : tensor<2x8x4x16xf32>, tensor<2x9x4x16xf32>
  return
}

// -----

func.func @KeySizes(%q: tensor<2x8x4x16xf32>, %k: tensor<2x8x4x8xf32>) {
  // expected-error @+1 {{expects operands of the same key size, got 16 and 8}}
  %M = mixer.semiseparable %q, %k : tensor<2x8x4x16xf32>, tensor<2x8x4x8xf32>
  return
}

// -----

func.func @DecayElementType(%q: tensor<2x8x4x16xf16>, %g: tensor<2x8x4xf32>) {
  // expected-error @+1 {{expects operands of one element type, got 'f16' and 'f32'}}
  %M = mixer.semiseparable %q, %q decay(%g : tensor<2x8x4xf32>) : tensor<2x8x4x16xf16>, tensor<2x8x4x16xf16>
  return
}

// -----

func.func @NotANumber(%q: tensor<2x8x4x16xf32>) {
  // expected-error @+1 {{expects a finite scale, got NaN}}
  %M = mixer.semiseparable %q, %q {scale = 0x7FC00000 : f32} : tensor<2x8x4x16xf32>, tensor<2x8x4x16xf32>
  return
}

// -----

// CHECK-LABEL: func @EveryOperand
func.func @EveryOperand(%q: tensor<2x?x2x16xf32>, %g: tensor<2x?x4x8xf32>, %r: tensor<1x8xf32>, %i: tensor<2x?x4xf32>, %u: tensor<4x16xf32>) {
  // CHECK: mixer.semiseparable %{{.*}}, %{{.*}} decay(%{{.*}} : tensor<2x?x4x8xf32>) rotate(%{{.*}} : tensor<1x8xf32>)
  // CHECK-SAME: erase(%{{.*}}, %{{.*}} : tensor<2x?x2x16xf32>, tensor<2x?x2x16xf32>) gain(%{{.*}} : tensor<2x?x4xf32>)
  // CHECK-SAME: bonus(%{{.*}} : tensor<4x16xf32>) read pre erase_reads decayed :
  %M = mixer.semiseparable %q, %q decay(%g : tensor<2x?x4x8xf32>) rotate(%r : tensor<1x8xf32>)
      erase(%q, %q : tensor<2x?x2x16xf32>, tensor<2x?x2x16xf32>) gain(%i : tensor<2x?x4xf32>) bonus(%u : tensor<4x16xf32>)
      read pre erase_reads decayed : tensor<2x?x2x16xf32>, tensor<2x?x2x16xf32>
  return
}

// -----

func.func @BonusOfPost(%q: tensor<2x?x4x16xf32>, %u: tensor<4x16xf32>) {
  // expected-error @+1 {{expects read pre with a bonus, got read post}}
  %M = mixer.semiseparable %q, %q bonus(%u : tensor<4x16xf32>) : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  return
}

// -----

func.func @Channels(%q: tensor<2x?x4x16xf32>, %u: tensor<4x8xf32>) {
  // expected-error @+1 {{expects 8 channels of rotate, got 16}}
  %M = mixer.semiseparable %q, %q rotate(%q : tensor<2x?x4x16xf32>) : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  return
}

// -----

// CHECK-LABEL: func @Dense
func.func @Dense(%q: tensor<2x?x4x16xf32>, %u: tensor<1x16xf32>, %a: tensor<2x16x16xf32>) {
  // CHECK: bonus(%{{.*}} : tensor<1x16xf32>) dense(%{{.*}} : tensor<2x16x16xf32>) read pre :
  %M = mixer.semiseparable %q, %q bonus(%u : tensor<1x16xf32>) dense(%a : tensor<2x16x16xf32>) read pre
      : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  return
}

// -----

func.func @DenseNotSquare(%q: tensor<2x?x4x16xf32>, %a: tensor<4x16x8xf32>) {
  // expected-error @+1 {{expects dense of type 'tensor<4x16x16xf32>', got 'tensor<4x16x8xf32>'}}
  %M = mixer.semiseparable %q, %q dense(%a : tensor<4x16x8xf32>) : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  return
}

// -----

func.func @DenseOfUnknownOrder(%q: tensor<2x?x4x16xf32>, %a: tensor<4x?x16xf32>) {
  // expected-error @+1 {{expects a known size of axis 1 of dense, got 'tensor<4x?x16xf32>'}}
  %M = mixer.semiseparable %q, %q dense(%a : tensor<4x?x16xf32>) : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  return
}

// -----

func.func @DenseHeads(%q: tensor<2x?x4x16xf32>, %a: tensor<3x16x16xf32>) {
  // expected-error @+1 {{expects the number of heads of dense to divide 4, got 3}}
  %M = mixer.semiseparable %q, %q dense(%a : tensor<3x16x16xf32>) : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  return
}

// -----

func.func @DenseBesideDecay(%q: tensor<2x?x4x16xf32>, %g: tensor<4xf32>, %a: tensor<4x16x16xf32>) {
  // expected-error @+1 {{expects a dense transition with no other than a bonus, got it beside decay}}
  %M = mixer.semiseparable %q, %q decay(%g : tensor<4xf32>) dense(%a : tensor<4x16x16xf32>)
      : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  return
}
