// Sliding-window attention with grouped heads, soft-capped scores and rotary
// positions (first half against second half): width 32, 4 query and 2 key
// heads of 16, a window of 8 tokens.
#rows = affine_map<(b, t, n, k) -> (b, t, k)>
#weight = affine_map<(b, t, n, k) -> (n, k)>
#out = affine_map<(b, t, n, k) -> (b, t, n)>
#full = affine_map<(b, t, h, d) -> (b, t, h, d)>
#table = affine_map<(b, t, h, d) -> (t, d)>
#t = affine_map<(t, d) -> (t)>
#d = affine_map<(t, d) -> (d)>
#td = affine_map<(t, d) -> (t, d)>

ml_program.global private @q_proj(#ml_program.extern : tensor<64x32xf32>) : tensor<64x32xf32>
ml_program.global private @k_proj(#ml_program.extern : tensor<32x32xf32>) : tensor<32x32xf32>
ml_program.global private @v_proj(#ml_program.extern : tensor<32x32xf32>) : tensor<32x32xf32>
ml_program.global private @o_proj(#ml_program.extern : tensor<32x64xf32>) : tensor<32x64xf32>

// x W^T
func.func private @project64(%x: tensor<2x?x32xf32>, %w: tensor<64x32xf32>) -> tensor<2x?x64xf32> {
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %T = tensor.dim %x, %c1 : tensor<2x?x32xf32>
  %empty = tensor.empty(%T) : tensor<2x?x64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<2x?x64xf32>) -> tensor<2x?x64xf32>
  %y = linalg.contract indexing_maps = [#rows, #weight, #out]
      ins(%x, %w : tensor<2x?x32xf32>, tensor<64x32xf32>) outs(%init : tensor<2x?x64xf32>) -> tensor<2x?x64xf32>
  return %y : tensor<2x?x64xf32>
}
func.func private @project32(%x: tensor<2x?x32xf32>, %w: tensor<32x32xf32>) -> tensor<2x?x32xf32> {
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %T = tensor.dim %x, %c1 : tensor<2x?x32xf32>
  %empty = tensor.empty(%T) : tensor<2x?x32xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<2x?x32xf32>) -> tensor<2x?x32xf32>
  %y = linalg.contract indexing_maps = [#rows, #weight, #out]
      ins(%x, %w : tensor<2x?x32xf32>, tensor<32x32xf32>) outs(%init : tensor<2x?x32xf32>) -> tensor<2x?x32xf32>
  return %y : tensor<2x?x32xf32>
}

// Rotary tables: the angle of channel d at position t is t 10000^(-2 (d mod 8) / 16);
// the sine is negative for the first half.
func.func private @tables(%p: tensor<?xindex>) -> (tensor<?x16xf32>, tensor<?x16xf32>) {
  %c0 = arith.constant 0 : index
  %T = tensor.dim %p, %c0 : tensor<?xindex>
  %frequency = arith.constant dense<[1.0, 0.31622776601683794, 0.1, 0.03162277660168379, 0.01, 0.0031622776601683794, 0.001, 0.00031622776601683794,
                                     1.0, 0.31622776601683794, 0.1, 0.03162277660168379, 0.01, 0.0031622776601683794, 0.001, 0.00031622776601683794]> : tensor<16xf32>
  %sign = arith.constant dense<[-1.0, -1.0, -1.0, -1.0, -1.0, -1.0, -1.0, -1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]> : tensor<16xf32>
  %empty = tensor.empty(%T) : tensor<?x16xf32>
  %cos, %sin = linalg.generic {indexing_maps = [#t, #d, #d, #td, #td], iterator_types = ["parallel", "parallel"]}
      ins(%p, %frequency, %sign : tensor<?xindex>, tensor<16xf32>, tensor<16xf32>) outs(%empty, %empty : tensor<?x16xf32>, tensor<?x16xf32>) {
  ^bb0(%i: index, %f: f32, %s: f32, %o0: f32, %o1: f32):
    %whole = arith.index_cast %i : index to i64
    %position = arith.sitofp %whole : i64 to f32
    %angle = arith.mulf %position, %f : f32
    %c = math.cos %angle : f32
    %sa = math.sin %angle : f32
    %signed = arith.mulf %sa, %s : f32
    linalg.yield %c, %signed : f32, f32
  } -> (tensor<?x16xf32>, tensor<?x16xf32>)
  return %cos, %sin : tensor<?x16xf32>, tensor<?x16xf32>
}

func.func @forward(%x: tensor<2x?x32xf32> {mixer.name = "x", mixer.time = 1 : i64})
    -> (tensor<2x?x32xf32> {mixer.name = "y"}) {
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %c16 = arith.constant 16 : index
  %zero = arith.constant 0.0 : f32
  %T = tensor.dim %x, %c1 : tensor<2x?x32xf32>
  %q_proj = ml_program.global_load_const @q_proj : tensor<64x32xf32>
  %k_proj = ml_program.global_load_const @k_proj : tensor<32x32xf32>
  %v_proj = ml_program.global_load_const @v_proj : tensor<32x32xf32>
  %o_proj = ml_program.global_load_const @o_proj : tensor<32x64xf32>
  %q_flat = func.call @project64(%x, %q_proj) : (tensor<2x?x32xf32>, tensor<64x32xf32>) -> tensor<2x?x64xf32>
  %k_flat = func.call @project32(%x, %k_proj) : (tensor<2x?x32xf32>, tensor<32x32xf32>) -> tensor<2x?x32xf32>
  %v_flat = func.call @project32(%x, %v_proj) : (tensor<2x?x32xf32>, tensor<32x32xf32>) -> tensor<2x?x32xf32>
  %q_heads = tensor.expand_shape %q_flat [[0], [1], [2, 3]] output_shape [2, %T, 4, 16] : tensor<2x?x64xf32> into tensor<2x?x4x16xf32>
  %k_heads = tensor.expand_shape %k_flat [[0], [1], [2, 3]] output_shape [2, %T, 2, 16] : tensor<2x?x32xf32> into tensor<2x?x2x16xf32>
  %v = tensor.expand_shape %v_flat [[0], [1], [2, 3]] output_shape [2, %T, 2, 16] : tensor<2x?x32xf32> into tensor<2x?x2x16xf32>

  // Rotation of q and k
  %positions = mixer.positions %T : tensor<?xindex>
  %cos, %sin = func.call @tables(%positions) : (tensor<?xindex>) -> (tensor<?x16xf32>, tensor<?x16xf32>)
  %q_empty = tensor.empty(%T) : tensor<2x?x4x16xf32>
  %q = linalg.generic {indexing_maps = [#full, #table, #table, #full], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%q_heads, %cos, %sin : tensor<2x?x4x16xf32>, tensor<?x16xf32>, tensor<?x16xf32>) outs(%q_empty : tensor<2x?x4x16xf32>) {
  ^bb0(%a: f32, %c: f32, %s: f32, %o: f32):
    %b = linalg.index 0 : index
    %t = linalg.index 1 : index
    %h = linalg.index 2 : index
    %d = linalg.index 3 : index
    %far = arith.addi %d, %c8 : index
    %e = arith.remui %far, %c16 : index
    %partner = tensor.extract %q_heads[%b, %t, %h, %e] : tensor<2x?x4x16xf32>
    %m = arith.mulf %a, %c : f32
    %n = arith.mulf %partner, %s : f32
    %r = arith.addf %m, %n : f32
    linalg.yield %r : f32
  } -> tensor<2x?x4x16xf32>
  %k_empty = tensor.empty(%T) : tensor<2x?x2x16xf32>
  %k = linalg.generic {indexing_maps = [#full, #table, #table, #full], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%k_heads, %cos, %sin : tensor<2x?x2x16xf32>, tensor<?x16xf32>, tensor<?x16xf32>) outs(%k_empty : tensor<2x?x2x16xf32>) {
  ^bb0(%a: f32, %c: f32, %s: f32, %o: f32):
    %b = linalg.index 0 : index
    %t = linalg.index 1 : index
    %h = linalg.index 2 : index
    %d = linalg.index 3 : index
    %far = arith.addi %d, %c8 : index
    %e = arith.remui %far, %c16 : index
    %partner = tensor.extract %k_heads[%b, %t, %h, %e] : tensor<2x?x2x16xf32>
    %m = arith.mulf %a, %c : f32
    %n = arith.mulf %partner, %s : f32
    %r = arith.addf %m, %n : f32
    linalg.yield %r : f32
  } -> tensor<2x?x2x16xf32>

  // softmax(window(softcap(q kT / 4))) v
  %S = mixer.gram %q, %k {scale = 0.25 : f32} : tensor<2x?x4x16xf32>, tensor<2x?x2x16xf32>
  %cap = arith.constant 5.0 : f32
  %C = mixer.map %S {
  ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
    %u = arith.divf %s, %cap : f32
    %th = math.tanh %u : f32
    %r = arith.mulf %th, %cap : f32
    mixer.yield %r : f32
  }
  %W = mixer.mask %C {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %causal = arith.cmpi sle, %j, %i : index
    %age = arith.subi %i, %j : index
    %near = arith.cmpi slt, %age, %c8 : index
    %keep = arith.andi %causal, %near : i1
    mixer.yield %keep : i1
  }
  %P = mixer.softmax %W
  %mixed = mixer.apply %P, %v : tensor<2x?x2x16xf32> -> tensor<2x?x4x16xf32>

  %flat = tensor.collapse_shape %mixed [[0], [1], [2, 3]] : tensor<2x?x4x16xf32> into tensor<2x?x64xf32>
  %y_empty = tensor.empty(%T) : tensor<2x?x32xf32>
  %y_zero = linalg.fill ins(%zero : f32) outs(%y_empty : tensor<2x?x32xf32>) -> tensor<2x?x32xf32>
  %y = linalg.contract indexing_maps = [#rows, #weight, #out]
      ins(%flat, %o_proj : tensor<2x?x64xf32>, tensor<32x64xf32>) outs(%y_zero : tensor<2x?x32xf32>) -> tensor<2x?x32xf32>
  return %y : tensor<2x?x32xf32>
}
