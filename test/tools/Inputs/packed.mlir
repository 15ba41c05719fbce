// Packed sequences whose offsets come when the program runs, through a call.
func.func private @mix(%q: tensor<2x?x4x16xf32>, %x: tensor<2x?x4x8xf32>, %offsets: tensor<4xi64>) -> tensor<2x?x4x8xf32> {
  %M = mixer.semiseparable %q, %q : tensor<2x?x4x16xf32>, tensor<2x?x4x16xf32>
  %y = mixer.apply %M, %x segments(%offsets : tensor<4xi64>) : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
func.func @packed(
    %q: tensor<2x?x4x16xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %x: tensor<2x?x4x8xf32> {mixer.name = "x", mixer.time = 1 : i64},
    %offsets: tensor<4xi64> {mixer.name = "offsets"})
    -> (tensor<2x?x4x8xf32> {mixer.name = "y"}) {
  %y = call @mix(%q, %x, %offsets) : (tensor<2x?x4x16xf32>, tensor<2x?x4x8xf32>, tensor<4xi64>) -> tensor<2x?x4x8xf32>
  return %y : tensor<2x?x4x8xf32>
}
