// RUN: weft-opt %s -split-input-file -verify-diagnostics --verify-roundtrip | FileCheck %s

!q = tensor<2x?x8x64xf32>
!k = tensor<2x?x2x64xf32>
!c = tensor<2x2x512x64xf32>

// CHECK-LABEL: func @Attend
func.func @Attend(%q: !q, %k: !k, %c: !c, %n: index) {
  // CHECK: mixer.attend ins(%{{.*}} : tensor<2x?x8x64xf32>, tensor<2x?x2x64xf32>, tensor<2x?x2x64xf32>) outs(%{{.*}} : tensor<2x?x8x64xf32>) softmax scale 1.250000e-01 {
  // CHECK-NEXT: ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
  %y = mixer.attend ins(%q, %k, %k : !q, !k, !k) outs(%q : !q) softmax scale 0.125 {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %keep = arith.cmpi sle, %j, %i : index
    mixer.yield %s, %keep : f32, i1
  }
  // CHECK: cache(%{{.*}}, %{{.*}} : tensor<2x2x512x64xf32>, tensor<2x2x512x64xf32>) length %{{.*}} outs(%{{.*}}) origin(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}) softmax {
  // CHECK: } -> tensor<2x2x512x64xf32>, tensor<2x2x512x64xf32>
  %z, %keys, %values = mixer.attend ins(%q, %k, %k : !q, !k, !k) cache(%c, %c : !c, !c) length %n
      outs(%q : !q) origin(%n, %n, %n, %n) softmax {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %keep = arith.constant true
    mixer.yield %s, %keep : f32, i1
  } -> !c, !c
  return
}

// -----

func.func @NoPresence(%q: tensor<2x8x8x64xf32>) {
  // expected-error @+1 {{expects a region that yields (f32, i1), got (f32)}}
  %y = mixer.attend ins(%q, %q, %q : tensor<2x8x8x64xf32>, tensor<2x8x8x64xf32>, tensor<2x8x8x64xf32>) outs(%q : tensor<2x8x8x64xf32>) {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    mixer.yield %s : f32
  }
  return
}

// -----

func.func @KeyHeads(%q: tensor<2x8x8x64xf32>, %k: tensor<2x8x3x64xf32>) {
  // expected-error @+1 {{expects the number of heads of k to divide 8, got 3}}
  %y = mixer.attend ins(%q, %k, %k : tensor<2x8x8x64xf32>, tensor<2x8x3x64xf32>, tensor<2x8x3x64xf32>) outs(%q : tensor<2x8x8x64xf32>) {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %keep = arith.constant true
    mixer.yield %s, %keep : f32, i1
  }
  return
}

// -----

func.func @Queries(%q: tensor<2x8x8x64xf32>, %o: tensor<2x9x8x64xf32>) {
  // expected-error @+1 {{expects operands of the same number of queries, got 8 and 9}}
  %y = mixer.attend ins(%q, %q, %q : tensor<2x8x8x64xf32>, tensor<2x8x8x64xf32>, tensor<2x8x8x64xf32>) outs(%o : tensor<2x9x8x64xf32>) {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %keep = arith.constant true
    mixer.yield %s, %keep : f32, i1
  }
  return
}

// -----

func.func @Keys(%q: tensor<2x8x8x64xf32>, %v: tensor<2x9x8x64xf32>) {
  // expected-error @+1 {{expects operands of the same number of keys, got 8 and 9}}
  %y = mixer.attend ins(%q, %q, %v : tensor<2x8x8x64xf32>, tensor<2x8x8x64xf32>, tensor<2x9x8x64xf32>) outs(%q : tensor<2x8x8x64xf32>) {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %keep = arith.constant true
    mixer.yield %s, %keep : f32, i1
  }
  return
}

// -----

func.func @Origin(%q: tensor<2x8x8x64xf32>, %n: index) {
  // expected-error @+1 {{expects an origin (b, h, i, j), got 2 indices}}
  %y = mixer.attend ins(%q, %q, %q : tensor<2x8x8x64xf32>, tensor<2x8x8x64xf32>, tensor<2x8x8x64xf32>) outs(%q : tensor<2x8x8x64xf32>) origin(%n, %n) {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %keep = arith.constant true
    mixer.yield %s, %keep : f32, i1
  }
  return
}

// -----

func.func @NoCacheAfter(%q: tensor<2x8x8x64xf32>, %c: tensor<2x8x512x64xf32>, %n: index) {
  // expected-error @+1 {{expects 2 caches as results, got 0}}
  %y = mixer.attend ins(%q, %q, %q : tensor<2x8x8x64xf32>, tensor<2x8x8x64xf32>, tensor<2x8x8x64xf32>) cache(%c, %c : tensor<2x8x512x64xf32>, tensor<2x8x512x64xf32>) length %n outs(%q : tensor<2x8x8x64xf32>) {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %keep = arith.constant true
    mixer.yield %s, %keep : f32, i1
  }
  return
}

// -----

