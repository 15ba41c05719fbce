// RUN: weft-opt %s --weft-choose-form -o %t.mlir 2>&1 | FileCheck %s

// What is shown of a decay, and from what. A form of sums is chosen only where
// decays are at most 0.

#map = affine_map<(b, t, h) -> (b, t, h)>

// CHECK: remark: Declared: scan: chunked{{.*}}; safe: log decay log_a ≤ 0
func.func @Declared(%q: tensor<2x?x4x128xf32>, %s: tensor<2x4x128x128xf32>, %g: tensor<2x?x4xf32> {mixer.name = "log_a", mixer.range = array<f64: 0xFFF0000000000000, 0.0>}) -> tensor<2x?x4x128xf32> {
  %y, %t = mixer.scan ins(%q, %q, %q : tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>) decay(%g : tensor<2x?x4xf32>)
      outs(%q, %s : tensor<2x?x4x128xf32>, tensor<2x4x128x128xf32>)
  return %y : tensor<2x?x4x128xf32>
}

// CHECK: remark: NegatedExp: scan: chunked{{.*}}; safe: log decay -exp(x) ≤ 0
func.func @NegatedExp(%q: tensor<2x?x4x128xf32>, %s: tensor<2x4x128x128xf32>, %x: tensor<2x?x4xf32>) -> tensor<2x?x4x128xf32> {
  %g = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x : tensor<2x?x4xf32>) outs(%x : tensor<2x?x4xf32>) {
  ^bb0(%i0: f32, %out: f32):
    %a = math.exp %i0 : f32
    %r = arith.negf %a : f32
    linalg.yield %r : f32
  } -> tensor<2x?x4xf32>
  %y, %t = mixer.scan ins(%q, %q, %q : tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>) decay(%g : tensor<2x?x4xf32>)
      outs(%q, %s : tensor<2x?x4x128xf32>, tensor<2x4x128x128xf32>)
  return %y : tensor<2x?x4x128xf32>
}

// CHECK: remark: LogSigmoid: scan: chunked{{.*}}; safe: log decay log((1 / (1 + exp(x)))) ≤ 0
func.func @LogSigmoid(%q: tensor<2x?x4x128xf32>, %s: tensor<2x4x128x128xf32>, %x: tensor<2x?x4xf32>) -> tensor<2x?x4x128xf32> {
  %g = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x : tensor<2x?x4xf32>) outs(%x : tensor<2x?x4xf32>) {
  ^bb0(%i0: f32, %out: f32):
    %one = arith.constant 1.0 : f32
    %n = arith.negf %i0 : f32
    %a = math.exp %n : f32
    %b = arith.addf %one, %a : f32
    %c = arith.divf %one, %b : f32
    %r = math.log %c : f32
    linalg.yield %r : f32
  } -> tensor<2x?x4xf32>
  %y, %t = mixer.scan ins(%q, %q, %q : tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>) decay(%g : tensor<2x?x4xf32>)
      outs(%q, %s : tensor<2x?x4x128xf32>, tensor<2x4x128x128xf32>)
  return %y : tensor<2x?x4x128xf32>
}

// CHECK: remark: NegatedSoftplus: scan: chunked{{.*}}; safe: log decay -select(x, log1p(exp(x))) ≤ 0
func.func @NegatedSoftplus(%q: tensor<2x?x4x128xf32>, %s: tensor<2x4x128x128xf32>, %x: tensor<2x?x4xf32>) -> tensor<2x?x4x128xf32> {
  %g = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x : tensor<2x?x4xf32>) outs(%x : tensor<2x?x4xf32>) {
  ^bb0(%i0: f32, %out: f32):
    %limit = arith.constant 20.0 : f32
    %a = math.exp %i0 : f32
    %b = math.log1p %a : f32
    %large = arith.cmpf ogt, %i0, %limit : f32
    %c = arith.select %large, %i0, %b : f32
    %r = arith.negf %c : f32
    linalg.yield %r : f32
  } -> tensor<2x?x4xf32>
  %y, %t = mixer.scan ins(%q, %q, %q : tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>) decay(%g : tensor<2x?x4xf32>)
      outs(%q, %s : tensor<2x?x4x128xf32>, tensor<2x4x128x128xf32>)
  return %y : tensor<2x?x4x128xf32>
}

