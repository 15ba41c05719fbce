func.func @CausalAlready(%q: tensor<2x?x2x8xf32>, %v: tensor<2x?x2x4xf32>) -> tensor<2x?x2x4xf32> {
  %M = example.laplace %q, %q causal : tensor<2x?x2x8xf32>
  %C = mixer.mask %M {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  %y = mixer.apply %C, %v : tensor<2x?x2x4xf32> -> tensor<2x?x2x4xf32>
  return %y : tensor<2x?x2x4xf32>
}

func.func @NotCausal(%q: tensor<2x?x2x8xf32>, %v: tensor<2x?x2x4xf32>) -> tensor<2x?x2x4xf32> {
  %M = example.laplace %q, %q : tensor<2x?x2x8xf32>
  %C = mixer.mask %M {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %keep : i1
  }
  %y = mixer.apply %C, %v : tensor<2x?x2x4xf32> -> tensor<2x?x2x4xf32>
  return %y : tensor<2x?x2x4xf32>
}
