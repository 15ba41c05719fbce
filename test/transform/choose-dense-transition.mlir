// RUN: weft-opt %s --weft-choose-form 2>&1 | FileCheck %s
// RUN: weft-opt %s --weft-choose-form='form=chunked chunk=2000' 2>&1 | FileCheck %s --check-prefix=LONG

// A product with each column of the state, or with the rows of a token in a chunk.
// CHECK: remark: ManyColumns: scan: chunked, chunk {{[0-9]+}}: because {{[0-9]+}} against
// LONG: remark: ManyColumns: scan: chunked, chunk 128: because {{.*}}, chunk asked for by flag and cut to what has room for the scores of all tokens
func.func @ManyColumns(%q: tensor<1x?x4x16xf32>, %y: tensor<1x?x4x64xf32>, %s: tensor<1x4x16x64xf32>, %a: tensor<4x16x16xf32>) -> tensor<1x?x4x64xf32> {
  %r, %t = mixer.scan ins(%q, %q, %y : tensor<1x?x4x16xf32>, tensor<1x?x4x16xf32>, tensor<1x?x4x64xf32>)
      dense(%a : tensor<4x16x16xf32>)
      outs(%y, %s : tensor<1x?x4x64xf32>, tensor<1x4x16x64xf32>)
  return %r : tensor<1x?x4x64xf32>
}

// CHECK: remark: OneColumn: scan: recurrent: because
func.func @OneColumn(%q: tensor<1x?x4x4xf32>, %y: tensor<1x?x4x1xf32>, %s: tensor<1x4x4x1xf32>, %a: tensor<4x4x4xf32>) -> tensor<1x?x4x1xf32> {
  %r, %t = mixer.scan ins(%q, %q, %y : tensor<1x?x4x4xf32>, tensor<1x?x4x4xf32>, tensor<1x?x4x1xf32>)
      dense(%a : tensor<4x4x4xf32>)
      outs(%y, %s : tensor<1x?x4x1xf32>, tensor<1x4x4x1xf32>)
  return %r : tensor<1x?x4x1xf32>
}

// Powers of a large transition have no room in a task.
// CHECK: remark: Large: scan: recurrent: because {{[0-9]+}} multiply-adds
// LONG: remark: Large: scan: recurrent: because {{[0-9]+}} multiply-adds
func.func @Large(%q: tensor<1x?x4x256xf32>, %y: tensor<1x?x4x64xf32>, %s: tensor<1x4x256x64xf32>, %a: tensor<4x256x256xf32>) -> tensor<1x?x4x64xf32> {
  %r, %t = mixer.scan ins(%q, %q, %y : tensor<1x?x4x256xf32>, tensor<1x?x4x256xf32>, tensor<1x?x4x64xf32>)
      dense(%a : tensor<4x256x256xf32>)
      outs(%y, %s : tensor<1x?x4x64xf32>, tensor<1x4x256x64xf32>)
  return %r : tensor<1x?x4x64xf32>
}