// CHECK: remark: RateTimesStep: scan: chunked{{.*}}; safe: log decay (-exp(x) · log1p(exp(x))) ≤ 0
func.func @RateTimesStep(%q: tensor<2x?x4x128xf32>, %s: tensor<2x4x128x128xf32>, %x: tensor<2x?x4xf32>, %z: tensor<2x?x4xf32>) -> tensor<2x?x4x128xf32> {
  %g = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x, %z : tensor<2x?x4xf32>, tensor<2x?x4xf32>) outs(%x : tensor<2x?x4xf32>) {
  ^bb0(%i0: f32, %i1: f32, %out: f32):
    %a = math.exp %i0 : f32
    %n = arith.negf %a : f32
    %b = math.exp %i1 : f32
    %c = math.log1p %b : f32
    %r = arith.mulf %n, %c : f32
    linalg.yield %r : f32
  } -> tensor<2x?x4xf32>
  %y, %t = mixer.scan ins(%q, %q, %q : tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>) decay(%g : tensor<2x?x4xf32>)
      outs(%q, %s : tensor<2x?x4x128xf32>, tensor<2x4x128x128xf32>)
  return %y : tensor<2x?x4x128xf32>
}

// CHECK: remark: NegatedSquare: scan: chunked{{.*}}; safe: log decay -(x · x) ≤ 0
func.func @NegatedSquare(%q: tensor<2x?x4x128xf32>, %s: tensor<2x4x128x128xf32>, %x: tensor<2x?x4xf32>) -> tensor<2x?x4x128xf32> {
  %g = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x : tensor<2x?x4xf32>) outs(%x : tensor<2x?x4xf32>) {
  ^bb0(%i0: f32, %out: f32):
    %a = arith.mulf %i0, %i0 : f32
    %r = arith.negf %a : f32
    linalg.yield %r : f32
  } -> tensor<2x?x4xf32>
  %y, %t = mixer.scan ins(%q, %q, %q : tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>) decay(%g : tensor<2x?x4xf32>)
      outs(%q, %s : tensor<2x?x4x128xf32>, tensor<2x4x128x128xf32>)
  return %y : tensor<2x?x4x128xf32>
}

// CHECK: remark: Sum: scan: chunked{{.*}}; safe: log decay (argument #2 + argument #3) ≤ 0
func.func @Sum(%q: tensor<2x?x4x128xf32>, %s: tensor<2x4x128x128xf32>, %a: tensor<2x?x4xf32> {mixer.range = array<f64: -5.0, 0.0>}, %b: tensor<2x?x4xf32> {mixer.range = array<f64: -5.0, 0.0>}) -> tensor<2x?x4x128xf32> {
  %g = arith.addf %a, %b : tensor<2x?x4xf32>
  %y, %t = mixer.scan ins(%q, %q, %q : tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>) decay(%g : tensor<2x?x4xf32>)
      outs(%q, %s : tensor<2x?x4x128xf32>, tensor<2x4x128x128xf32>)
  return %y : tensor<2x?x4x128xf32>
}

// CHECK: remark: Reduction: scan: chunked{{.*}}; safe: log decay reduction(argument #2) ≤ 0
func.func @Reduction(%q: tensor<2x?x4x128xf32>, %s: tensor<2x4x128x128xf32>, %a: tensor<2x?x4x16xf32> {mixer.range = array<f64: -5.0, 0.0>}, %e: tensor<2x?x4xf32>) -> tensor<2x?x4x128xf32> {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<2x?x4xf32>) -> tensor<2x?x4xf32>
  %g = linalg.reduce ins(%a : tensor<2x?x4x16xf32>) outs(%f : tensor<2x?x4xf32>) dimensions = [3] (%in: f32, %sum: f32) {
    %r = arith.addf %in, %sum : f32
    linalg.yield %r : f32
  }
  %y, %t = mixer.scan ins(%q, %q, %q : tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>) decay(%g : tensor<2x?x4xf32>)
      outs(%q, %s : tensor<2x?x4x128xf32>, tensor<2x4x128x128xf32>)
  return %y : tensor<2x?x4x128xf32>
}

