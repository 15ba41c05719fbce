// RUN: weft-opt %s --weft-pass-context | FileCheck %s

// CHECK-NOT: ml_program.global
ml_program.global private @a(#ml_program.extern : tensor<2xf32>) : tensor<2xf32>
ml_program.global private @b(#ml_program.extern : tensor<3x4xf32>) : tensor<3x4xf32>

// CHECK-LABEL: func.func private @inner(%{{.*}}: !llvm.ptr, %{{.*}}: f32)
func.func private @inner(%x: f32) { return }

// The second entry of the context's table of weights.
// CHECK-LABEL: func.func @Weight
// CHECK-SAME: %[[C:.*]]: !llvm.ptr, %[[X:.*]]: f32
// CHECK: %[[T:.*]] = llvm.load %[[C]]
// CHECK: %[[P:.*]] = llvm.getelementptr %[[T]][1]
// CHECK: llvm.load %[[P]]
// CHECK: bufferization.to_tensor %{{.*}} restrict : memref<3x4xf32> to tensor<3x4xf32>
// CHECK: call @inner(%[[C]], %[[X]])
func.func @Weight(%x: f32) -> tensor<3x4xf32> {
  %w = ml_program.global_load_const @b : tensor<3x4xf32>
  call @inner(%x) : (f32) -> ()
  return %w : tensor<3x4xf32>
}
