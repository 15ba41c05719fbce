// Softmax over the past of each channel, as an algebra: an element is the
// maximum, the sum and the weighted sum behind it.
#id = affine_map<(d) -> (d)>
func.func @softmax(%s: tensor<2x?x6xf32> {mixer.name = "s", mixer.time = 1 : i64},
                   %v: tensor<2x?x6xf32> {mixer.name = "v", mixer.time = 1 : i64})
    -> (tensor<2x?x6xf32> {mixer.name = "y"}) {
  %c1 = arith.constant 1 : index
  %m0 = arith.constant dense<-1.0e30> : tensor<2x6xf32>
  %z0 = arith.constant dense<0.0> : tensor<2x6xf32>
  %T = tensor.dim %s, %c1 : tensor<2x?x6xf32>
  %y0 = tensor.empty(%T) : tensor<2x?x6xf32>
  %y, %state:3 = mixer.fold ins(%s, %v : tensor<2x?x6xf32>, tensor<2x?x6xf32>) outs(%y0 : tensor<2x?x6xf32>)
      init(%m0, %z0, %z0 : tensor<2x6xf32>, tensor<2x6xf32>, tensor<2x6xf32>) one {
    %m = arith.constant dense<-1.0e30> : tensor<6xf32>
    %z = arith.constant dense<0.0> : tensor<6xf32>
    mixer.yield %m, %z, %z : tensor<6xf32>, tensor<6xf32>, tensor<6xf32>
  } lift {
  ^bb0(%st: tensor<6xf32>, %vt: tensor<6xf32>):
    %l = arith.constant dense<1.0> : tensor<6xf32>
    mixer.yield %st, %l, %vt : tensor<6xf32>, tensor<6xf32>, tensor<6xf32>
  } combine {
  ^bb0(%m1: tensor<6xf32>, %l1: tensor<6xf32>, %a1: tensor<6xf32>, %m2: tensor<6xf32>, %l2: tensor<6xf32>, %a2: tensor<6xf32>):
    %m = arith.maximumf %m1, %m2 : tensor<6xf32>
    %d1 = arith.subf %m1, %m : tensor<6xf32>
    %d2 = arith.subf %m2, %m : tensor<6xf32>
    %w1 = math.exp %d1 : tensor<6xf32>
    %w2 = math.exp %d2 : tensor<6xf32>
    %lk = arith.mulf %w1, %l1 : tensor<6xf32>
    %lw = arith.mulf %w2, %l2 : tensor<6xf32>
    %l = arith.addf %lk, %lw : tensor<6xf32>
    %ak = arith.mulf %w1, %a1 : tensor<6xf32>
    %aw = arith.mulf %w2, %a2 : tensor<6xf32>
    %a = arith.addf %ak, %aw : tensor<6xf32>
    mixer.yield %m, %l, %a : tensor<6xf32>, tensor<6xf32>, tensor<6xf32>
  } act {
  ^bb0(%m1: tensor<6xf32>, %l1: tensor<6xf32>, %a1: tensor<6xf32>, %m2: tensor<6xf32>, %l2: tensor<6xf32>, %a2: tensor<6xf32>):
    %e = tensor.empty() : tensor<6xf32>
    %next:3 = linalg.generic {indexing_maps = [#id, #id, #id, #id, #id, #id, #id, #id, #id], iterator_types = ["parallel"]}
        ins(%m1, %l1, %a1, %m2, %l2, %a2 : tensor<6xf32>, tensor<6xf32>, tensor<6xf32>, tensor<6xf32>, tensor<6xf32>, tensor<6xf32>)
        outs(%e, %e, %e : tensor<6xf32>, tensor<6xf32>, tensor<6xf32>) {
    ^bb0(%x1: f32, %y1: f32, %z1: f32, %x2: f32, %y2: f32, %z2: f32, %o1: f32, %o2: f32, %o3: f32):
      %max = arith.maximumf %x1, %x2 : f32
      %d1 = arith.subf %x1, %max : f32
      %d2 = arith.subf %x2, %max : f32
      %w1 = math.exp %d1 : f32
      %w2 = math.exp %d2 : f32
      %lk = arith.mulf %w1, %y1 : f32
      %lw = arith.mulf %w2, %y2 : f32
      %l = arith.addf %lk, %lw : f32
      %ak = arith.mulf %w1, %z1 : f32
      %aw = arith.mulf %w2, %z2 : f32
      %a = arith.addf %ak, %aw : f32
      linalg.yield %max, %l, %a : f32, f32, f32
    } -> (tensor<6xf32>, tensor<6xf32>, tensor<6xf32>)
    mixer.yield %next#0, %next#1, %next#2 : tensor<6xf32>, tensor<6xf32>, tensor<6xf32>
  } readout {
  ^bb0(%st: tensor<6xf32>, %vt: tensor<6xf32>, %m: tensor<6xf32>, %l: tensor<6xf32>, %a: tensor<6xf32>):
    %mean = arith.divf %a, %l : tensor<6xf32>
    mixer.yield %mean : tensor<6xf32>
  }
  return %y : tensor<2x?x6xf32>
}
