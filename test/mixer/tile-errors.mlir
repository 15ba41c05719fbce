// RUN: weft-opt %s -split-input-file -verify-diagnostics -transform-interpreter

func.func @StraddlesGroups(%q: tensor<2x32x12x64xf32>, %k: tensor<2x32x3x64xf32>) -> tensor<2x32x12x64xf32> {
  // expected-error @+3 {{expects a head tile that divides the group of 4 heads or is a multiple of it, got 3}}
  // expected-error @+2 {{faild to tile operation}}
  // expected-error @+1 {{failed to generate tiling loops}}
  %y = mixer.attend ins(%q, %k, %k : tensor<2x32x12x64xf32>, tensor<2x32x3x64xf32>, tensor<2x32x3x64xf32>)
      outs(%q : tensor<2x32x12x64xf32>) softmax {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %keep = arith.constant true
    mixer.yield %s, %keep : f32, i1
  }
  return %y : tensor<2x32x12x64xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op) {
    %op = transform.structured.match ops{["mixer.attend"]} in %root : (!transform.any_op) -> !transform.any_op
    %t, %l = transform.structured.tile_using_for %op tile_sizes [0, 3] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

func.func @RaggedTile(%q: tensor<2x32x8x64xf32>, %k: tensor<2x32x2x64xf32>) -> tensor<2x32x8x64xf32> {
  // expected-error @+3 {{expects a head tile that divides the group of 4 heads or is a multiple of it, got one of unknown size}}
  // expected-error @+2 {{faild to tile operation}}
  // expected-error @+1 {{failed to generate tiling loops}}
  %y = mixer.attend ins(%q, %k, %k : tensor<2x32x8x64xf32>, tensor<2x32x2x64xf32>, tensor<2x32x2x64xf32>)
      outs(%q : tensor<2x32x8x64xf32>) softmax {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %keep = arith.constant true
    mixer.yield %s, %keep : f32, i1
  }
  return %y : tensor<2x32x8x64xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op) {
    %op = transform.structured.match ops{["mixer.attend"]} in %root : (!transform.any_op) -> !transform.any_op
    %t, %l = transform.structured.tile_using_for %op tile_sizes [0, 3] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
