// RUN: weft-opt %s --pass-pipeline='builtin.module(func.func(weft-fuse-into-blocks))' -split-input-file | FileCheck %s

// What a block reads once is computed where it is read; what follows a block
// is done to its tile. The reshapes between go to the arguments.

#row = affine_map<(b, t, d) -> (b, t, d)>
#gate = affine_map<(b, t, d) -> (d)>

// CHECK-LABEL: func @Around
// CHECK-NOT: linalg.generic
// CHECK: scf.forall
// CHECK: scf.for
// CHECK: %[[X:.*]] = tensor.extract_slice %{{.*}}[0, %{{.*}}, %{{.*}}, 0] [1, 1, 64, 1] [1, 1, 1, 1]
// CHECK: linalg.generic {{.*}} ins(%[[X]] : tensor<64xf32>)
// CHECK: math.exp
// CHECK: scf.yield
// CHECK: %[[G:.*]] = tensor.extract_slice %{{.*}}[%{{.*}}, 0] [64, 1] [1, 1] : tensor<512x1xf32> to tensor<64xf32>
// CHECK: %[[Y:.*]] = linalg.generic {{.*}} ins(%[[TILE:.*]], %[[G]] : tensor<?x64xf32>, tensor<64xf32>) outs(%[[TILE]] : tensor<?x64xf32>)
// CHECK: arith.mulf
// CHECK: tensor.parallel_insert_slice %[[Y]]
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @Around(%x: tensor<1x?x512xf32>, %g: tensor<512xf32>) -> tensor<1x?x512xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %T = tensor.dim %x, %c1 : tensor<1x?x512xf32>
  %e = tensor.empty(%T) : tensor<1x?x512xf32>
  %a = linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x : tensor<1x?x512xf32>) outs(%e : tensor<1x?x512xf32>) {
  ^bb0(%in: f32, %out: f32):
    %r = math.exp %in : f32
    linalg.yield %r : f32
  } -> tensor<1x?x512xf32>
  %heads = tensor.expand_shape %a [[0], [1], [2, 3]] output_shape [1, %T, 512, 1] : tensor<1x?x512xf32> into tensor<1x?x512x1xf32>
  %N = tensor.dim %heads, %c1 : tensor<1x?x512x1xf32>
  %o = tensor.empty(%N) : tensor<1x?x512x1xf32>
  %b = scf.forall (%i) in (8) shared_outs(%out = %o) -> (tensor<1x?x512x1xf32>) {
    %at = arith.muli %i, %c64 : index
    %tile = tensor.extract_slice %out[0, 0, %at, 0] [1, %N, 64, 1] [1, 1, 1, 1] : tensor<1x?x512x1xf32> to tensor<?x64xf32>
    %done = scf.for %t = %c0 to %N step %c1 iter_args(%acc = %tile) -> (tensor<?x64xf32>) {
      %token = tensor.extract_slice %heads[0, %t, %at, 0] [1, 1, 64, 1] [1, 1, 1, 1] : tensor<1x?x512x1xf32> to tensor<64xf32>
      %next = tensor.insert_slice %token into %acc[%t, 0] [1, 64] [1, 1] : tensor<64xf32> into tensor<?x64xf32>
      scf.yield %next : tensor<?x64xf32>
    }
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %done into %out[0, 0, %at, 0] [1, %N, 64, 1] [1, 1, 1, 1] : tensor<?x64xf32> into tensor<1x?x512x1xf32>
    }
  }
  %rows = tensor.collapse_shape %b [[0], [1], [2, 3]] : tensor<1x?x512x1xf32> into tensor<1x?x512xf32>
  %y = linalg.generic {indexing_maps = [#row, #gate, #row], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%rows, %g : tensor<1x?x512xf32>, tensor<512xf32>) outs(%e : tensor<1x?x512xf32>) {
  ^bb0(%in: f32, %gate: f32, %out: f32):
    %r = arith.mulf %in, %gate : f32
    linalg.yield %r : f32
  } -> tensor<1x?x512xf32>
  return %y : tensor<1x?x512xf32>
}

// -----

// Every task reads all of it: it would be computed eight times.
#row = affine_map<(t, d) -> (t, d)>

