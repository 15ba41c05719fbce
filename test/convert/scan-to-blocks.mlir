// RUN: weft-opt %s -weft-convert-mixer-to-blocks -canonicalize -cse | FileCheck %s

// One task per batch entry and head, one pass over the state per token.
// CHECK-LABEL: func.func @recurrent
// CHECK: scf.forall (%{{.*}}, %[[H:.*]]) in (2, 4) shared_outs
// CHECK: scf.for
// CHECK: %[[HK:.*]] = arith.divui %[[H]], %{{.*}}
// CHECK: tensor.extract_slice %{{.*}}[%{{.*}}, %{{.*}}, %[[HK]], 0] [1, 1, 1, 16]
// CHECK: math.exp
// CHECK: linalg.generic {{.*}}iterator_types = ["parallel", "reduction"]{{.*}}outs(%{{.*}}, %{{.*}} : tensor<16x8xf32>, tensor<8xf32>)
// CHECK-NOT: linalg.contract
// CHECK: scf.forall.in_parallel
func.func @recurrent(%q: tensor<2x?x1x16xf32>, %v: tensor<2x?x4x8xf32>, %g: tensor<2x?x4xf32>, %y0: tensor<2x?x4x8xf32>, %s0: tensor<2x4x16x8xf32>) -> (tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>) {
  %y, %s = mixer.scan ins(%q, %q, %v : tensor<2x?x1x16xf32>, tensor<2x?x1x16xf32>, tensor<2x?x4x8xf32>)
      decay(%g : tensor<2x?x4xf32>)
      outs(%y0, %s0 : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>) {weft.form = "recurrent"}
  return %y, %s : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>
}

// One token has no chunks, whatever is asked.
// CHECK-LABEL: func.func @oneToken
// CHECK-NOT: linalg.contract
// CHECK: return
func.func @oneToken(%q: tensor<1x1x1x4xf32>, %y0: tensor<1x1x1x4xf32>, %s0: tensor<1x1x4x4xf32>) -> tensor<1x1x1x4xf32> {
  %y, %s = mixer.scan ins(%q, %q, %q : tensor<1x1x1x4xf32>, tensor<1x1x1x4xf32>, tensor<1x1x1x4xf32>)
      outs(%y0, %s0 : tensor<1x1x1x4xf32>, tensor<1x1x4x4xf32>) {weft.form = "chunked"}
  return %y : tensor<1x1x1x4xf32>
}

// Rows of a ragged chunk are padded in private tiles; sums of decays are f64.
// CHECK-LABEL: func.func @chunked
// CHECK: scf.forall
// CHECK: scf.for %{{.*}} step %c64
// CHECK: scf.if
// CHECK: bufferization.materialize_in_destination
// CHECK: linalg.fill
// CHECK: arith.addf {{.*}} : f64
// CHECK: arith.truncf {{.*}} : f64 to f32
// CHECK: scf.for %{{.*}} step %c32
// Q S, then Q Kᵀ, then the weights times V; exponents of absent entries are 0.
// CHECK: linalg.contract
// CHECK: linalg.contract
// CHECK: %[[KEEP:.*]] = arith.cmpi sge
// CHECK: %[[LOG:.*]] = arith.select %[[KEEP]]
// CHECK: math.exp2 %[[LOG]]
// CHECK: linalg.contract
// The state last.
// CHECK: linalg.contract {{.*}} outs(%{{.*}} : tensor<16x8xf32>)
func.func @chunked(%q: tensor<2x?x1x16xf32>, %v: tensor<2x?x4x8xf32>, %g: tensor<2x?x4xf32>, %y0: tensor<2x?x4x8xf32>, %s0: tensor<2x4x16x8xf32>) -> (tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>) {
  %y, %s = mixer.scan ins(%q, %q, %v : tensor<2x?x1x16xf32>, tensor<2x?x1x16xf32>, tensor<2x?x4x8xf32>)
      decay(%g : tensor<2x?x4xf32>)
      outs(%y0, %s0 : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>)
  return %y, %s : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>
}

