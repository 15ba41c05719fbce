// RUN: weft-opt %s --split-input-file --weft-pack-weights --canonicalize | FileCheck %s
// RUN: weft-opt %s --split-input-file --weft-pack-weights --remark-format=emitRemark --remarks-filter=pack-weights 2>&1 | FileCheck %s --check-prefix=REMARK

#x = affine_map<(n, k) -> (k)>
#w = affine_map<(n, k) -> (n, k)>
#y = affine_map<(n, k) -> (n)>
#row = affine_map<(i) -> (i * 16)>

// Panels, through a private function, and a table read entry by entry too.
// CHECK-DAG: #[[KN:.*]] = affine_map<(d0, d1) -> (d1, d0)>
// CHECK: ml_program.global private @a({{.*}}) : tensor<4x40x16xf32> {weft.panel = 16 : i64, weft.source = [64, 40]}
// CHECK: ml_program.global private @b({{.*}}) : tensor<4x40x16xf32> {weft.panel = 16 : i64, weft.source = [64, 40]}
ml_program.global private @a(#ml_program.extern : tensor<64x40xf32>) : tensor<64x40xf32>
ml_program.global private @b(#ml_program.extern : tensor<64x40xf32>) : tensor<64x40xf32>

// CHECK-LABEL: func.func private @Layer(
// CHECK-SAME: %{{.*}}: tensor<40xf32>, %[[W:.*]]: tensor<4x40x16xf32>, %{{.*}}: tensor<64xf32>
// CHECK: scf.forall (%[[I:.*]]) in (4)
// CHECK: %[[PANEL:.*]] = tensor.extract_slice %[[W]][%[[I]], 0, 0] [1, 40, 16] [1, 1, 1] : tensor<4x40x16xf32> to tensor<40x16xf32>
// CHECK: linalg.generic {indexing_maps = [#{{.*}}, #[[KN]], #{{.*}}], {{.*}}} ins(%{{.*}}, %[[PANEL]] : tensor<40xf32>, tensor<40x16xf32>)
func.func private @Layer(%x: tensor<40xf32>, %w: tensor<64x40xf32>, %y: tensor<64xf32>) -> tensor<64xf32> {
  %r = scf.forall (%i) in (4) shared_outs(%o = %y) -> (tensor<64xf32>) {
    %n = affine.apply #row(%i)
    %p = tensor.extract_slice %w[%n, 0] [16, 40] [1, 1] : tensor<64x40xf32> to tensor<16x40xf32>
    %t = tensor.extract_slice %o[%n] [16] [1] : tensor<64xf32> to tensor<16xf32>
    %s = linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "reduction"]} ins(%x, %p : tensor<40xf32>, tensor<16x40xf32>) outs(%t : tensor<16xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32):
      %m = arith.mulf %a, %b : f32
      %d = arith.addf %c, %m : f32
      linalg.yield %d : f32
    } -> tensor<16xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %s into %o[%n] [16] [1] : tensor<16xf32> into tensor<64xf32>
    }
  }
  return %r : tensor<64xf32>
}

// CHECK-LABEL: func.func @TwoWeights
// CHECK-SAME: %[[N:[a-z0-9]*]]: index
// CHECK-DAG: %[[P:.*]] = arith.constant 16 : index
// CHECK-DAG: %[[Q:.*]] = arith.divui %[[N]], %[[P]]
// CHECK-DAG: %[[L:.*]] = arith.remui %[[N]], %[[P]]
// CHECK: tensor.extract %{{.*}}[%[[Q]], %{{.*}}, %[[L]]] : tensor<4x40x16xf32>
func.func @TwoWeights(%x: tensor<40xf32>, %y: tensor<64xf32>, %n: index) -> (tensor<64xf32>, f32) {
  %c0 = arith.constant 0 : index
  %a = ml_program.global_load_const @a : tensor<64x40xf32>
  %b = ml_program.global_load_const @b : tensor<64x40xf32>
  %0 = call @Layer(%x, %a, %y) : (tensor<40xf32>, tensor<64x40xf32>, tensor<64xf32>) -> tensor<64xf32>
  %1 = call @Layer(%x, %b, %0) : (tensor<40xf32>, tensor<64x40xf32>, tensor<64xf32>) -> tensor<64xf32>
  %e = tensor.extract %b[%n, %c0] : tensor<64x40xf32>
  return %1, %e : tensor<64xf32>, f32
}

// -----

#x = affine_map<(n, k) -> (k)>
#w = affine_map<(n, k) -> (n, k)>
#y = affine_map<(n, k) -> (n)>

