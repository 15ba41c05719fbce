// RUN: weft-opt %s --weft-pass-results-by-destination | FileCheck %s

// A result gets a place; the input must stay as it is.
// CHECK-LABEL: func.func @Fresh
// CHECK-SAME: %[[X:.*]]: tensor<?xf32> {bufferization.writable = false}, %[[Y:.*]]: tensor<?xf32> {bufferization.writable = true, mixer.name = "y", weft.result})
// CHECK: %[[E:.*]] = math.exp
// CHECK: %[[R:.*]] = bufferization.materialize_in_destination %[[E]] in %[[Y]]
// CHECK: return %[[R]]
func.func @Fresh(%x: tensor<?xf32>) -> (tensor<?xf32> {mixer.name = "y"}) {
  %y = math.exp %x : tensor<?xf32>
  return %y : tensor<?xf32>
}

// A state is written where it is.
// CHECK-LABEL: func.func @State
// CHECK-SAME: %[[X:.*]]: tensor<4xf32> {bufferization.writable = false}, %[[S:.*]]: tensor<4xf32> {bufferization.writable = true, mixer.state = "s"})
// CHECK: materialize_in_destination %{{.*}} in %[[S]]
func.func @State(%x: tensor<4xf32>, %s: tensor<4xf32> {mixer.state = "s"}) -> (tensor<4xf32> {mixer.state = "s"}) {
  %n = arith.addf %x, %s : tensor<4xf32>
  return %n : tensor<4xf32>
}

// A private function updates its argument: no second one.
// CHECK-LABEL: func.func private @update
// CHECK-SAME: (%{{.*}}: f32, %{{.*}}: tensor<?xf32> {bufferization.writable = true})
// CHECK-NOT: weft.result
func.func private @update(%v: f32, %a: tensor<?xf32>) -> tensor<?xf32> {
  %r = linalg.fill ins(%v : f32) outs(%a : tensor<?xf32>) -> tensor<?xf32>
  return %r : tensor<?xf32>
}

// CHECK-LABEL: func.func private @twice
func.func private @twice(%a: tensor<?xf32>) -> tensor<?x2xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %a, %c0 : tensor<?xf32>
  %e = tensor.empty(%n) : tensor<?x2xf32>
  return %e : tensor<?x2xf32>
}

// The caller makes the place, of a size that follows from the operands, or
// hands its own on.
// CHECK-LABEL: func.func @Caller
// CHECK-SAME: %[[X:[^:]*]]: tensor<?xf32> {{.*}}, %{{.*}}: f32, %[[Y:[^:]*]]: tensor<?x2xf32>
// CHECK: %[[U:.*]] = call @update(%{{.*}}, %[[X]])
// CHECK: %[[D:.*]] = tensor.dim %[[U]]
// CHECK: tensor.empty(%[[D]]) : tensor<?x2xf32>
// CHECK: call @twice(%[[U]], %[[Y]])
func.func @Caller(%x: tensor<?xf32>, %v: f32) -> tensor<?x2xf32> {
  %u = call @update(%v, %x) : (f32, tensor<?xf32>) -> tensor<?xf32>
  %t = call @twice(%u) : (tensor<?xf32>) -> tensor<?x2xf32>
  return %t : tensor<?x2xf32>
}

// What is written into an empty tensor in more than one step is written into
// the place of the result.
// CHECK-LABEL: func.func @Steps
// CHECK-SAME: %[[Y:[^:]*]]: tensor<2x?xf32> {bufferization.writable = true, weft.result}
// CHECK: tensor.insert_slice %{{.*}} into %[[Y]]
func.func @Steps(%x: tensor<?xf32>) -> tensor<2x?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %e = tensor.empty(%n) : tensor<2x?xf32>
  %y = tensor.insert_slice %x into %e[0, 0] [1, %n] [1, 1] : tensor<?xf32> into tensor<2x?xf32>
  %z = tensor.insert_slice %x into %y[1, 0] [1, %n] [1, 1] : tensor<?xf32> into tensor<2x?xf32>
  return %z : tensor<2x?xf32>
}

// A private tile begins behind what is copied into it.
// CHECK-LABEL: func.func @PrivateTile
// CHECK: %[[EMPTY:.*]] = tensor.empty() : tensor<4xf32>
// CHECK: %[[FILLED:.*]] = linalg.fill {{.*}}outs(%[[EMPTY]] :
// CHECK: %[[TILE:.*]] = bufferization.alloc_tensor()
// CHECK: bufferization.materialize_in_destination %[[FILLED]] in %[[TILE]]
func.func @PrivateTile(%x: f32) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %f = linalg.fill ins(%x : f32) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %t = bufferization.alloc_tensor() : tensor<4xf32>
  %m = bufferization.materialize_in_destination %f in %t : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %m : tensor<4xf32>
}

// What is only reshaped at the end is made in its place.
// CHECK-LABEL: func.func @ReshapedResult
// CHECK-SAME: %[[OUT:[a-z0-9]*]]: tensor<1x?x32xf32> {{.*}}weft.result
// CHECK: %[[PLACE:.*]] = tensor.expand_shape %[[OUT]]
// CHECK: linalg.generic {{.*}} outs(%[[PLACE]] :
// CHECK: bufferization.materialize_in_destination %{{.*}} in %[[PLACE]]
func.func @ReshapedResult(%x: tensor<1x?x32x1xf32>) -> tensor<1x?x32xf32> {
  %c1 = arith.constant 1 : index
  %T = tensor.dim %x, %c1 : tensor<1x?x32x1xf32>
  %e = tensor.empty(%T) : tensor<1x?x32x1xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(b, t, h, d) -> (b, t, h, d)>, affine_map<(b, t, h, d) -> (b, t, h, d)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x : tensor<1x?x32x1xf32>) outs(%e : tensor<1x?x32x1xf32>) {
  ^bb0(%in: f32, %out: f32):
    %r = arith.negf %in : f32
    linalg.yield %r : f32
  } -> tensor<1x?x32x1xf32>
  %f = tensor.collapse_shape %y [[0], [1], [2, 3]] : tensor<1x?x32x1xf32> into tensor<1x?x32xf32>
  return %f : tensor<1x?x32xf32>
}