// No decay, no exponentials.
// CHECK-LABEL: func.func @withoutDecay
// CHECK-NOT: math.exp
// CHECK: return
func.func @withoutDecay(%q: tensor<1x?x1x4xf32>, %y0: tensor<1x?x1x4xf32>, %s0: tensor<1x1x4x4xf32>) -> tensor<1x?x1x4xf32> {
  %y, %s = mixer.scan ins(%q, %q, %q : tensor<1x?x1x4xf32>, tensor<1x?x1x4xf32>, tensor<1x?x1x4xf32>)
      outs(%y0, %s0 : tensor<1x?x1x4xf32>, tensor<1x1x4x4xf32>) {weft.chunk = 16 : i64}
  return %y : tensor<1x?x1x4xf32>
}

// A dense transition multiplies the state of each token.
// CHECK-LABEL: func.func @denseRecurrent
// CHECK: scf.for
// CHECK: linalg.contract {{.*}} ins(%{{.*}}, %{{.*}} : tensor<16x16xf32>, tensor<16x8xf32>) outs(%{{.*}} : tensor<16x8xf32>)
// CHECK: scf.forall.in_parallel
func.func @denseRecurrent(%q: tensor<2x?x1x16xf32>, %v: tensor<2x?x4x8xf32>, %a: tensor<1x16x16xf32>, %y0: tensor<2x?x4x8xf32>, %s0: tensor<2x4x16x8xf32>) -> (tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>) {
  %y, %s = mixer.scan ins(%q, %q, %v : tensor<2x?x1x16xf32>, tensor<2x?x1x16xf32>, tensor<2x?x4x8xf32>)
      dense(%a : tensor<1x16x16xf32>)
      outs(%y0, %s0 : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>) {weft.form = "recurrent"}
  return %y, %s : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>
}

// Squares come before the chunks; in a chunk no exponential and no product of two
// transitions, but rows that are moved and scores of halves.
// CHECK-LABEL: func.func @denseChunked
// CHECK: linalg.contract {{.*}} ins(%{{.*}}, %{{.*}} : tensor<16x16xf32>, tensor<16x16xf32>)
// CHECK: scf.for %{{.*}} step %c32
// CHECK-NOT: ins(%{{.*}}, %{{.*}} : tensor<16x16xf32>, tensor<16x16xf32>) outs(%{{.*}} : tensor<16x16xf32>)
// CHECK-NOT: math.exp
// CHECK: linalg.contract {{.*}} ins(%{{.*}}, %{{.*}} : tensor<8x16xf32>, tensor<8x16xf32>) outs(%{{.*}} : tensor<8x8xf32>)
// CHECK: linalg.contract {{.*}} outs(%{{.*}} : tensor<32x8xf32>)
// CHECK: scf.forall.in_parallel
func.func @denseChunked(%q: tensor<2x?x1x16xf32>, %v: tensor<2x?x4x8xf32>, %a: tensor<1x16x16xf32>, %y0: tensor<2x?x4x8xf32>, %s0: tensor<2x4x16x8xf32>) -> (tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>) {
  %y, %s = mixer.scan ins(%q, %q, %v : tensor<2x?x1x16xf32>, tensor<2x?x1x16xf32>, tensor<2x?x4x8xf32>)
      dense(%a : tensor<1x16x16xf32>)
      outs(%y0, %s0 : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>) {weft.form = "chunked", weft.chunk = 32 : i64}
  return %y, %s : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>
}

// The elements of a tree have no matrix of their own.
// CHECK-LABEL: func.func @denseTree
// CHECK-NOT: tensor<8x16x16xf32>
// CHECK: scf.for %{{.*}} step %c8
// CHECK: linalg.contract {{.*}} ins(%{{.*}}, %{{.*}} : tensor<16x16xf32>, tensor<16x8xf32>)
// CHECK: scf.forall.in_parallel
func.func @denseTree(%q: tensor<2x?x1x16xf32>, %v: tensor<2x?x4x8xf32>, %a: tensor<1x16x16xf32>, %y0: tensor<2x?x4x8xf32>, %s0: tensor<2x4x16x8xf32>) -> (tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>) {
  %y, %s = mixer.scan ins(%q, %q, %v : tensor<2x?x1x16xf32>, tensor<2x?x1x16xf32>, tensor<2x?x4x8xf32>)
      dense(%a : tensor<1x16x16xf32>)
      outs(%y0, %s0 : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>) {weft.form = "scan", weft.chunk = 8 : i64}
  return %y, %s : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>
}