func.func @CacheLayout(%q: tensor<2x8x8x64xf32>, %c: tensor<2x512x8x64xf32>, %n: index) {
  // expected-error @+1 {{expects k_cache [B, Hk, N, D] of type 'tensor<2x8x8x64xf32>', got 'tensor<2x512x8x64xf32>'}}
  %y, %keys, %values = mixer.attend ins(%q, %q, %q : tensor<2x8x8x64xf32>, tensor<2x8x8x64xf32>, tensor<2x8x8x64xf32>) cache(%c, %c : tensor<2x512x8x64xf32>, tensor<2x512x8x64xf32>) length %n outs(%q : tensor<2x8x8x64xf32>) {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %keep = arith.constant true
    mixer.yield %s, %keep : f32, i1
  } -> tensor<2x512x8x64xf32>, tensor<2x512x8x64xf32>
  return
}

// -----

func.func @CacheWithoutLength(%q: tensor<2x8x8x64xf32>, %c: tensor<2x8x512x64xf32>) {
  // expected-error @+1 {{expects k_cache, v_cache and length together}}
  %y:3 = "mixer.attend"(%q, %q, %q, %q, %c, %c) <{operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0>}> ({
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %keep = arith.constant true
    mixer.yield %s, %keep : f32, i1
  }) : (tensor<2x8x8x64xf32>, tensor<2x8x8x64xf32>, tensor<2x8x8x64xf32>, tensor<2x8x8x64xf32>, tensor<2x8x512x64xf32>, tensor<2x8x512x64xf32>) -> (tensor<2x8x8x64xf32>, tensor<2x8x512x64xf32>, tensor<2x8x512x64xf32>)
  return
}

// -----

func.func @CacheChangesType(%q: tensor<2x8x8x64xf32>, %c: tensor<2x8x512x64xf32>, %n: index) {
  // expected-error @+1 {{expects a cache as result of type 'tensor<2x8x512x64xf32>', got 'tensor<2x8x513x64xf32>'}}
  %y, %keys, %values = mixer.attend ins(%q, %q, %q : tensor<2x8x8x64xf32>, tensor<2x8x8x64xf32>, tensor<2x8x8x64xf32>) cache(%c, %c : tensor<2x8x512x64xf32>, tensor<2x8x512x64xf32>) length %n outs(%q : tensor<2x8x8x64xf32>) {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %keep = arith.constant true
    mixer.yield %s, %keep : f32, i1
  } -> tensor<2x8x512x64xf32>, tensor<2x8x513x64xf32>
  return
}

// -----

!q = tensor<2x?x8x64xf32>
!k = tensor<2x?x2x64xf32>
!c = tensor<2x2x512x64xf32>

// CHECK-LABEL: func @Data
func.func @Data(%q: !q, %k: !k, %c: !c, %n: index, %r: tensor<2x?x1xi32>, %g: tensor<2x?x8xf32>, %gc: tensor<2x8x512xf32>, %sink: tensor<8xf32>) {
  // CHECK: rows(%{{.*}}, %{{.*}} : tensor<2x?x1xi32>, tensor<2x?x8xf32>) columns(%{{.*}} : tensor<2x?x8xf32>) sink(%{{.*}} : tensor<8xf32>) cache(%{{.*}}, %{{.*}} : tensor<2x2x512x64xf32>, tensor<2x2x512x64xf32>) length %{{.*}} column_caches(%{{.*}} : tensor<2x8x512xf32>) outs(%{{.*}}) softmax {
  // CHECK-NEXT: ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index, %r: i32, %r_{{[0-9]+}}: f32, %c: f32):
  // CHECK: } -> tensor<2x2x512x64xf32>, tensor<2x2x512x64xf32>, tensor<2x8x512xf32>
  %z, %new:3 = mixer.attend ins(%q, %k, %k : !q, !k, !k) rows(%r, %g : tensor<2x?x1xi32>, tensor<2x?x8xf32>) columns(%g : tensor<2x?x8xf32>)
      sink(%sink : tensor<8xf32>) cache(%c, %c : !c, !c) length %n column_caches(%gc : tensor<2x8x512xf32>)
      outs(%q : !q) softmax {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index, %id: i32, %gi: f32, %gj: f32):
    %keep = arith.constant true
    mixer.yield %s, %keep, %gi : f32, i1, f32
  } -> !c, !c, tensor<2x8x512xf32>
  return
}

// -----

func.func @DataHeads(%q: tensor<2x8x8x64xf32>, %r: tensor<2x8x2xf32>) {
  // expected-error @+1 {{expects data of 8 heads or one, got 'tensor<2x8x2xf32>'}}
  %y = mixer.attend ins(%q, %q, %q : tensor<2x8x8x64xf32>, tensor<2x8x8x64xf32>, tensor<2x8x8x64xf32>) rows(%r : tensor<2x8x2xf32>) outs(%q : tensor<2x8x8x64xf32>) {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index, %x: f32):
    %keep = arith.constant true
    mixer.yield %s, %keep : f32, i1
  }
  return
}

// -----

