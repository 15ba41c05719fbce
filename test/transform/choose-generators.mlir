// RUN: weft-opt %s --weft-choose-generators --weft-simplify-mixers | FileCheck %s
// RUN: weft-opt %s --weft-choose-generators='stateless' --weft-simplify-mixers | FileCheck %s --check-prefix=STATELESS
// RUN: weft-opt %s --weft-choose-generators='form=fft' --weft-simplify-mixers | FileCheck %s --check-prefix=FFT
// RUN: weft-opt %s --weft-choose-generators='form=recurrent stateless' --weft-simplify-mixers | FileCheck %s --check-prefix=RECURRENT
// RUN: weft-opt %s --weft-choose-generators='form=blocked' --weft-derive-decode='max-seq=64' | FileCheck %s --check-prefix=INPUTS

// A scan where there is state; the cheaper of both where there is none: many
// modes are dearer than a transform.
// CHECK-LABEL: func.func @ManyModes
// CHECK: mixer.scan {{.*}} decay(%{{.*}} : tensor<4x32xf32>) rotate(%{{.*}} : tensor<4x32xf32>) {{.*}}weft.system
// STATELESS-LABEL: func.func @ManyModes
// STATELESS: mixer.convolve ins(%{{.*}}, %{{.*}} : tensor<4x?xf32>, tensor<2x?x4x1xf32>) {{.*}}weft.system
// FFT-LABEL: func.func @ManyModes
// FFT: mixer.convolve
// RECURRENT-LABEL: func.func @ManyModes
// RECURRENT: mixer.scan

// What a convolution carries is the list of all inputs.
// INPUTS-LABEL: func.func @ManyModes
// INPUTS-SAME: tensor<2x64x4x1xf32> {mixer.cache_axis = 1 : i64, mixer.state = "inputs"}
func.func @ManyModes(%x: tensor<2x?x4x1xf32> {mixer.name = "x", mixer.time = 1 : i64}, %c: tensor<4x32xf32>) -> tensor<2x?x4x1xf32> {
  %M = mixer.vandermonde %c, %c, %c, %c : tensor<4x32xf32>
  %y = mixer.apply %M, %x : tensor<2x?x4x1xf32> -> tensor<2x?x4x1xf32>
  return %y : tensor<2x?x4x1xf32>
}

// A dense system too: its products with the state, or with rows of tokens for many
// columns, against a tap of as many for each token. A large one is a convolution
// as soon as many columns share its taps.
// CHECK-LABEL: func.func private @Dense(
// CHECK: mixer.scan {{.*}} dense(%{{.*}} : tensor<4x128x128xf32>) {{.*}}weft.system
// STATELESS-LABEL: func.func private @Dense(
// STATELESS: mixer.convolve {{.*}}weft.system
// FFT-LABEL: func.func private @Dense(
// FFT: mixer.convolve
// RECURRENT-LABEL: func.func private @Dense(
// RECURRENT: mixer.scan
func.func private @Dense(%x: tensor<2x?x4x64xf32>, %c: tensor<4x128xf32>, %a: tensor<4x128x128xf32>) -> tensor<2x?x4x64xf32> {
  %M = mixer.powers %c, %a, %c : tensor<4x128xf32>, tensor<4x128x128xf32>, tensor<4x128xf32>
  %y = mixer.apply %M, %x : tensor<2x?x4x64xf32> -> tensor<2x?x4x64xf32>
  return %y : tensor<2x?x4x64xf32>
}

// STATELESS-LABEL: func.func private @SmallDense
// STATELESS: mixer.scan
func.func private @SmallDense(%x: tensor<2x?x4x64xf32>, %c: tensor<4x16xf32>, %a: tensor<4x16x16xf32>) -> tensor<2x?x4x64xf32> {
  %M = mixer.powers %c, %a, %c : tensor<4x16xf32>, tensor<4x16x16xf32>, tensor<4x16xf32>
  %y = mixer.apply %M, %x : tensor<2x?x4x64xf32> -> tensor<2x?x4x64xf32>
  return %y : tensor<2x?x4x64xf32>
}

// STATELESS-LABEL: func.func private @FewModes
// STATELESS: mixer.scan
// FFT-LABEL: func.func private @FewModes
// FFT: mixer.convolve
func.func private @FewModes(%x: tensor<2x?x4x1xf32>, %c: tensor<4x2xf32>) -> tensor<2x?x4x1xf32> {
  %M = mixer.vandermonde %c, %c, %c, %c : tensor<4x2xf32>
  %y = mixer.apply %M, %x : tensor<2x?x4x1xf32> -> tensor<2x?x4x1xf32>
  return %y : tensor<2x?x4x1xf32>
}

// The op's own choice stands against cost, not against a flag.
// CHECK-LABEL: func.func private @Told
// CHECK: mixer.convolve
// RECURRENT-LABEL: func.func private @Told
// RECURRENT: mixer.scan
func.func private @Told(%x: tensor<2x?x4x1xf32>, %c: tensor<4x2xf32>) -> tensor<2x?x4x1xf32> {
  %M = mixer.vandermonde %c, %c, %c, %c {run_as = "convolution"} : tensor<4x2xf32>
  %y = mixer.apply %M, %x : tensor<2x?x4x1xf32> -> tensor<2x?x4x1xf32>
  return %y : tensor<2x?x4x1xf32>
}