// CHECK: ml_program.global private @odd({{.*}}) : tensor<20x40xf32>{{$}}
// REMARK: weight 'odd' is not packed: expects rows in multiples of 16, got 20
ml_program.global private @odd(#ml_program.extern : tensor<20x40xf32>) : tensor<20x40xf32>
// REMARK: weight 'product' is not packed: expects a matrix of f32
ml_program.global private @product(#ml_program.extern : tensor<16x40xf64>) : tensor<16x40xf64>
// REMARK: weight 'whole' is not packed: it is read otherwise than in panels, by linalg.generic
ml_program.global private @whole(#ml_program.extern : tensor<32x40xf32>) : tensor<32x40xf32>
// Not read by a contraction: no remark.
// REMARK-NOT: weight 'table'
ml_program.global private @table(#ml_program.extern : tensor<32x40xf32>) : tensor<32x40xf32>

func.func @Unpacked(%x: tensor<40xf32>, %xd: tensor<40xf64>, %y: tensor<20xf32>, %yd: tensor<16xf64>, %z: tensor<32xf32>, %n: index) -> (tensor<20xf32>, tensor<16xf64>, tensor<32xf32>, f32) {
  %odd = ml_program.global_load_const @odd : tensor<20x40xf32>
  %0 = linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "reduction"]} ins(%x, %odd : tensor<40xf32>, tensor<20x40xf32>) outs(%y : tensor<20xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %m = arith.mulf %a, %b : f32
    %d = arith.addf %c, %m : f32
    linalg.yield %d : f32
  } -> tensor<20xf32>
  %product = ml_program.global_load_const @product : tensor<16x40xf64>
  %1 = linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "reduction"]} ins(%xd, %product : tensor<40xf64>, tensor<16x40xf64>) outs(%yd : tensor<16xf64>) {
  ^bb0(%a: f64, %b: f64, %c: f64):
    %m = arith.mulf %a, %b : f64
    %d = arith.addf %c, %m : f64
    linalg.yield %d : f64
  } -> tensor<16xf64>
  %whole = ml_program.global_load_const @whole : tensor<32x40xf32>
  %2 = linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "reduction"]} ins(%x, %whole : tensor<40xf32>, tensor<32x40xf32>) outs(%z : tensor<32xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %m = arith.mulf %a, %b : f32
    %d = arith.addf %c, %m : f32
    linalg.yield %d : f32
  } -> tensor<32xf32>
  %table = ml_program.global_load_const @table : tensor<32x40xf32>
  %3 = tensor.extract %table[%n, %n] : tensor<32x40xf32>
  return %0, %1, %2, %3 : tensor<20xf32>, tensor<16xf64>, tensor<32xf32>, f32
}

// -----

#x = affine_map<(n, k) -> (k)>
#w = affine_map<(n, k) -> (n, k)>
#y = affine_map<(n, k) -> (n)>

// CHECK: ml_program.global private @shared({{.*}}) : tensor<16x40xf32>{{$}}
// REMARK: weight 'shared' is not packed: a caller passes a tensor that is no weight
ml_program.global private @shared(#ml_program.extern : tensor<16x40xf32>) : tensor<16x40xf32>

func.func private @Product(%x: tensor<40xf32>, %w: tensor<16x40xf32>, %y: tensor<16xf32>) -> tensor<16xf32> {
  %c0 = arith.constant 0 : index
  %p = tensor.extract_slice %w[%c0, 0] [16, 40] [1, 1] : tensor<16x40xf32> to tensor<16x40xf32>
  %0 = linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "reduction"]} ins(%x, %p : tensor<40xf32>, tensor<16x40xf32>) outs(%y : tensor<16xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %m = arith.mulf %a, %b : f32
    %d = arith.addf %c, %m : f32
    linalg.yield %d : f32
  } -> tensor<16xf32>
  return %0 : tensor<16xf32>
}

func.func @ComputedArgument(%x: tensor<40xf32>, %y: tensor<16xf32>, %v: tensor<16x40xf32>) -> tensor<16xf32> {
  %w = ml_program.global_load_const @shared : tensor<16x40xf32>
  %e = linalg.exp ins(%v : tensor<16x40xf32>) outs(%v : tensor<16x40xf32>) -> tensor<16x40xf32>
  %0 = call @Product(%x, %w, %y) : (tensor<40xf32>, tensor<16x40xf32>, tensor<16xf32>) -> tensor<16xf32>
  %1 = call @Product(%x, %e, %0) : (tensor<40xf32>, tensor<16x40xf32>, tensor<16xf32>) -> tensor<16xf32>
  return %1 : tensor<16xf32>
}

// -----

#x = affine_map<(n, k) -> (k)>
#w = affine_map<(n, k) -> (n, k)>
#y = affine_map<(n, k) -> (n)>

// One panel is read whole.
// CHECK: ml_program.global private @single({{.*}}) : tensor<1x40x16xf32> {weft.panel = 16 : i64, weft.source = [16, 40]}
ml_program.global private @single(#ml_program.extern : tensor<16x40xf32>) : tensor<16x40xf32>

// CHECK-LABEL: func.func @SinglePanel
// CHECK: %[[PANEL:.*]] = tensor.extract_slice %{{.*}}[0, 0, 0] [1, 40, 16] [1, 1, 1] : tensor<1x40x16xf32> to tensor<40x16xf32>
// CHECK: linalg.generic {{.*}} ins(%{{.*}}, %[[PANEL]] :
func.func @SinglePanel(%x: tensor<40xf32>, %y: tensor<16xf32>) -> tensor<16xf32> {
  %w = ml_program.global_load_const @single : tensor<16x40xf32>
  %0 = linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "reduction"]} ins(%x, %w : tensor<40xf32>, tensor<16x40xf32>) outs(%y : tensor<16xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %m = arith.mulf %a, %b : f32
    %d = arith.addf %c, %m : f32
    linalg.yield %d : f32
  } -> tensor<16xf32>
  return %0 : tensor<16xf32>
}