// CHECK: remark: Unknown: scan: recurrent: because chunked is not shown to be safe: log decays are not shown to be at most 0: nothing is known of gate, lost at
func.func @Unknown(%q: tensor<2x?x4x128xf32>, %s: tensor<2x4x128x128xf32>, %g: tensor<2x?x4xf32> {mixer.name = "gate"}) -> tensor<2x?x4x128xf32> {
  %y, %t = mixer.scan ins(%q, %q, %q : tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>) decay(%g : tensor<2x?x4xf32>)
      outs(%q, %s : tensor<2x?x4x128xf32>, tensor<2x4x128x128xf32>)
  return %y : tensor<2x?x4x128xf32>
}

// CHECK: remark: Positive: scan: recurrent: {{.*}}: exp(x) may be up to inf, lost at
func.func @Positive(%q: tensor<2x?x4x128xf32>, %s: tensor<2x4x128x128xf32>, %x: tensor<2x?x4xf32>) -> tensor<2x?x4x128xf32> {
  %g = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x : tensor<2x?x4xf32>) outs(%x : tensor<2x?x4xf32>) {
  ^bb0(%i0: f32, %out: f32):
    %r = math.exp %i0 : f32
    linalg.yield %r : f32
  } -> tensor<2x?x4xf32>
  %y, %t = mixer.scan ins(%q, %q, %q : tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>) decay(%g : tensor<2x?x4xf32>)
      outs(%q, %s : tensor<2x?x4x128xf32>, tensor<2x4x128x128xf32>)
  return %y : tensor<2x?x4x128xf32>
}

// CHECK: remark: OneOfTwo: scan: recurrent: {{.*}}nothing is known of argument #3
func.func @OneOfTwo(%q: tensor<2x?x4x128xf32>, %s: tensor<2x4x128x128xf32>, %a: tensor<2x?x4xf32> {mixer.range = array<f64: -5.0, 0.0>}, %b: tensor<2x?x4xf32>) -> tensor<2x?x4x128xf32> {
  %g = arith.addf %a, %b : tensor<2x?x4xf32>
  %y, %t = mixer.scan ins(%q, %q, %q : tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>) decay(%g : tensor<2x?x4xf32>)
      outs(%q, %s : tensor<2x?x4x128xf32>, tensor<2x4x128x128xf32>)
  return %y : tensor<2x?x4x128xf32>
}

// CHECK: remark: WrongSideOfLimit: scan: recurrent: 
func.func @WrongSideOfLimit(%q: tensor<2x?x4x128xf32>, %s: tensor<2x4x128x128xf32>, %x: tensor<2x?x4xf32>) -> tensor<2x?x4x128xf32> {
  %g = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x : tensor<2x?x4xf32>) outs(%x : tensor<2x?x4xf32>) {
  ^bb0(%i0: f32, %out: f32):
    %limit = arith.constant 20.0 : f32
    %zero = arith.constant 0.0 : f32
    %large = arith.cmpf olt, %i0, %limit : f32
    %c = arith.select %large, %i0, %zero : f32
    %r = arith.negf %c : f32
    linalg.yield %r : f32
  } -> tensor<2x?x4xf32>
  %y, %t = mixer.scan ins(%q, %q, %q : tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>) decay(%g : tensor<2x?x4xf32>)
      outs(%q, %s : tensor<2x?x4x128xf32>, tensor<2x4x128x128xf32>)
  return %y : tensor<2x?x4x128xf32>
}

// CHECK: remark: GrowingReduction: scan: recurrent: 
func.func @GrowingReduction(%q: tensor<2x?x4x128xf32>, %s: tensor<2x4x128x128xf32>, %a: tensor<2x?x4x16xf32> {mixer.range = array<f64: -5.0, 0.0>}, %e: tensor<2x?x4xf32>) -> tensor<2x?x4x128xf32> {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<2x?x4xf32>) -> tensor<2x?x4xf32>
  %g = linalg.reduce ins(%a : tensor<2x?x4x16xf32>) outs(%f : tensor<2x?x4xf32>) dimensions = [3] (%in: f32, %sum: f32) {
    %r = arith.subf %sum, %in : f32
    linalg.yield %r : f32
  }
  %y, %t = mixer.scan ins(%q, %q, %q : tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>) decay(%g : tensor<2x?x4xf32>)
      outs(%q, %s : tensor<2x?x4x128xf32>, tensor<2x4x128x128xf32>)
  return %y : tensor<2x?x4x128xf32>
}

