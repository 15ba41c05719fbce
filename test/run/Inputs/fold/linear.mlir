// Linear attention with a decay of each head, as an algebra: an element is the
// logarithm of the decay and what is written.
func.func @linear(%q: tensor<2x?x3x5xf32> {mixer.name = "q", mixer.time = 1 : i64},
                  %k: tensor<2x?x3x5xf32> {mixer.name = "k", mixer.time = 1 : i64},
                  %v: tensor<2x?x3x7xf32> {mixer.name = "v", mixer.time = 1 : i64},
                  %g: tensor<2x?x3xf32> {mixer.name = "g", mixer.time = 1 : i64, mixer.range = array<f64: -2.0, 0.0>})
    -> (tensor<2x?x3x7xf32> {mixer.name = "y"}) {
  %c1 = arith.constant 1 : index
  %s0 = arith.constant dense<0.0> : tensor<2x3x5x7xf32>
  %T = tensor.dim %q, %c1 : tensor<2x?x3x5xf32>
  %y0 = tensor.empty(%T) : tensor<2x?x3x7xf32>
  %y, %s = mixer.fold ins(%q, %k, %v, %g : tensor<2x?x3x5xf32>, tensor<2x?x3x5xf32>, tensor<2x?x3x7xf32>, tensor<2x?x3xf32>)
      outs(%y0 : tensor<2x?x3x7xf32>) init(%s0 : tensor<2x3x5x7xf32>) heads one {
  ^bb0(%h: index):
    %g1 = arith.constant dense<0.0> : tensor<f32>
    %b1 = arith.constant dense<0.0> : tensor<5x7xf32>
    mixer.yield %g1, %b1 : tensor<f32>, tensor<5x7xf32>
  } lift {
  ^bb0(%h: index, %qt: tensor<5xf32>, %kt: tensor<5xf32>, %vt: tensor<7xf32>, %gt: tensor<f32>):
    %e = tensor.empty() : tensor<5x7xf32>
    %kv = linalg.generic {indexing_maps = [affine_map<(n, p) -> (n)>, affine_map<(n, p) -> (p)>, affine_map<(n, p) -> (n, p)>], iterator_types = ["parallel", "parallel"]}
        ins(%kt, %vt : tensor<5xf32>, tensor<7xf32>) outs(%e : tensor<5x7xf32>) {
    ^bb0(%a: f32, %b: f32, %o: f32):
      %r = arith.mulf %a, %b : f32
      linalg.yield %r : f32
    } -> tensor<5x7xf32>
    mixer.yield %gt, %kv : tensor<f32>, tensor<5x7xf32>
  } combine {
  ^bb0(%h: index, %g1: tensor<f32>, %b1: tensor<5x7xf32>, %g2: tensor<f32>, %b2: tensor<5x7xf32>):
    %g12 = arith.addf %g1, %g2 : tensor<f32>
    %b12 = linalg.generic {indexing_maps = [affine_map<(n, p) -> ()>, affine_map<(n, p) -> (n, p)>, affine_map<(n, p) -> (n, p)>], iterator_types = ["parallel", "parallel"]}
        ins(%g2, %b1 : tensor<f32>, tensor<5x7xf32>) outs(%b2 : tensor<5x7xf32>) {
    ^bb0(%a: f32, %b: f32, %o: f32):
      %decay = math.exp %a : f32
      %kept = arith.mulf %decay, %b : f32
      %r = arith.addf %kept, %o : f32
      linalg.yield %r : f32
    } -> tensor<5x7xf32>
    mixer.yield %g12, %b12 : tensor<f32>, tensor<5x7xf32>
  } act {
  ^bb0(%h: index, %s: tensor<5x7xf32>, %gt: tensor<f32>, %b: tensor<5x7xf32>):
    %next = linalg.generic {indexing_maps = [affine_map<(n, p) -> ()>, affine_map<(n, p) -> (n, p)>, affine_map<(n, p) -> (n, p)>], iterator_types = ["parallel", "parallel"]}
        ins(%gt, %s : tensor<f32>, tensor<5x7xf32>) outs(%b : tensor<5x7xf32>) {
    ^bb0(%a: f32, %before: f32, %o: f32):
      %decay = math.exp %a : f32
      %kept = arith.mulf %decay, %before : f32
      %r = arith.addf %kept, %o : f32
      linalg.yield %r : f32
    } -> tensor<5x7xf32>
    mixer.yield %next : tensor<5x7xf32>
  } readout {
  ^bb0(%h: index, %qt: tensor<5xf32>, %kt: tensor<5xf32>, %vt: tensor<7xf32>, %gt: tensor<f32>, %s: tensor<5x7xf32>):
    %zero = arith.constant dense<0.0> : tensor<7xf32>
    %yt = linalg.vecmat ins(%qt, %s : tensor<5xf32>, tensor<5x7xf32>) outs(%zero : tensor<7xf32>) -> tensor<7xf32>
    mixer.yield %yt : tensor<7xf32>
  }
  return %y : tensor<2x?x3x7xf32>
}
