// RUN: not weft-opt %s --weft-simplify-mixers=form=dense 2>&1 | FileCheck %s --check-prefix=DENSE
// RUN: not weft-opt %s --weft-simplify-mixers=form=sparse 2>&1 | FileCheck %s --check-prefix=SPARSE
// RUN: not weft-opt %s --weft-simplify-mixers --weft-choose-form=chunk=-1 2>&1 | FileCheck %s --check-prefix=CHUNK
// RUN: not weft-opt %s --weft-simplify-mixers --weft-choose-form=form=direct 2>&1 | FileCheck %s --check-prefix=FORM
// RUN: not weft-opt %s --weft-widen-floats 2>&1 | FileCheck %s --check-prefix=WIDEN

// What an option asks for and the model cannot give.

// DENSE: error: {{.*}}the dense form has no state
// SPARSE: error: expects form 'auto' or 'dense', got 'sparse'
// CHUNK: error: expects a positive chunk, got -1
// FORM: error: form 'direct' is not one of
// WIDEN: error: cannot widen the bits of a float
func.func @Scan(%q: tensor<1x?x4x8xf32>, %s: tensor<1x4x8x8xf32>) -> tensor<1x?x4x8xf32> {
  %M = mixer.semiseparable %q, %q : tensor<1x?x4x8xf32>, tensor<1x?x4x8xf32>
  %y, %t = mixer.apply %M, %q init(%s : tensor<1x4x8x8xf32>) : tensor<1x?x4x8xf32> -> tensor<1x?x4x8xf32>, tensor<1x4x8x8xf32>
  return %y : tensor<1x?x4x8xf32>
}

func.func @Bits(%x: f32) -> i32 {
  %y = arith.bitcast %x : f32 to i32
  return %y : i32
}