// What a private function is called with.
// CHECK: remark: Called: scan: chunked
func.func private @Called(%q: tensor<2x?x4x128xf32>, %s: tensor<2x4x128x128xf32>, %g: tensor<2x?x4xf32>) -> tensor<2x?x4x128xf32> {
  %y, %t = mixer.scan ins(%q, %q, %q : tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>) decay(%g : tensor<2x?x4xf32>)
      outs(%q, %s : tensor<2x?x4x128xf32>, tensor<2x4x128x128xf32>)
  return %y : tensor<2x?x4x128xf32>
}
func.func @Callers(%q: tensor<2x?x4x128xf32>, %s: tensor<2x4x128x128xf32>, %a: tensor<2x?x4xf32> {mixer.range = array<f64: -5.0, 0.0>}, %b: tensor<2x?x4xf32> {mixer.range = array<f64: -5.0, 0.0>}) -> (tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>) {
  %y = call @Called(%q, %s, %a) : (tensor<2x?x4x128xf32>, tensor<2x4x128x128xf32>, tensor<2x?x4xf32>) -> tensor<2x?x4x128xf32>
  %z = call @Called(%q, %s, %b) : (tensor<2x?x4x128xf32>, tensor<2x4x128x128xf32>, tensor<2x?x4xf32>) -> tensor<2x?x4x128xf32>
  return %y, %z : tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>
}

// CHECK: remark: CalledWithAny: scan: recurrent: {{.*}}nothing is known of gate, lost at
func.func private @CalledWithAny(%q: tensor<2x?x4x128xf32>, %s: tensor<2x4x128x128xf32>, %g: tensor<2x?x4xf32>) -> tensor<2x?x4x128xf32> {
  %y, %t = mixer.scan ins(%q, %q, %q : tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>) decay(%g : tensor<2x?x4xf32>)
      outs(%q, %s : tensor<2x?x4x128xf32>, tensor<2x4x128x128xf32>)
  return %y : tensor<2x?x4x128xf32>
}
func.func @OneCallerOfTwo(%q: tensor<2x?x4x128xf32>, %s: tensor<2x4x128x128xf32>, %a: tensor<2x?x4xf32> {mixer.range = array<f64: -5.0, 0.0>}, %b: tensor<2x?x4xf32> {mixer.name = "gate"}) -> (tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>) {
  %y = call @CalledWithAny(%q, %s, %a) : (tensor<2x?x4x128xf32>, tensor<2x4x128x128xf32>, tensor<2x?x4xf32>) -> tensor<2x?x4x128xf32>
  %z = call @CalledWithAny(%q, %s, %b) : (tensor<2x?x4x128xf32>, tensor<2x4x128x128xf32>, tensor<2x?x4xf32>) -> tensor<2x?x4x128xf32>
  return %y, %z : tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>
}

// An op without rules is the reason itself, whatever it is made of.
// CHECK: remark: Foreign: scan: recurrent: {{.*}}nothing is known of the result of vector.extract, lost at
func.func @Foreign(%q: tensor<2x?x4x128xf32>, %s: tensor<2x4x128x128xf32>, %x: tensor<2x?x4xf32> {mixer.range = array<f64: -5.0, 0.0>}) -> tensor<2x?x4x128xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %T = tensor.dim %x, %c1 : tensor<2x?x4xf32>
  %v = vector.transfer_read %x[%c0, %c0, %c0], %zero : tensor<2x?x4xf32>, vector<f32>
  %n = vector.extract %v[] : f32 from vector<f32>
  %e = tensor.empty(%T) : tensor<2x?x4xf32>
  %g = linalg.fill ins(%n : f32) outs(%e : tensor<2x?x4xf32>) -> tensor<2x?x4xf32>
  %y, %t = mixer.scan ins(%q, %q, %q : tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>, tensor<2x?x4x128xf32>) decay(%g : tensor<2x?x4xf32>)
      outs(%q, %s : tensor<2x?x4x128xf32>, tensor<2x4x128x128xf32>)
  return %y : tensor<2x?x4x128xf32>
}
