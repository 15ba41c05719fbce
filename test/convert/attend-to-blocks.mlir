// RUN: weft-opt %s -weft-convert-mixer-to-blocks -canonicalize -cse | FileCheck %s

// Groups of heads are a dimension of their own; a causal mask ends the loop over
// chunks and is evaluated in partial blocks only.
// CHECK-LABEL: func.func @causal
// CHECK: scf.forall (%{{.*}}, %{{.*}}, %{{.*}}) in (2, 2, %{{.*}})
// CHECK: tensor.parallel_insert_slice
// CHECK: scf.forall (%{{.*}}, %[[HK:.*]], %[[G:.*]], %{{.*}}) in (2, 2, 4, %{{.*}})
// CHECK: %[[H0:.*]] = arith.muli %[[HK]], %c4
// CHECK: arith.addi %[[H0]], %[[G]]
// CHECK: %[[ROWS:.*]] = arith.addi %{{.*}}, %{{.*}} : index
// CHECK: %[[END:.*]] = arith.minsi %dim, %[[ROWS]] : index
// CHECK-NEXT: scf.for %{{.*}} = %c0 to %[[END]] step %c64
// CHECK-NOT: scf.if {{.*}} -> (tensor<32xf32>
// CHECK: linalg.contract
// CHECK: %[[FULL:.*]] = arith.cmpi sle
// CHECK: scf.if %[[FULL]] -> (tensor<32x?xf32>)
// CHECK: math.exp2
// CHECK: linalg.contract
func.func @causal(%q: tensor<2x?x8x64xf32>, %k: tensor<2x?x2x64xf32>, %v: tensor<2x?x2x64xf32>, %y0: tensor<2x?x8x64xf32>) -> tensor<2x?x8x64xf32> {
  %y = mixer.attend ins(%q, %k, %v : tensor<2x?x8x64xf32>, tensor<2x?x2x64xf32>, tensor<2x?x2x64xf32>)
      outs(%y0 : tensor<2x?x8x64xf32>) softmax scale 0.125 {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %s, %keep : f32, i1
  }
  return %y : tensor<2x?x8x64xf32>
}

// A window also begins the loop, at a chunk of the grid.
// CHECK-LABEL: func.func @window
// CHECK: tensor.parallel_insert_slice
// CHECK: %[[CHUNK:.*]] = arith.divui %{{.*}}, %c64
// CHECK-NEXT: %[[BEGIN:.*]] = arith.muli %[[CHUNK]], %c64
// CHECK: scf.for %{{.*}} = %[[BEGIN]] to
// CHECK-NOT: scf.if {{.*}} -> (tensor<32xf32>
func.func @window(%q: tensor<1x?x1x8xf32>, %y0: tensor<1x?x1x8xf32>) -> tensor<1x?x1x8xf32> {
  %y = mixer.attend ins(%q, %q, %q : tensor<1x?x1x8xf32>, tensor<1x?x1x8xf32>, tensor<1x?x1x8xf32>)
      outs(%y0 : tensor<1x?x1x8xf32>) softmax {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %d = arith.subi %i, %j : index
    %w = arith.constant 256 : index
    %keep = arith.cmpi ult, %d, %w : index
    mixer.yield %s, %keep : f32, i1
  }
  return %y : tensor<1x?x1x8xf32>
}

// What is no bound of the loop guards the chunk.
// CHECK-LABEL: func.func @guarded
// CHECK: %[[MAY:.*]] = arith.ori
// CHECK: scf.if %[[MAY]] -> (tensor<32xf32>, tensor<32xf32>, tensor<32x8xf32>)
func.func @guarded(%q: tensor<1x?x1x8xf32>, %y0: tensor<1x?x1x8xf32>, %limit: index) -> tensor<1x?x1x8xf32> {
  %y = mixer.attend ins(%q, %q, %q : tensor<1x?x1x8xf32>, tensor<1x?x1x8xf32>, tensor<1x?x1x8xf32>)
      outs(%y0 : tensor<1x?x1x8xf32>) softmax {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %prefix = arith.cmpi slt, %j, %limit : index
    %earlier = arith.cmpi sle, %j, %i : index
    %keep = arith.ori %prefix, %earlier : i1
    mixer.yield %s, %keep : f32, i1
  }
  return %y : tensor<1x?x1x8xf32>
}

// No mask, no selects; a table read that no entry changes is outside the tile;
// without softmax there is no maximum.
// CHECK-LABEL: func.func @everything
// CHECK: scf.for
// CHECK: linalg.contract
// CHECK: %[[SLOPE:.*]] = tensor.extract
// CHECK: linalg.generic
// CHECK: arith.mulf %{{.*}}, %[[SLOPE]]
// CHECK-NOT: arith.select
// CHECK-NOT: math.exp2
// CHECK: return
func.func @everything(%q: tensor<1x?x2x8xf32>, %y0: tensor<1x?x2x8xf32>, %slope: tensor<2xf32>) -> tensor<1x?x2x8xf32> {
  %y = mixer.attend ins(%q, %q, %q : tensor<1x?x2x8xf32>, tensor<1x?x2x8xf32>, tensor<1x?x2x8xf32>)
      outs(%y0 : tensor<1x?x2x8xf32>) {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %a = tensor.extract %slope[%h] : tensor<2xf32>
    %f = arith.mulf %s, %a : f32
    %keep = arith.constant true
    mixer.yield %f, %keep : f32, i1
  }
  return %y : tensor<1x?x2x8xf32>
}

// One query: the heads of a group are the rows of the tile, and the caches are
// appended to in place.
// CHECK-LABEL: func.func @oneQuery
// CHECK-SAME: %[[KC:[a-z0-9]*]]: tensor<1x2x128x8xf32>, %[[VC:[a-z0-9]*]]: tensor<1x2x128x8xf32>, %[[N:[a-z0-9]*]]: index
// CHECK: scf.forall {{.*}} shared_outs(%{{.*}} = %[[KC]], %{{.*}} = %[[VC]])
// CHECK: tensor.parallel_insert_slice {{.*}}, %[[N]], 0] [1, 1, 1, 8]
// CHECK: scf.forall (%{{.*}}) in (2)
// CHECK: linalg.contract {{.*}} ins(%{{.*}}, %{{.*}} : tensor<3x8xf32>, tensor<?x8xf32>)
func.func @oneQuery(%q: tensor<1x1x6x8xf32>, %k: tensor<1x1x2x8xf32>, %y0: tensor<1x1x6x8xf32>, %kc: tensor<1x2x128x8xf32>, %vc: tensor<1x2x128x8xf32>, %n: index) -> (tensor<1x1x6x8xf32>, tensor<1x2x128x8xf32>, tensor<1x2x128x8xf32>) {
  %c0 = arith.constant 0 : index
  %y:3 = mixer.attend ins(%q, %k, %k : tensor<1x1x6x8xf32>, tensor<1x1x2x8xf32>, tensor<1x1x2x8xf32>)
      cache(%kc, %vc : tensor<1x2x128x8xf32>, tensor<1x2x128x8xf32>) length %n
      outs(%y0 : tensor<1x1x6x8xf32>) origin(%c0, %c0, %n, %c0) softmax {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %s, %keep : f32, i1
  } -> tensor<1x2x128x8xf32>, tensor<1x2x128x8xf32>
  return %y#0, %y#1, %y#2 : tensor<1x1x6x8xf32>, tensor<1x2x128x8xf32>, tensor<1x2x128x8xf32>
}
