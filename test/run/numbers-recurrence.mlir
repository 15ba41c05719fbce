// Tokens and states that are single numbers, two outputs, a start other than
// zero, behind a projection and before another mixer.
// RUN: weftc check %s | FileCheck %s
// CHECK-NOT: FAIL
// CHECK: PASS auto{{.*}}random, T 0,1,2
// CHECK: PASS auto{{.*}}cut at every token
// CHECK: PASS auto{{.*}}token by token
// CHECK: PASS recurrent{{.*}}random
// CHECK: PASS chunked{{.*}}random
// CHECK-NOT: FAIL
func.func @forward(%x: tensor<2x?x4xf32> {mixer.name = "x", mixer.time = 1 : i64},
                   %w: tensor<4xf32> {mixer.name = "w"})
    -> (tensor<2x?x1x1xf32> {mixer.name = "y"}, tensor<2x?xf32> {mixer.name = "z"}) {
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %a0 = arith.constant dense<[0.5, -0.25]> : tensor<2xf32>
  %T = tensor.dim %x, %c1 : tensor<2x?x4xf32>
  %e = tensor.empty(%T) : tensor<2x?xf32>
  %none = linalg.fill ins(%zero : f32) outs(%e : tensor<2x?xf32>) -> tensor<2x?xf32>
  %p = linalg.generic {indexing_maps = [affine_map<(b, t, d) -> (b, t, d)>, affine_map<(b, t, d) -> (d)>, affine_map<(b, t, d) -> (b, t)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<2x?x4xf32>, tensor<4xf32>) outs(%none : tensor<2x?xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.mulf %a, %b : f32
    %s = arith.addf %m, %o : f32
    linalg.yield %s : f32
  } -> tensor<2x?xf32>
  %y0 = tensor.empty(%T) : tensor<2x?xf32>
  %r:3 = mixer.recurrence ins(%p : tensor<2x?xf32>) outs(%y0, %e : tensor<2x?xf32>, tensor<2x?xf32>) init(%a0 : tensor<2xf32>) {
  ^bb0(%pt: tensor<f32>, %a: tensor<f32>):
    %sum = arith.addf %pt, %a : tensor<f32>
    %next = math.tanh %sum : tensor<f32>
    %square = arith.mulf %next, %next : tensor<f32>
    mixer.yield %next, %square, %next : tensor<f32>, tensor<f32>, tensor<f32>
  }
  %v = tensor.expand_shape %r#0 [[0], [1, 2, 3]] output_shape [2, %T, 1, 1] : tensor<2x?xf32> into tensor<2x?x1x1xf32>
  %G = mixer.semiseparable %v, %v : tensor<2x?x1x1xf32>, tensor<2x?x1x1xf32>
  %y = mixer.apply %G, %v : tensor<2x?x1x1xf32> -> tensor<2x?x1x1xf32>
  return %y, %r#1 : tensor<2x?x1x1xf32>, tensor<2x?xf32>
}
