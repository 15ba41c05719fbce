// RUN: weft-opt %s --weft-assign-lanes | FileCheck %s

#ik = affine_map<(i, j, k) -> (i, k)>
#jk = affine_map<(i, j, k) -> (j, k)>
#ij = affine_map<(i, j, k) -> (i, j)>
#s = affine_map<(i, j) -> (i, j)>
#r = affine_map<(i, j) -> (i)>

// S = Q K^T and its row maximum: rows go on the lanes, so that the maximum is
// vertical and K is read by broadcasts as it is.
// CHECK-LABEL: func.func @RowsOnLanes
// CHECK: memref.transpose %{{.*}} (d0, d1) -> (d1, d0) : memref<64x16xf32> to memref<16x64xf32, strided<[1, 16]>>
// CHECK: linalg.contract {{.*}}outs(%{{.*}} : memref<16x?xf32, strided<[1, 16]>>)
func.func @RowsOnLanes(%k: memref<?x64xf32>, %x: memref<16x64xf32>, %m: memref<16xf32>, %n: index) {
  %q = memref.alloca() : memref<16x64xf32>
  %all = memref.alloca() : memref<16x64xf32>
  %s = memref.subview %all[0, 0] [16, %n] [1, 1] : memref<16x64xf32> to memref<16x?xf32, strided<[64, 1]>>
  linalg.generic {indexing_maps = [#s, #s], iterator_types = ["parallel", "parallel"]} ins(%x : memref<16x64xf32>) outs(%q : memref<16x64xf32>) {
  ^bb0(%a: f32, %b: f32):
    linalg.yield %a : f32
  }
  linalg.contract indexing_maps = [#ik, #jk, #ij] ins(%q, %k : memref<16x64xf32>, memref<?x64xf32>) outs(%s : memref<16x?xf32, strided<[64, 1]>>)
  linalg.generic {indexing_maps = [#s, #r], iterator_types = ["parallel", "reduction"]} ins(%s : memref<16x?xf32, strided<[64, 1]>>) outs(%m : memref<16xf32>) {
  ^bb0(%a: f32, %b: f32):
    %x1 = arith.maxnumf %a, %b : f32
    linalg.yield %x1 : f32
  }
  return
}

// Twelve rows do not fill vectors of eight: the last dimension stays last.
// CHECK-LABEL: func.func @RaggedRows
// CHECK-NOT: memref.transpose
func.func @RaggedRows(%x: memref<12x64xf32>, %y: memref<12x64xf32>) {
  %q = memref.alloca() : memref<12x64xf32>
  linalg.generic {indexing_maps = [#s, #s], iterator_types = ["parallel", "parallel"]} ins(%x : memref<12x64xf32>) outs(%q : memref<12x64xf32>) {
  ^bb0(%a: f32, %b: f32):
    %e = math.exp %a : f32
    linalg.yield %e : f32
  }
  linalg.generic {indexing_maps = [#s, #s], iterator_types = ["parallel", "parallel"]} ins(%q : memref<12x64xf32>) outs(%y : memref<12x64xf32>) {
  ^bb0(%a: f32, %b: f32):
    linalg.yield %a : f32
  }
  return
}

// The 128 rows of a column would share eight sets of the first cache.
// CHECK-LABEL: func.func @PaddedRows
// CHECK: %[[SLOT:.*]] = memref.alloca() : memref<128x144xf32>
// CHECK: %[[TILE:.*]] = memref.subview %[[SLOT]][0, 0] [128, 128] [1, 1]
// CHECK: linalg.contract {{.*}} ins(%{{.*}}, %[[TILE]] :
// CHECK-LABEL: func.func @FewRows
// CHECK: memref.alloca() : memref<30x128xf32>
func.func @PaddedRows(%x: memref<128x128xf32>, %a: memref<32x128xf32>, %y: memref<32x128xf32>) {
  %b = memref.alloca() : memref<128x128xf32>
  linalg.generic {indexing_maps = [#s, #s], iterator_types = ["parallel", "parallel"]} ins(%x : memref<128x128xf32>) outs(%b : memref<128x128xf32>) {
  ^bb0(%p: f32, %q: f32):
    linalg.yield %p : f32
  }
  linalg.contract indexing_maps = [#ik, affine_map<(i, j, k) -> (k, j)>, #ij] ins(%a, %b : memref<32x128xf32>, memref<128x128xf32>) outs(%y : memref<32x128xf32>)
  return
}
func.func @FewRows(%x: memref<30x128xf32>, %y: memref<30x128xf32>) {
  %b = memref.alloca() : memref<30x128xf32>
  linalg.generic {indexing_maps = [#s, #s], iterator_types = ["parallel", "parallel"]} ins(%x : memref<30x128xf32>) outs(%b : memref<30x128xf32>) {
  ^bb0(%p: f32, %q: f32):
    linalg.yield %p : f32
  }
  linalg.generic {indexing_maps = [#s, #s], iterator_types = ["parallel", "parallel"]} ins(%b : memref<30x128xf32>) outs(%y : memref<30x128xf32>) {
  ^bb0(%p: f32, %q: f32):
    linalg.yield %p : f32
  }
  return
}
