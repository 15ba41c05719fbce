// RUN: weft-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(weft-fuse-elementwise,weft-tile-linalg),canonicalize,cse)' | FileCheck %s
// RUN: weft-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(weft-fuse-elementwise,weft-tile-linalg{panel=32 rows=24 entries=64}),canonicalize,cse)' | FileCheck %s --check-prefix=WIDE

#x = affine_map<(b, t, n, k) -> (b, t, k)>
#w = affine_map<(b, t, n, k) -> (n, k)>
#y = affine_map<(b, t, n, k) -> (b, t, n)>
#btn = affine_map<(b, t, n) -> (b, t, n)>
#n = affine_map<(b, t, n) -> (n)>

// What follows a contraction entry by entry is done in its tile, in place.
// CHECK-DAG: #[[COUNT:.*]] = affine_map<()[s0] -> (s0 ceildiv 96)>
// CHECK-DAG: #[[ROWS:.*]] = affine_map<(d0)[s0] -> (d0 * -96 + s0, 96)>
// CHECK-LABEL: func.func @Bias
// CHECK: %[[TILES:.*]] = affine.apply #[[COUNT]]()[%{{.*}}]
// CHECK: scf.forall (%{{.*}}, %[[I:.*]], %{{.*}}) in (%{{.*}}, %[[TILES]], 4) shared_outs(%[[OUT:.*]] =
// CHECK: %[[SIZE:.*]] = affine.min #[[ROWS]](%[[I]])
// CHECK: %[[TILE:.*]] = tensor.extract_slice %[[OUT]][{{.*}}] [1, %[[SIZE]], 16] [1, 1, 1] : tensor<?x?x64xf32> to tensor<?x16xf32>
// CHECK: %[[ZERO:.*]] = linalg.fill {{.*}} outs(%[[TILE]] : tensor<?x16xf32>)
// CHECK: %[[SUM:.*]] = linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : tensor<?x40xf32>, tensor<16x40xf32>) outs(%[[ZERO]] : tensor<?x16xf32>)
// CHECK: %[[R:.*]] = linalg.generic {{.*}} ins(%{{.*}} : tensor<16xf32>) outs(%[[SUM]] : tensor<?x16xf32>)
// CHECK: tensor.parallel_insert_slice %[[R]] into %[[OUT]][{{.*}}] [1, %[[SIZE]], 16]
// WIDE-LABEL: func.func @Bias
// WIDE: scf.forall (%{{.*}}, %{{.*}}, %{{.*}}) in (%{{.*}}, %{{.*}}, 2)
func.func @Bias(%x: tensor<?x?x40xf32>, %w: tensor<64x40xf32>, %bias: tensor<64xf32>) -> tensor<?x?x64xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %B = tensor.dim %x, %c0 : tensor<?x?x40xf32>
  %T = tensor.dim %x, %c1 : tensor<?x?x40xf32>
  %e = tensor.empty(%B, %T) : tensor<?x?x64xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<?x?x64xf32>) -> tensor<?x?x64xf32>
  %y = linalg.contract indexing_maps = [#x, #w, #y] ins(%x, %w : tensor<?x?x40xf32>, tensor<64x40xf32>) outs(%z : tensor<?x?x64xf32>) -> tensor<?x?x64xf32>
  %r = linalg.generic {indexing_maps = [#btn, #n, #btn], iterator_types = ["parallel", "parallel", "parallel"]} ins(%y, %bias : tensor<?x?x64xf32>, tensor<64xf32>) outs(%e : tensor<?x?x64xf32>) {
  ^bb0(%a: f32, %c: f32, %o: f32):
    %s = arith.addf %a, %c : f32
    linalg.yield %s : f32
  } -> tensor<?x?x64xf32>
  return %r : tensor<?x?x64xf32>
}

// -----

#x = affine_map<(b, t, n, k) -> (b, t, k)>
#w = affine_map<(b, t, n, k) -> (n, k)>
#y = affine_map<(b, t, n, k) -> (b, t, n)>

// One token: rows vanish, a matrix times a vector for each panel.
// CHECK-LABEL: func.func @Step
// CHECK: scf.forall (%{{.*}}) in (4)
// CHECK: linalg.generic {{.*}} ["parallel", "reduction"]} ins(%{{.*}}, %{{.*}} : tensor<40xf32>, tensor<16x40xf32>) outs(%{{.*}} : tensor<16xf32>)
func.func @Step(%x: tensor<1x1x40xf32>, %w: tensor<64x40xf32>, %y: tensor<1x1x64xf32>) -> tensor<1x1x64xf32> {
  %r = linalg.contract indexing_maps = [#x, #w, #y] ins(%x, %w : tensor<1x1x40xf32>, tensor<64x40xf32>) outs(%y : tensor<1x1x64xf32>) -> tensor<1x1x64xf32>
  return %r : tensor<1x1x64xf32>
}

// -----

#x = affine_map<(b, t, n, k) -> (b, t, k)>
#w = affine_map<(b, t, n, k) -> (n, k)>
#y = affine_map<(b, t, n, k) -> (b, t, n)>

// A batch of steps: the batch is the rows, so that a panel is read once.
// CHECK-LABEL: func.func @BatchOfSteps
// CHECK: scf.forall (%{{.*}}, %{{.*}}) in (%{{.*}}, 4)
// CHECK: linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : tensor<?x40xf32>, tensor<16x40xf32>)
func.func @BatchOfSteps(%x: tensor<?x1x40xf32>, %w: tensor<64x40xf32>, %y: tensor<?x1x64xf32>) -> tensor<?x1x64xf32> {
  %r = linalg.contract indexing_maps = [#x, #w, #y] ins(%x, %w : tensor<?x1x40xf32>, tensor<64x40xf32>) outs(%y : tensor<?x1x64xf32>) -> tensor<?x1x64xf32>
  return %r : tensor<?x1x64xf32>
}

// -----

// Columns that are no multiple of a panel: the number of lanes is static still.
// CHECK-LABEL: func.func @OddColumns
// CHECK: scf.forall (%{{.*}}) in (%{{.*}})
// CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<?x50xf32>)
// CHECK-LABEL: func.func @ManyOddColumns
// CHECK: scf.forall (%{{.*}}, %{{.*}}) in (%{{.*}}, 10)
// CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<?x50xf32>)
func.func @OddColumns(%x: tensor<?x40xf32>, %w: tensor<40x50xf32>, %y: tensor<?x50xf32>) -> tensor<?x50xf32> {
  %r = linalg.matmul ins(%x, %w : tensor<?x40xf32>, tensor<40x50xf32>) outs(%y : tensor<?x50xf32>) -> tensor<?x50xf32>
  return %r : tensor<?x50xf32>
}
func.func @ManyOddColumns(%x: tensor<?x40xf32>, %w: tensor<40x500xf32>, %y: tensor<?x500xf32>) -> tensor<?x500xf32> {
  %r = linalg.matmul ins(%x, %w : tensor<?x40xf32>, tensor<40x500xf32>) outs(%y : tensor<?x500xf32>) -> tensor<?x500xf32>
  return %r : tensor<?x500xf32>
}

// -----

// The product with two users is computed once, in a loop of its own.
// CHECK-LABEL: func.func @UsedTwice
// CHECK-COUNT-1: arith.mulf
// CHECK-NOT: arith.mulf
// CHECK: return
func.func @UsedTwice(%x: tensor<?x40xf32>, %w: tensor<40x64xf32>, %y: tensor<?x64xf32>) -> (tensor<?x64xf32>, tensor<?x64xf32>) {
  %c0 = arith.constant 0 : index
  %T = tensor.dim %x, %c0 : tensor<?x40xf32>
  %r = linalg.matmul ins(%x, %w : tensor<?x40xf32>, tensor<40x64xf32>) outs(%y : tensor<?x64xf32>) -> tensor<?x64xf32>
  %e = tensor.empty(%T) : tensor<?x64xf32>
  %a = linalg.exp ins(%r : tensor<?x64xf32>) outs(%e : tensor<?x64xf32>) -> tensor<?x64xf32>
  return %r, %a : tensor<?x64xf32>, tensor<?x64xf32>
}

// -----

#id = affine_map<(t, d) -> (t, d)>
#t = affine_map<(t, d) -> (t)>

// A row reduction and what scales by it: blocks of rows, all features inside,
// the sums in a buffer of static size.
// CHECK-LABEL: func.func @RowSum
// CHECK: scf.forall (%{{.*}}) in (%{{.*}})
// CHECK: %[[SUMS:.*]] = tensor.empty() : tensor<128xf32>
// CHECK: tensor.extract_slice %[[SUMS]][0] [%{{.*}}] [1] : tensor<128xf32> to tensor<?xf32>
// CHECK: linalg.generic {{.*}} ["parallel", "reduction"]} ins(%{{.*}} : tensor<?x32xf32>)
// CHECK: linalg.generic {{.*}} ["parallel", "parallel"]
// CHECK: scf.forall.in_parallel
// CHECK-NOT: linalg
// CHECK: return
// WIDE-LABEL: func.func @RowSum
// WIDE: tensor.empty() : tensor<2xf32>
func.func @RowSum(%x: tensor<?x32xf32>) -> tensor<?x32xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %T = tensor.dim %x, %c0 : tensor<?x32xf32>
  %e = tensor.empty(%T) : tensor<?xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %s = linalg.generic {indexing_maps = [#id, #t], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<?x32xf32>) outs(%z : tensor<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %v = arith.addf %a, %o : f32
    linalg.yield %v : f32
  } -> tensor<?xf32>
  %f = tensor.empty(%T) : tensor<?x32xf32>
  %y = linalg.generic {indexing_maps = [#id, #t, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<?x32xf32>, tensor<?xf32>) outs(%f : tensor<?x32xf32>) {
  ^bb0(%a: f32, %c: f32, %o: f32):
    %v = arith.divf %a, %c : f32
    linalg.yield %v : f32
  } -> tensor<?x32xf32>
  return %y : tensor<?x32xf32>
}

// -----

#bsv = affine_map<(b, t, h, v, s) -> (b, s, h, v)>
#bts = affine_map<(b, t, h, v, s) -> (b, h, t, s)>
#btv = affine_map<(b, t, h, v, s) -> (b, t, h, v)>

// The dense product: one batch and head, a block of rows, the columns on lanes.
// CHECK-LABEL: func.func @Dense
// CHECK: scf.forall (%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}) in (2, %{{.*}}, 3, 2)
// CHECK: linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : tensor<?x?xf64>, tensor<?x16xf64>) outs(%{{.*}} : tensor<?x16xf64>)
func.func @Dense(%m: tensor<2x3x?x?xf64>, %v: tensor<2x?x3x32xf64>, %y: tensor<2x?x3x32xf64>) -> tensor<2x?x3x32xf64> {
  %r = linalg.contract indexing_maps = [#bts, #bsv, #btv] ins(%m, %v : tensor<2x3x?x?xf64>, tensor<2x?x3x32xf64>) outs(%y : tensor<2x?x3x32xf64>) -> tensor<2x?x3x32xf64>
  return %r : tensor<2x?x3x32xf64>
}

// -----

#id = affine_map<(t, d) -> (t, d)>

// Reads of a whole tensor by index stay as they are, with the index of the row
// in the whole.
// CHECK-LABEL: func.func @Gather
// CHECK: scf.forall (%[[I:.*]]) in
// CHECK: linalg.generic
// CHECK: %[[ROW:.*]] = linalg.index 0
// CHECK: %[[T:.*]] = affine.apply #{{.*}}(%[[I]])[%[[ROW]]]
// CHECK: tensor.extract %{{.*}}[%[[T]], %{{.*}}] : tensor<?x64xf32>
func.func @Gather(%x: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %T = tensor.dim %x, %c0 : tensor<?x64xf32>
  %e = tensor.empty(%T) : tensor<?x64xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<?x64xf32>) outs(%e : tensor<?x64xf32>) {
  ^bb0(%a: f32, %o: f32):
    %t = linalg.index 0 : index
    %d = linalg.index 1 : index
    %p = arith.xori %d, %c1 : index
    %u = tensor.extract %x[%t, %p] : tensor<?x64xf32>
    %v = arith.addf %a, %u : f32
    linalg.yield %v : f32
  } -> tensor<?x64xf32>
  return %r : tensor<?x64xf32>
}

// -----

// What fits in one tile gets no loop.
// CHECK-LABEL: func.func @Small
// CHECK-NOT: scf.forall
// CHECK: return
// WIDE-LABEL: func.func @Small
// WIDE: scf.forall (%{{.*}}) in (2)
func.func @Small(%x: tensor<4x32xf32>, %y: tensor<4x32xf32>) -> tensor<4x32xf32> {
  %r = linalg.exp ins(%x : tensor<4x32xf32>) outs(%y : tensor<4x32xf32>) -> tensor<4x32xf32>
  return %r : tensor<4x32xf32>
}
