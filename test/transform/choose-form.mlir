// RUN: weft-opt %s --weft-choose-form 2>&1 | FileCheck %s
// RUN: weft-opt %s --weft-choose-form='form=recurrent' 2>/dev/null | FileCheck %s --check-prefix=RECURRENT
// RUN: weft-opt %s --weft-choose-form='chunk=48' 2>/dev/null | FileCheck %s --check-prefix=CHUNK

// The reason is a remark, printed before the module.
// CHECK-DAG: remark: LargeState: scan: chunked, chunk 32: because
// CHECK-DAG: remark: SmallState: scan: recurrent: because
// CHECK-DAG: remark: OneToken: scan: recurrent: because there is one token

// CHECK-LABEL: func @LargeState
// CHECK: mixer.scan {{.*}}weft.chunk = 32 : i64, weft.form = "chunked"
// RECURRENT-LABEL: func @LargeState
// RECURRENT-NOT: weft.chunk
// RECURRENT: weft.form = "recurrent"
// CHUNK-LABEL: func @LargeState
// CHUNK: weft.chunk = 48 : i64, weft.form = "chunked"
func.func @LargeState(%q: tensor<1x?x4x64xf32>, %y: tensor<1x?x4x64xf32>, %s: tensor<1x4x64x64xf32>) -> tensor<1x?x4x64xf32> {
  %r, %t = mixer.scan ins(%q, %q, %q : tensor<1x?x4x64xf32>, tensor<1x?x4x64xf32>, tensor<1x?x4x64xf32>)
      outs(%y, %s : tensor<1x?x4x64xf32>, tensor<1x4x64x64xf32>)
  return %r : tensor<1x?x4x64xf32>
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