// CHECK-LABEL: func @ReadByAll
// CHECK: math.exp
// CHECK: scf.forall
// CHECK-NOT: math.exp
func.func @ReadByAll(%x: tensor<64x512xf32>, %o: tensor<64x8xf32>) -> tensor<64x8xf32> {
  %e = tensor.empty() : tensor<64x512xf32>
  %a = linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<64x512xf32>) outs(%e : tensor<64x512xf32>) {
  ^bb0(%in: f32, %out: f32):
    %r = math.exp %in : f32
    linalg.yield %r : f32
  } -> tensor<64x512xf32>
  %b = scf.forall (%i) in (8) shared_outs(%out = %o) -> (tensor<64x8xf32>) {
    %part = tensor.extract_slice %a[0, 0] [64, 1] [1, 1] : tensor<64x512xf32> to tensor<64x1xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %part into %out[0, %i] [64, 1] [1, 1] : tensor<64x1xf32> into tensor<64x8xf32>
    }
  }
  return %b : tensor<64x8xf32>
}

// -----

// Windows overlap by three rows: they would be computed twice.
#row = affine_map<(t, d) -> (t, d)>

// CHECK-LABEL: func @Overlap
// CHECK: math.exp
// CHECK: scf.forall
// CHECK-NOT: math.exp
func.func @Overlap(%x: tensor<67x8xf32>, %o: tensor<8x11x8xf32>) -> tensor<8x11x8xf32> {
  %c8 = arith.constant 8 : index
  %e = tensor.empty() : tensor<67x8xf32>
  %a = linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<67x8xf32>) outs(%e : tensor<67x8xf32>) {
  ^bb0(%in: f32, %out: f32):
    %r = math.exp %in : f32
    linalg.yield %r : f32
  } -> tensor<67x8xf32>
  %b = scf.forall (%i) in (8) shared_outs(%out = %o) -> (tensor<8x11x8xf32>) {
    %at = arith.muli %i, %c8 : index
    %part = tensor.extract_slice %a[%at, 0] [11, 8] [1, 1] : tensor<67x8xf32> to tensor<11x8xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %part into %out[%i, 0, 0] [1, 11, 8] [1, 1, 1] : tensor<11x8xf32> into tensor<8x11x8xf32>
    }
  }
  return %b : tensor<8x11x8xf32>
}

// -----

// What follows reads another result of the block.
#row = affine_map<(t, d) -> (t, d)>

// CHECK-LABEL: func @OtherResult
// CHECK: scf.forall.in_parallel
// CHECK: arith.mulf
func.func @OtherResult(%x: tensor<64x8xf32>) -> tensor<64x8xf32> {
  %e = tensor.empty() : tensor<64x8xf32>
  %b:2 = scf.forall (%i) in (8) shared_outs(%o = %e, %p = %e) -> (tensor<64x8xf32>, tensor<64x8xf32>) {
    %part = tensor.extract_slice %x[0, %i] [64, 1] [1, 1] : tensor<64x8xf32> to tensor<64x1xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %part into %o[0, %i] [64, 1] [1, 1] : tensor<64x1xf32> into tensor<64x8xf32>
      tensor.parallel_insert_slice %part into %p[0, %i] [64, 1] [1, 1] : tensor<64x1xf32> into tensor<64x8xf32>
    }
  }
  %y = linalg.generic {indexing_maps = [#row, #row, #row], iterator_types = ["parallel", "parallel"]}
      ins(%b#0, %b#1 : tensor<64x8xf32>, tensor<64x8xf32>) outs(%e : tensor<64x8xf32>) {
  ^bb0(%in: f32, %other: f32, %out: f32):
    %r = arith.mulf %in, %other : f32
    linalg.yield %r : f32
  } -> tensor<64x8xf32>
  return %y : tensor<64x8xf32>
}

// -----

// The block changes a part of a tensor, what follows reads all of it.
#row = affine_map<(t, d) -> (t, d)>

// CHECK-LABEL: func @PartOf
// CHECK: scf.forall.in_parallel
// CHECK: arith.negf
func.func @PartOf(%x: tensor<4x8xf32>, %cache: tensor<64x8xf32>) -> tensor<64x8xf32> {
  %e = tensor.empty() : tensor<64x8xf32>
  %b = scf.forall (%i) in (4) shared_outs(%o = %cache) -> (tensor<64x8xf32>) {
    %part = tensor.extract_slice %x[%i, 0] [1, 8] [1, 1] : tensor<4x8xf32> to tensor<1x8xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %part into %o[%i, 0] [1, 8] [1, 1] : tensor<1x8xf32> into tensor<64x8xf32>
    }
  }
  %y = linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel", "parallel"]}
      ins(%b : tensor<64x8xf32>) outs(%e : tensor<64x8xf32>) {
  ^bb0(%in: f32, %out: f32):
    %r = arith.negf %in : f32
    linalg.yield %r : f32
  } -> tensor<64x8xf32>
  return %y : tensor<64x8xf32>
}