func.func @DataOfOtherQueries(%q: tensor<2x8x8x64xf32>, %r: tensor<2x9x1xf32>) {
  // expected-error @+1 {{expects operands of the same number of queries, got 8 and 9}}
  %y = mixer.attend ins(%q, %q, %q : tensor<2x8x8x64xf32>, tensor<2x8x8x64xf32>, tensor<2x8x8x64xf32>) rows(%r : tensor<2x9x1xf32>) outs(%q : tensor<2x8x8x64xf32>) {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index, %x: f32):
    %keep = arith.constant true
    mixer.yield %s, %keep : f32, i1
  }
  return
}

// -----

func.func @SinkHeads(%q: tensor<2x8x8x64xf32>, %s0: tensor<4xf32>) {
  // expected-error @+1 {{expects a sink [H] of type 'tensor<8xf32>', got 'tensor<4xf32>'}}
  %y = mixer.attend ins(%q, %q, %q : tensor<2x8x8x64xf32>, tensor<2x8x8x64xf32>, tensor<2x8x8x64xf32>) sink(%s0 : tensor<4xf32>) outs(%q : tensor<2x8x8x64xf32>) softmax {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %keep = arith.constant true
    mixer.yield %s, %keep : f32, i1
  }
  return
}

// -----

func.func @SinkWithoutSoftmax(%q: tensor<2x8x8x64xf32>, %s0: tensor<8xf32>) {
  // expected-error @+1 {{expects a sink under softmax only}}
  %y = mixer.attend ins(%q, %q, %q : tensor<2x8x8x64xf32>, tensor<2x8x8x64xf32>, tensor<2x8x8x64xf32>) sink(%s0 : tensor<8xf32>) outs(%q : tensor<2x8x8x64xf32>) {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %keep = arith.constant true
    mixer.yield %s, %keep : f32, i1
  }
  return
}

// -----

func.func @WeightWithoutSoftmax(%q: tensor<2x8x8x64xf32>) {
  // expected-error @+1 {{expects a weight under softmax only}}
  %y = mixer.attend ins(%q, %q, %q : tensor<2x8x8x64xf32>, tensor<2x8x8x64xf32>, tensor<2x8x8x64xf32>) outs(%q : tensor<2x8x8x64xf32>) {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %keep = arith.constant true
    mixer.yield %s, %keep, %s : f32, i1, f32
  }
  return
}

// -----

func.func @NoColumnCache(%q: tensor<2x8x8x64xf32>, %c: tensor<2x8x512x64xf32>, %n: index, %g: tensor<2x8x1xf32>) {
  // expected-error @+1 {{expects 1 column caches, got 0}}
  %y:3 = mixer.attend ins(%q, %q, %q : tensor<2x8x8x64xf32>, tensor<2x8x8x64xf32>, tensor<2x8x8x64xf32>) columns(%g : tensor<2x8x1xf32>) cache(%c, %c : tensor<2x8x512x64xf32>, tensor<2x8x512x64xf32>) length %n outs(%q : tensor<2x8x8x64xf32>) {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index, %x: f32):
    %keep = arith.constant true
    mixer.yield %s, %keep : f32, i1
  } -> tensor<2x8x512x64xf32>, tensor<2x8x512x64xf32>
  return
}

// -----

func.func @ColumnCacheLayout(%q: tensor<2x8x8x64xf32>, %c: tensor<2x8x512x64xf32>, %n: index, %g: tensor<2x8x1xf32>, %gc: tensor<2x512x1xf32>) {
  // expected-error @+1 {{expects a column cache [B, Hc, N] of type 'tensor<2x1x1xf32>', got 'tensor<2x512x1xf32>'}}
  %y:4 = mixer.attend ins(%q, %q, %q : tensor<2x8x8x64xf32>, tensor<2x8x8x64xf32>, tensor<2x8x8x64xf32>) columns(%g : tensor<2x8x1xf32>) cache(%c, %c : tensor<2x8x512x64xf32>, tensor<2x8x512x64xf32>) length %n column_caches(%gc : tensor<2x512x1xf32>) outs(%q : tensor<2x8x8x64xf32>) {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index, %x: f32):
    %keep = arith.constant true
    mixer.yield %s, %keep : f32, i1
  } -> tensor<2x8x512x64xf32>, tensor<2x8x512x64xf32>, tensor<2x512x1xf32>
  return
}

// -----

func.func @ColumnCacheLength(%q: tensor<2x8x8x64xf32>, %c: tensor<2x8x512x64xf32>, %n: index, %g: tensor<2x8x1xf32>, %gc: tensor<2x1x511xf32>) {
  // expected-error @+1 {{expects operands of the same cache length, got 512 and 511}}
  %y:4 = mixer.attend ins(%q, %q, %q : tensor<2x8x8x64xf32>, tensor<2x8x8x64xf32>, tensor<2x8x8x64xf32>) columns(%g : tensor<2x8x1xf32>) cache(%c, %c : tensor<2x8x512x64xf32>, tensor<2x8x512x64xf32>) length %n column_caches(%gc : tensor<2x1x511xf32>) outs(%q : tensor<2x8x8x64xf32>) {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index, %x: f32):
    %keep = arith.constant true
    mixer.yield %s, %keep : f32, i1
  } -> tensor<2x8x512x64xf32>, tensor<2x8x512x64xf32>, tensor<2x1x511xf32>
  return
}
