// RUN: weft-opt %s -weft-convert-mixer-to-blocks -canonicalize -cse | FileCheck %s

// One task per batch entry and head; the step is the body of the loop over
// time.
// CHECK-LABEL: func.func @recurrence
// CHECK: scf.forall (%[[B:[a-z0-9]+]], %[[H:[a-z0-9]+]]) in (2, 4) shared_outs
// CHECK: scf.for %[[T:[a-z0-9]+]] =
// CHECK: tensor.extract_slice %arg0[%[[B]], %[[T]], %[[H]], 0] [1, 1, 1, 8]
// CHECK: tensor.extract_slice %arg1[%[[H]], 0] [1, 8]
// CHECK: arith.mulf
// CHECK: tensor.insert_slice
// CHECK: scf.forall.in_parallel
// CHECK-COUNT-2: tensor.parallel_insert_slice
func.func @recurrence(%x: tensor<2x?x4x8xf32>, %w: tensor<4x8xf32>, %y0: tensor<2x?x4x8xf32>, %h0: tensor<2x4x8xf32>) -> (tensor<2x?x4x8xf32>, tensor<2x4x8xf32>) {
  %y, %h = mixer.recurrence ins(%x : tensor<2x?x4x8xf32>) outs(%y0 : tensor<2x?x4x8xf32>) init(%h0 : tensor<2x4x8xf32>) heads {
  ^bb0(%head: index, %xt: tensor<8xf32>, %before: tensor<8xf32>):
    %r = tensor.extract_slice %w[%head, 0] [1, 8] [1, 1] : tensor<4x8xf32> to tensor<8xf32>
    %kept = arith.mulf %r, %before : tensor<8xf32>
    %after = arith.addf %kept, %xt : tensor<8xf32>
    mixer.yield %after, %after : tensor<8xf32>, tensor<8xf32>
  }
  return %y, %h : tensor<2x?x4x8xf32>, tensor<2x4x8xf32>
}

// Backwards, the first token is T - 1.
// CHECK-LABEL: func.func @backwards
// CHECK: scf.for %[[I:[a-z0-9]+]] =
// CHECK: %[[LAST:.*]] = arith.subi %{{.*}}, %c1
// CHECK: %[[T:.*]] = arith.subi %[[LAST]], %[[I]]
// CHECK: tensor.extract_slice %arg0[%{{.*}}, %[[T]], 0]
func.func @backwards(%x: tensor<2x?x8xf32>, %y0: tensor<2x?x8xf32>, %h0: tensor<2x8xf32>) -> tensor<2x?x8xf32> {
  %y, %h = mixer.recurrence ins(%x : tensor<2x?x8xf32>) outs(%y0 : tensor<2x?x8xf32>) init(%h0 : tensor<2x8xf32>) reverse {
  ^bb0(%xt: tensor<8xf32>, %before: tensor<8xf32>):
    %after = arith.addf %before, %xt : tensor<8xf32>
    mixer.yield %after, %after : tensor<8xf32>, tensor<8xf32>
  }
  return %y : tensor<2x?x8xf32>
}

// Token by token nothing is combined.
// CHECK-LABEL: func.func @recurrent
// CHECK: scf.for
// CHECK-NOT: arith.maximumf
// CHECK: math.absf
// CHECK: arith.maxnumf
// CHECK: math.sqrt
// CHECK: return
func.func @recurrent(%x: tensor<2x?x8xf32>, %y0: tensor<2x?x8xf32>, %s0: tensor<2x8xf32>) -> tensor<2x?x8xf32> {
  %y, %s = mixer.fold ins(%x : tensor<2x?x8xf32>) outs(%y0 : tensor<2x?x8xf32>) init(%s0 : tensor<2x8xf32>) one {
    %low = arith.constant dense<-1.0e30> : tensor<8xf32>
    mixer.yield %low : tensor<8xf32>
  } lift {
  ^bb0(%xt: tensor<8xf32>):
    %e = math.absf %xt : tensor<8xf32>
    mixer.yield %e : tensor<8xf32>
  } combine {
  ^bb0(%e1: tensor<8xf32>, %e2: tensor<8xf32>):
    %max = arith.maximumf %e1, %e2 : tensor<8xf32>
    mixer.yield %max : tensor<8xf32>
  } act {
  ^bb0(%before: tensor<8xf32>, %e: tensor<8xf32>):
    %max = arith.maxnumf %before, %e : tensor<8xf32>
    mixer.yield %max : tensor<8xf32>
  } readout {
  ^bb0(%xt: tensor<8xf32>, %state: tensor<8xf32>):
    %root = math.sqrt %state : tensor<8xf32>
    mixer.yield %root : tensor<8xf32>
  } {weft.form = "recurrent"}
  return %y : tensor<2x?x8xf32>
}

// A chunk of eight: three levels of sums, two of what lies between.
// CHECK-LABEL: func.func @scan
// CHECK: %[[LOW:.*]] = arith.constant dense<-1.000000e+30>
// CHECK: scf.for {{.*}} step %c8
// CHECK: math.absf
// CHECK: scf.for
// CHECK: tensor.insert_slice %[[LOW]]
// CHECK: scf.for %{{.*}} = %c1 to %c8 step %c2
// CHECK: arith.maximumf
// CHECK: scf.for %{{.*}} = %c3 to %c8 step %c4
// CHECK: arith.maximumf
// CHECK: tensor.extract_slice %{{.*}}[3, 0]
// CHECK: tensor.extract_slice %{{.*}}[7, 0]
// CHECK: arith.maximumf
// CHECK: tensor.extract_slice %{{.*}}[3, 0]
// CHECK: tensor.extract_slice %{{.*}}[5, 0]
// CHECK: arith.maximumf
// CHECK: scf.for %{{.*}} = %c2 to %c8 step %c2
// CHECK: arith.maximumf
// CHECK: arith.maxnumf
// CHECK: math.sqrt
// The state last.
// CHECK: arith.maxnumf
// CHECK: return
func.func @scan(%x: tensor<2x?x8xf32>, %y0: tensor<2x?x8xf32>, %s0: tensor<2x8xf32>) -> tensor<2x?x8xf32> {
  %y, %s = mixer.fold ins(%x : tensor<2x?x8xf32>) outs(%y0 : tensor<2x?x8xf32>) init(%s0 : tensor<2x8xf32>) one {
    %low = arith.constant dense<-1.0e30> : tensor<8xf32>
    mixer.yield %low : tensor<8xf32>
  } lift {
  ^bb0(%xt: tensor<8xf32>):
    %e = math.absf %xt : tensor<8xf32>
    mixer.yield %e : tensor<8xf32>
  } combine {
  ^bb0(%e1: tensor<8xf32>, %e2: tensor<8xf32>):
    %max = arith.maximumf %e1, %e2 : tensor<8xf32>
    mixer.yield %max : tensor<8xf32>
  } act {
  ^bb0(%before: tensor<8xf32>, %e: tensor<8xf32>):
    %max = arith.maxnumf %before, %e : tensor<8xf32>
    mixer.yield %max : tensor<8xf32>
  } readout {
  ^bb0(%xt: tensor<8xf32>, %state: tensor<8xf32>):
    %root = math.sqrt %state : tensor<8xf32>
    mixer.yield %root : tensor<8xf32>
  } {weft.form = "scan", weft.chunk = 8 : i64}
  return %y : tensor<2x?x8xf32>
}