// -----

// Where a tile comes from one of two branches, what follows ends both.
#row = affine_map<(t, d) -> (t, d)>

// CHECK-LABEL: func @Branches
// CHECK: scf.forall
// CHECK: scf.if
// CHECK: arith.addf
// CHECK: arith.negf
// CHECK: scf.yield
// CHECK: arith.mulf
// CHECK: arith.negf
// CHECK: scf.yield
// CHECK-NOT: arith.negf
// CHECK: scf.forall.in_parallel
func.func @Branches(%x: tensor<64x8xf32>, %e: tensor<64x8xf32>) -> tensor<64x8xf32> {
  %c4 = arith.constant 4 : index
  %none = tensor.empty() : tensor<64x8xf32>
  %b = scf.forall (%i) in (64) shared_outs(%o = %none) -> (tensor<64x8xf32>) {
    %part = tensor.extract_slice %x[%i, 0] [1, 8] [1, 1] : tensor<64x8xf32> to tensor<1x8xf32>
    %to = tensor.extract_slice %o[%i, 0] [1, 8] [1, 1] : tensor<64x8xf32> to tensor<1x8xf32>
    %early = arith.cmpi slt, %i, %c4 : index
    %done = scf.if %early -> (tensor<1x8xf32>) {
      %s = linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel", "parallel"]}
          ins(%part : tensor<1x8xf32>) outs(%to : tensor<1x8xf32>) {
      ^bb0(%in: f32, %out: f32):
        %r = arith.addf %in, %in : f32
        linalg.yield %r : f32
      } -> tensor<1x8xf32>
      scf.yield %s : tensor<1x8xf32>
    } else {
      %s = linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel", "parallel"]}
          ins(%part : tensor<1x8xf32>) outs(%to : tensor<1x8xf32>) {
      ^bb0(%in: f32, %out: f32):
        %r = arith.mulf %in, %in : f32
        linalg.yield %r : f32
      } -> tensor<1x8xf32>
      scf.yield %s : tensor<1x8xf32>
    }
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %done into %o[%i, 0] [1, 8] [1, 1] : tensor<1x8xf32> into tensor<64x8xf32>
    }
  }
  %y = linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel", "parallel"]}
      ins(%b : tensor<64x8xf32>) outs(%e : tensor<64x8xf32>) {
  ^bb0(%in: f32, %out: f32):
    %r = arith.negf %in : f32
    linalg.yield %r : f32
  } -> tensor<64x8xf32>
  return %y : tensor<64x8xf32>
}

// -----

// What changes an expanded result of a block changes the block's own.
#row = affine_map<(t, h, d) -> (t, h, d)>

// CHECK-LABEL: func @ExpandedResult
// CHECK: scf.forall
// CHECK: arith.negf
// CHECK: scf.forall.in_parallel
// CHECK: tensor.expand_shape
// CHECK-NOT: linalg.generic
func.func @ExpandedResult(%x: tensor<64x8xf32>) -> tensor<64x4x2xf32> {
  %e = tensor.empty() : tensor<64x8xf32>
  %b = scf.forall (%i) in (64) shared_outs(%o = %e) -> (tensor<64x8xf32>) {
    %part = tensor.extract_slice %x[%i, 0] [1, 8] [1, 1] : tensor<64x8xf32> to tensor<1x8xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %part into %o[%i, 0] [1, 8] [1, 1] : tensor<1x8xf32> into tensor<64x8xf32>
    }
  }
  %s = tensor.expand_shape %b [[0], [1, 2]] output_shape [64, 4, 2] : tensor<64x8xf32> into tensor<64x4x2xf32>
  %y = linalg.generic {indexing_maps = [#row], iterator_types = ["parallel", "parallel", "parallel"]} outs(%s : tensor<64x4x2xf32>) {
  ^bb0(%in: f32):
    %r = arith.negf %in : f32
    linalg.yield %r : f32
  } -> tensor<64x4x2xf32>
  return %y : tensor<64x4x2xf32>
}
