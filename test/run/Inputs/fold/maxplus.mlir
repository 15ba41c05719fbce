// A max-plus system of constant matrix A: S = max(A + S, x), element (matrix,
// vector) with products by max and plus. Matrices combine densely.
func.func @maxplus(%x: tensor<2x?x3xf32> {mixer.name = "x", mixer.time = 1 : i64},
                   %a: tensor<3x3xf32> {mixer.name = "a"})
    -> (tensor<2x?x3xf32> {mixer.name = "y"}) {
  %c1 = arith.constant 1 : index
  %low = arith.constant -1.0e30 : f32
  %s0 = arith.constant dense<-1.0e30> : tensor<2x3xf32>
  %T = tensor.dim %x, %c1 : tensor<2x?x3xf32>
  %y0 = tensor.empty(%T) : tensor<2x?x3xf32>
  %y, %s = mixer.fold ins(%x : tensor<2x?x3xf32>) outs(%y0 : tensor<2x?x3xf32>) init(%s0 : tensor<2x3xf32>) one {
    %m = arith.constant dense<[[0.0, -1.0e30, -1.0e30], [-1.0e30, 0.0, -1.0e30], [-1.0e30, -1.0e30, 0.0]]> : tensor<3x3xf32>
    %v = arith.constant dense<-1.0e30> : tensor<3xf32>
    mixer.yield %m, %v : tensor<3x3xf32>, tensor<3xf32>
  } lift {
  ^bb0(%xt: tensor<3xf32>):
    mixer.yield %a, %xt : tensor<3x3xf32>, tensor<3xf32>
  } combine {
  ^bb0(%m1: tensor<3x3xf32>, %v1: tensor<3xf32>, %m2: tensor<3x3xf32>, %v2: tensor<3xf32>):
    %e = tensor.empty() : tensor<3x3xf32>
    %none = linalg.fill ins(%low : f32) outs(%e : tensor<3x3xf32>) -> tensor<3x3xf32>
    %m = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (k, j)>, affine_map<(i, j, k) -> (i, j)>], iterator_types = ["parallel", "parallel", "reduction"]}
        ins(%m2, %m1 : tensor<3x3xf32>, tensor<3x3xf32>) outs(%none : tensor<3x3xf32>) {
    ^bb0(%p: f32, %q: f32, %o: f32):
      %sum = arith.addf %p, %q : f32
      %r = arith.maximumf %sum, %o : f32
      linalg.yield %r : f32
    } -> tensor<3x3xf32>
    %v = linalg.generic {indexing_maps = [affine_map<(i, k) -> (i, k)>, affine_map<(i, k) -> (k)>, affine_map<(i, k) -> (i)>], iterator_types = ["parallel", "reduction"]}
        ins(%m2, %v1 : tensor<3x3xf32>, tensor<3xf32>) outs(%v2 : tensor<3xf32>) {
    ^bb0(%p: f32, %q: f32, %o: f32):
      %sum = arith.addf %p, %q : f32
      %r = arith.maximumf %sum, %o : f32
      linalg.yield %r : f32
    } -> tensor<3xf32>
    mixer.yield %m, %v : tensor<3x3xf32>, tensor<3xf32>
  } act {
  ^bb0(%before: tensor<3xf32>, %m: tensor<3x3xf32>, %v: tensor<3xf32>):
    %next = linalg.generic {indexing_maps = [affine_map<(i, k) -> (i, k)>, affine_map<(i, k) -> (k)>, affine_map<(i, k) -> (i)>], iterator_types = ["parallel", "reduction"]}
        ins(%m, %before : tensor<3x3xf32>, tensor<3xf32>) outs(%v : tensor<3xf32>) {
    ^bb0(%p: f32, %q: f32, %o: f32):
      %sum = arith.addf %p, %q : f32
      %r = arith.maximumf %sum, %o : f32
      linalg.yield %r : f32
    } -> tensor<3xf32>
    mixer.yield %next : tensor<3xf32>
  } readout {
  ^bb0(%xt: tensor<3xf32>, %state: tensor<3xf32>):
    mixer.yield %state : tensor<3xf32>
  }
  return %y : tensor<2x?x3xf32>
}
