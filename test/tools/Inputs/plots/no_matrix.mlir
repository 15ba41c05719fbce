func.func @none(%x: tensor<1x?x2x8xf32> {mixer.name = "x", mixer.time = 1 : i64})
    -> (tensor<1x?x2x8xf32> {mixer.name = "y"}) {
  %y = math.exp %x : tensor<1x?x2x8xf32>
  return %y : tensor<1x?x2x8xf32>
}
