// Attention both ways within documents: the numbers of the documents are data.
func.func @documents(
    %q: tensor<1x?x2x16xf32> {mixer.name = "q", mixer.time = 1 : i64},
    %k: tensor<1x?x2x16xf32> {mixer.name = "k", mixer.time = 1 : i64},
    %v: tensor<1x?x2x8xf32> {mixer.name = "v", mixer.time = 1 : i64},
    %document: tensor<1x?xi64> {mixer.name = "document", mixer.time = 1 : i64})
    -> (tensor<1x?x2x8xf32> {mixer.name = "y"}) {
  %S = mixer.gram %q, %k {scale = 0.25 : f32} : tensor<1x?x2x16xf32>, tensor<1x?x2x16xf32>
  %W = mixer.mask %S {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %mine = tensor.extract %document[%b, %i] : tensor<1x?xi64>
    %other = tensor.extract %document[%b, %j] : tensor<1x?xi64>
    %keep = arith.cmpi eq, %mine, %other : i64
    mixer.yield %keep : i1
  }
  %P = mixer.softmax %W
  %y = mixer.apply %P, %v : tensor<1x?x2x8xf32> -> tensor<1x?x2x8xf32>
  return %y : tensor<1x?x2x8xf32>
}
