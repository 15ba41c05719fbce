// RUN: weft-opt %s --weft-derive-decode='max-seq=32' | FileCheck %s

// One stateful function for any piece of a sequence, one for its last row, one
// for a token; positions and states go through the calls of layers.

// CHECK: func.func private @layer({{.*}}tensor<1x2x32x8xf32>
func.func private @layer(%x: tensor<1x?x4x8xf32>) -> tensor<1x?x4x8xf32> {
  %c1 = arith.constant 1 : index
  %T = tensor.dim %x, %c1 : tensor<1x?x4x8xf32>
  %k = tensor.extract_slice %x[0, 0, 0, 0] [1, %T, 2, 8] [1, 1, 1, 1] : tensor<1x?x4x8xf32> to tensor<1x?x2x8xf32>
  %S = mixer.gram %x, %k : tensor<1x?x4x8xf32>, tensor<1x?x2x8xf32>
  %C = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  %P = mixer.softmax %C
  %y = mixer.apply %P, %k : tensor<1x?x2x8xf32> -> tensor<1x?x4x8xf32>
  return %y : tensor<1x?x4x8xf32>
}

// CHECK-LABEL: func.func @forward(
// CHECK-SAME: %{{.*}}: tensor<1x?x4x8xf32> {mixer.name = "x", mixer.time = 1 : i64}
// CHECK-SAME: %[[POS:.*]]: index {mixer.position}
// CHECK-SAME: tensor<1x2x32x8xf32> {mixer.cache_axis = 2 : i64, mixer.state = "[[K0:[^"]*]]"}
// CHECK-SAME: tensor<1x2x32x8xf32> {mixer.cache_axis = 2 : i64, mixer.state = "[[V0:[^"]*]]"}
// CHECK-SAME: -> (tensor<1x?x4x8xf32> {mixer.name = "y"}, tensor<1x2x32x8xf32> {mixer.state = "[[K0]]"}
// CHECK: mixer.positions %{{.*}} from %[[POS]]
// CHECK: call @layer(
// CHECK: call @layer(
// CHECK-LABEL: func.func @prefill(
// CHECK-SAME: -> (tensor<1x1x4x8xf32> {mixer.name = "y"}
// CHECK-LABEL: func.func @step(
// CHECK-SAME: %{{.*}}: tensor<1x1x4x8xf32>
// CHECK: func.func private @layer_step(%{{.*}}: tensor<1x1x4x8xf32>
func.func @forward(%x: tensor<1x?x4x8xf32> {mixer.name = "x", mixer.time = 1 : i64}) -> (tensor<1x?x4x8xf32> {mixer.name = "y"}) {
  %c1 = arith.constant 1 : index
  %T = tensor.dim %x, %c1 : tensor<1x?x4x8xf32>
  %p = mixer.positions %T : tensor<?xindex>
  %e = tensor.empty(%T) : tensor<1x?x4x8xf32>
  %moved = linalg.generic {indexing_maps = [affine_map<(b, t, h, d) -> (b, t, h, d)>, affine_map<(b, t, h, d) -> (t)>, affine_map<(b, t, h, d) -> (b, t, h, d)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%x, %p : tensor<1x?x4x8xf32>, tensor<?xindex>) outs(%e : tensor<1x?x4x8xf32>) {
  ^bb0(%a: f32, %i: index, %o: f32):
    %w = arith.index_cast %i : index to i64
    %f = arith.sitofp %w : i64 to f32
    %r = arith.addf %a, %f : f32
    linalg.yield %r : f32
  } -> tensor<1x?x4x8xf32>
  %a = call @layer(%moved) : (tensor<1x?x4x8xf32>) -> tensor<1x?x4x8xf32>
  %b = call @layer(%a) : (tensor<1x?x4x8xf32>) -> tensor<1x?x4x8xf32>
  return %b : tensor<1x?x4x8xf32>
}
