// Every surface op's dense matrix against its entry formula in numpy.
// RUN: mkdir -p %t && weftc %s -o %t/model
// RUN: %python %weft_src/test/oracle/check_entries.py %t/model

func.func @forward(%q: tensor<2x12x4x8xf32> {mixer.name = "q"}, %k: tensor<2x12x2x8xf32> {mixer.name = "k"},
    %log_a: tensor<2x12x4xf32> {mixer.name = "log_a"}, %taps: tensor<4x3xf32> {mixer.name = "taps"},
    %x: tensor<2x12x2x8xf32> {mixer.name = "x"})
    -> (tensor<2x4x12x12xf32> {mixer.name = "gram"},
        tensor<2x4x12x12xf32> {mixer.name = "decay"},
        tensor<2x4x12x12xf32> {mixer.name = "toeplitz"},
        tensor<2x4x12x12xf32> {mixer.name = "semiseparable"},
        tensor<2x4x12x12xf32> {mixer.name = "map"},
        tensor<2x4x12x12xf32> {mixer.name = "mask"},
        tensor<2x4x12x12xf32> {mixer.name = "softmax"},
        tensor<2x4x12x12xf32> {mixer.name = "normalize_sum"},
        tensor<2x4x12x12xf32> {mixer.name = "normalize_abs"},
        tensor<2x4x12x12xf32> {mixer.name = "normalize_count"},
        tensor<2x4x12x12xf32> {mixer.name = "add"},
        tensor<2x4x12x12xf32> {mixer.name = "hadamard"},
        tensor<2x4x12x12xf32> {mixer.name = "transpose"},
        tensor<2x12x4x8xf32> {mixer.name = "apply"}) {
  %half = arith.constant 0.5 : f32
  %two = arith.constant 2.0 : f32
  %slope = arith.constant 0.0625 : f32
  %first = arith.constant 2 : index
  %window = arith.constant 5 : index
  %one = arith.constant 1 : index
  %G = mixer.gram %q, %k {scale = 0.25 : f32} : tensor<2x12x4x8xf32>, tensor<2x12x2x8xf32>
  %L = mixer.decay %log_a : tensor<2x12x4xf32>
  %C = mixer.toeplitz %taps : tensor<4x3xf32>
  %M = mixer.semiseparable %q, %k decay(%log_a : tensor<2x12x4xf32>) {scale = 0.5 : f32} : tensor<2x12x4x8xf32>, tensor<2x12x2x8xf32>
  // 2 tanh(s / 2) - (h + 1) |i - j| / 16
  %F = mixer.map %G {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %halved = arith.mulf %s, %half : f32
    %tanh = math.tanh %halved : f32
    %capped = arith.mulf %tanh, %two : f32
    %age = arith.subi %i, %j : index
    %distance = math.absi %age : index
    %head = arith.addi %h, %one : index
    %steps = arith.muli %head, %distance : index
    %whole = arith.index_cast %steps : index to i64
    %count = arith.sitofp %whole : i64 to f32
    %bias = arith.mulf %count, %slope : f32
    %r = arith.subf %capped, %bias : f32
    mixer.yield %r : f32
  }
  // 2 <= j <= i < j + 5: the first two rows have no entry
  %W = mixer.mask %G {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %causal = arith.cmpi sle, %j, %i : index
    %age = arith.subi %i, %j : index
    %near = arith.cmpi slt, %age, %window : index
    %late = arith.cmpi sge, %j, %first : index
    %both = arith.andi %causal, %near : i1
    %keep = arith.andi %both, %late : i1
    mixer.yield %keep : i1
  }
  %P = mixer.softmax %W
  %NS = mixer.normalize %L by sum
  %NA = mixer.normalize %M by abs_max_one
  %NC = mixer.normalize %W by count
  %A = mixer.add %L, %C
  %H = mixer.hadamard %L, %G
  %T = mixer.transpose %H
  %gram = mixer.materialize %G : tensor<2x4x12x12xf32>
  %decay = mixer.materialize %L : tensor<2x4x12x12xf32>
  %toeplitz = mixer.materialize %C : tensor<2x4x12x12xf32>
  %semiseparable = mixer.materialize %M : tensor<2x4x12x12xf32>
  %map = mixer.materialize %F : tensor<2x4x12x12xf32>
  %mask = mixer.materialize %W : tensor<2x4x12x12xf32>
  %softmax = mixer.materialize %P : tensor<2x4x12x12xf32>
  %normalize_sum = mixer.materialize %NS : tensor<2x4x12x12xf32>
  %normalize_abs = mixer.materialize %NA : tensor<2x4x12x12xf32>
  %normalize_count = mixer.materialize %NC : tensor<2x4x12x12xf32>
  %add = mixer.materialize %A : tensor<2x4x12x12xf32>
  %hadamard = mixer.materialize %H : tensor<2x4x12x12xf32>
  %transpose = mixer.materialize %T : tensor<2x4x12x12xf32>
  %applied = mixer.apply %P, %x : tensor<2x12x2x8xf32> -> tensor<2x12x4x8xf32>
  return %gram, %decay, %toeplitz, %semiseparable, %map, %mask, %softmax, %normalize_sum, %normalize_abs, %normalize_count, %add, %hadamard, %transpose,
      %applied
      : tensor<2x4x12x12xf32>, tensor<2x4x12x12xf32>, tensor<2x4x12x12xf32>, tensor<2x4x12x12xf32>, tensor<2x4x12x12xf32>, tensor<2x4x12x12xf32>, tensor<2x4x12x12xf32>, tensor<2x4x12x12xf32>, tensor<2x4x12x12xf32>, tensor<2x4x12x12xf32>, tensor<2x4x12x12xf32>, tensor<2x4x12x12xf32>, tensor<2x4x12x12xf32>,
        tensor<2x12x4x8xf32>
}
