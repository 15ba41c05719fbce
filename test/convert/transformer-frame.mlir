// What stands between mixers, two layers of it: embedding, norms, projections,
// rotary positions, a gated feed-forward block. All of it becomes loops over
// tiles, and the weights of projections panels.
// RUN: weft-opt %s --pass-pipeline='builtin.module(func.func(weft-fuse-elementwise,weft-tile-linalg),canonicalize,cse,weft-pack-weights,canonicalize)' | FileCheck %s

// CHECK: ml_program.global private @token_embd.weight({{.*}}) : tensor<6x64x16xf32> {weft.panel = 16 : i64, weft.source = [96, 64]}
// CHECK: ml_program.global private @blk.0.attn_norm.weight({{.*}}) : tensor<64xf32>{{$}}
// CHECK: ml_program.global private @blk.0.attn_q.weight({{.*}}) : tensor<4x64x16xf32> {weft.panel = 16 : i64, weft.source = [64, 64]}

// CHECK-LABEL: func.func private @layer
// CHECK-SAME: %{{.*}}: tensor<4x64x16xf32>
// Norm: reduction and scaling in one loop.
// CHECK: scf.forall (%{{.*}}) in (%{{.*}}) shared_outs
// CHECK: linalg.generic {{.*}}iterator_types = ["parallel", "reduction"]
// CHECK: math.rsqrt
// Projections of it, from panels of the weights.
// CHECK: scf.forall (%{{.*}}, %[[PANEL:.*]]) in (%{{.*}}, 4)
// CHECK-DAG: tensor.extract_slice %{{.*}}[%[[PANEL]], 0, 0] [1, 64, 16] [1, 1, 1] : tensor<4x64x16xf32> to tensor<64x16xf32>
// CHECK-DAG: linalg.fill {{.*}} -> tensor<?x16xf32>
// CHECK: linalg.generic {{.*}} ["parallel", "parallel", "reduction"]{{.*}} ins(%{{.*}}, %{{.*}} : tensor<?x64xf32>, tensor<64x16xf32>)
// Two projections and the gate between them in one loop.
// CHECK: scf.forall (%{{.*}}, %{{.*}}) in (%{{.*}}, 8)
// CHECK: tensor.empty() : tensor<96x16xf32>
// CHECK: linalg.generic {{.*}} ["parallel", "parallel", "reduction"]
// CHECK: %[[GATE:.*]] = linalg.generic {{.*}} ["parallel", "parallel", "reduction"]
// CHECK: linalg.generic {{.*}} ["parallel", "parallel"]} ins(%{{.*}} : tensor<?x16xf32>) outs(%[[GATE]] : tensor<?x16xf32>)
// CHECK: math.exp
// CHECK-NOT: linalg.generic
// CHECK: scf.forall.in_parallel
// CHECK: return

// CHECK-LABEL: func.func @forward
// CHECK: tensor.extract %{{.*}} : tensor<6x64x16xf32>
// CHECK: scf.forall (%{{.*}}, %{{.*}}) in (%{{.*}}, 6)

#b = affine_map<(b, t, d) -> (b, t, d)>
#row = affine_map<(b, t, d) -> (b, t)>
#col = affine_map<(b, t, d) -> (d)>
#x = affine_map<(b, t, n, k) -> (b, t, k)>
#w = affine_map<(b, t, n, k) -> (n, k)>
#y = affine_map<(b, t, n, k) -> (b, t, n)>
#id2 = affine_map<(t, d) -> (t, d)>
#id4 = affine_map<(b, t, h, d) -> (b, t, h, d)>
#td = affine_map<(b, t, h, d) -> (t, d)>
#tok = affine_map<(b, t, d) -> (b, t)>

ml_program.global private @"token_embd.weight"(#ml_program.extern : tensor<96x64xf32>) : tensor<96x64xf32>
ml_program.global private @"blk.0.attn_norm.weight"(#ml_program.extern : tensor<64xf32>) : tensor<64xf32>
ml_program.global private @"blk.0.attn_q.weight"(#ml_program.extern : tensor<64x64xf32>) : tensor<64x64xf32>
ml_program.global private @"blk.0.attn_k.weight"(#ml_program.extern : tensor<32x64xf32>) : tensor<32x64xf32>
ml_program.global private @"blk.0.attn_v.weight"(#ml_program.extern : tensor<32x64xf32>) : tensor<32x64xf32>
ml_program.global private @"blk.0.attn_output.weight"(#ml_program.extern : tensor<64x64xf32>) : tensor<64x64xf32>
ml_program.global private @"blk.0.ffn_norm.weight"(#ml_program.extern : tensor<64xf32>) : tensor<64xf32>
ml_program.global private @"blk.0.ffn_gate.weight"(#ml_program.extern : tensor<128x64xf32>) : tensor<128x64xf32>
ml_program.global private @"blk.0.ffn_up.weight"(#ml_program.extern : tensor<128x64xf32>) : tensor<128x64xf32>
ml_program.global private @"blk.0.ffn_down.weight"(#ml_program.extern : tensor<64x128xf32>) : tensor<64x128xf32>
ml_program.global private @"blk.1.attn_norm.weight"(#ml_program.extern : tensor<64xf32>) : tensor<64xf32>
ml_program.global private @"blk.1.attn_q.weight"(#ml_program.extern : tensor<64x64xf32>) : tensor<64x64xf32>
ml_program.global private @"blk.1.attn_k.weight"(#ml_program.extern : tensor<32x64xf32>) : tensor<32x64xf32>
ml_program.global private @"blk.1.attn_v.weight"(#ml_program.extern : tensor<32x64xf32>) : tensor<32x64xf32>
ml_program.global private @"blk.1.attn_output.weight"(#ml_program.extern : tensor<64x64xf32>) : tensor<64x64xf32>
ml_program.global private @"blk.1.ffn_norm.weight"(#ml_program.extern : tensor<64xf32>) : tensor<64xf32>
ml_program.global private @"blk.1.ffn_gate.weight"(#ml_program.extern : tensor<128x64xf32>) : tensor<128x64xf32>
ml_program.global private @"blk.1.ffn_up.weight"(#ml_program.extern : tensor<128x64xf32>) : tensor<128x64xf32>
ml_program.global private @"blk.1.ffn_down.weight"(#ml_program.extern : tensor<64x128xf32>) : tensor<64x128xf32>
ml_program.global private @"output_norm.weight"(#ml_program.extern : tensor<64xf32>) : tensor<64xf32>

func.func private @layer(%x: tensor<1x?x64xf32>, %cos: tensor<?x16xf32>, %sin: tensor<?x16xf32>, %w0: tensor<64xf32>, %w1: tensor<64x64xf32>, %w2: tensor<32x64xf32>, %w3: tensor<32x64xf32>, %w4: tensor<64x64xf32>, %w5: tensor<64xf32>, %w6: tensor<128x64xf32>, %w7: tensor<128x64xf32>, %w8: tensor<64x128xf32>) -> tensor<1x?x64xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %eps = arith.constant 1.0e-5 : f32
  %dim = arith.constant 64.0 : f32
  %T = tensor.dim %x, %c1 : tensor<1x?x64xf32>
  %n1_e = tensor.empty(%T) : tensor<1x?xf32>
  %n1_z = linalg.fill ins(%zero : f32) outs(%n1_e : tensor<1x?xf32>) -> tensor<1x?xf32>
  %n1_s = linalg.generic {indexing_maps = [#b, #row], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x : tensor<1x?x64xf32>) outs(%n1_z : tensor<1x?xf32>) {
  ^bb0(%_i: f32, %_acc: f32):
    %_m = arith.mulf %_i, %_i : f32
    %_a = arith.addf %_acc, %_m : f32
    linalg.yield %_a : f32
  } -> tensor<1x?xf32>
  %n1_o = tensor.empty(%T) : tensor<1x?x64xf32>
  %n1 = linalg.generic {indexing_maps = [#b, #row, #col, #b], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x, %n1_s, %w0 : tensor<1x?x64xf32>, tensor<1x?xf32>, tensor<64xf32>) outs(%n1_o : tensor<1x?x64xf32>) {
  ^bb0(%_i: f32, %_s: f32, %_g: f32, %_o: f32):
    %_d = arith.divf %_s, %dim : f32
    %_p = arith.addf %_d, %eps : f32
    %_r = math.rsqrt %_p : f32
    %_n = arith.mulf %_i, %_r : f32
    %_v = arith.mulf %_n, %_g : f32
    linalg.yield %_v : f32
  } -> tensor<1x?x64xf32>
  %q_e = tensor.empty(%T) : tensor<1x?x64xf32>
  %q_z = linalg.fill ins(%zero : f32) outs(%q_e : tensor<1x?x64xf32>) -> tensor<1x?x64xf32>
  %q = linalg.contract indexing_maps = [#x, #w, #y] ins(%n1, %w1 : tensor<1x?x64xf32>, tensor<64x64xf32>) outs(%q_z : tensor<1x?x64xf32>) -> tensor<1x?x64xf32>
  %k_e = tensor.empty(%T) : tensor<1x?x32xf32>
  %k_z = linalg.fill ins(%zero : f32) outs(%k_e : tensor<1x?x32xf32>) -> tensor<1x?x32xf32>
  %k = linalg.contract indexing_maps = [#x, #w, #y] ins(%n1, %w2 : tensor<1x?x64xf32>, tensor<32x64xf32>) outs(%k_z : tensor<1x?x32xf32>) -> tensor<1x?x32xf32>
  %v_e = tensor.empty(%T) : tensor<1x?x32xf32>
  %v_z = linalg.fill ins(%zero : f32) outs(%v_e : tensor<1x?x32xf32>) -> tensor<1x?x32xf32>
  %v = linalg.contract indexing_maps = [#x, #w, #y] ins(%n1, %w3 : tensor<1x?x64xf32>, tensor<32x64xf32>) outs(%v_z : tensor<1x?x32xf32>) -> tensor<1x?x32xf32>
  %q4 = tensor.expand_shape %q [[0], [1], [2, 3]] output_shape [1, %T, 4, 16] : tensor<1x?x64xf32> into tensor<1x?x4x16xf32>
  %qr_o = tensor.empty(%T) : tensor<1x?x4x16xf32>
  %qr = linalg.generic {indexing_maps = [#id4, #td, #td, #id4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%q4, %cos, %sin : tensor<1x?x4x16xf32>, tensor<?x16xf32>, tensor<?x16xf32>) outs(%qr_o : tensor<1x?x4x16xf32>) {
  ^bb0(%_v: f32, %_c: f32, %_s: f32, %_o: f32):
    %_b = linalg.index 0 : index
    %_i = linalg.index 1 : index
    %_h = linalg.index 2 : index
    %_d = linalg.index 3 : index
    %_e = arith.xori %_d, %c1 : index
    %_u = tensor.extract %q4[%_b, %_i, %_h, %_e] : tensor<1x?x4x16xf32>
    %_p = arith.mulf %_v, %_c : f32
    %_q = arith.mulf %_u, %_s : f32
    %_r = arith.addf %_p, %_q : f32
    linalg.yield %_r : f32
  } -> tensor<1x?x4x16xf32>
  %k4 = tensor.expand_shape %k [[0], [1], [2, 3]] output_shape [1, %T, 2, 16] : tensor<1x?x32xf32> into tensor<1x?x2x16xf32>
  %kr_o = tensor.empty(%T) : tensor<1x?x2x16xf32>
  %kr = linalg.generic {indexing_maps = [#id4, #td, #td, #id4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%k4, %cos, %sin : tensor<1x?x2x16xf32>, tensor<?x16xf32>, tensor<?x16xf32>) outs(%kr_o : tensor<1x?x2x16xf32>) {
  ^bb0(%_v: f32, %_c: f32, %_s: f32, %_o: f32):
    %_b = linalg.index 0 : index
    %_i = linalg.index 1 : index
    %_h = linalg.index 2 : index
    %_d = linalg.index 3 : index
    %_e = arith.xori %_d, %c1 : index
    %_u = tensor.extract %k4[%_b, %_i, %_h, %_e] : tensor<1x?x2x16xf32>
    %_p = arith.mulf %_v, %_c : f32
    %_q = arith.mulf %_u, %_s : f32
    %_r = arith.addf %_p, %_q : f32
    linalg.yield %_r : f32
  } -> tensor<1x?x2x16xf32>
  // a stand-in for the mixer: q * k + v, key heads shared by groups
  %v4 = tensor.expand_shape %v [[0], [1], [2, 3]] output_shape [1, %T, 2, 16] : tensor<1x?x32xf32> into tensor<1x?x2x16xf32>
  %q5 = tensor.expand_shape %qr [[0], [1], [2, 3], [4]] output_shape [1, %T, 2, 2, 16] : tensor<1x?x4x16xf32> into tensor<1x?x2x2x16xf32>
  %m_o = tensor.empty(%T) : tensor<1x?x2x2x16xf32>
  %m5 = linalg.generic {indexing_maps = [affine_map<(b, t, h, g, d) -> (b, t, h, g, d)>, affine_map<(b, t, h, g, d) -> (b, t, h, d)>, affine_map<(b, t, h, g, d) -> (b, t, h, d)>, affine_map<(b, t, h, g, d) -> (b, t, h, g, d)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%q5, %kr, %v4 : tensor<1x?x2x2x16xf32>, tensor<1x?x2x16xf32>, tensor<1x?x2x16xf32>) outs(%m_o : tensor<1x?x2x2x16xf32>) {
  ^bb0(%_i: f32, %_j: f32, %_k: f32, %_o: f32):
    %_p = arith.mulf %_i, %_j : f32
    %_r = arith.addf %_p, %_k : f32
    linalg.yield %_r : f32
  } -> tensor<1x?x2x2x16xf32>
  %m = tensor.collapse_shape %m5 [[0], [1], [2, 3, 4]] : tensor<1x?x2x2x16xf32> into tensor<1x?x64xf32>
  %a_e = tensor.empty(%T) : tensor<1x?x64xf32>
  %a_z = linalg.fill ins(%zero : f32) outs(%a_e : tensor<1x?x64xf32>) -> tensor<1x?x64xf32>
  %a = linalg.contract indexing_maps = [#x, #w, #y] ins(%m, %w4 : tensor<1x?x64xf32>, tensor<64x64xf32>) outs(%a_z : tensor<1x?x64xf32>) -> tensor<1x?x64xf32>
  %h_o = tensor.empty(%T) : tensor<1x?x64xf32>
  %h = linalg.generic {indexing_maps = [#b, #b, #b], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x, %a : tensor<1x?x64xf32>, tensor<1x?x64xf32>) outs(%h_o : tensor<1x?x64xf32>) {
  ^bb0(%_a0: f32, %_a1: f32, %_o: f32):
    %_r = arith.addf %_a0, %_a1 : f32
    linalg.yield %_r : f32
  } -> tensor<1x?x64xf32>
  %n2_e = tensor.empty(%T) : tensor<1x?xf32>
  %n2_z = linalg.fill ins(%zero : f32) outs(%n2_e : tensor<1x?xf32>) -> tensor<1x?xf32>
  %n2_s = linalg.generic {indexing_maps = [#b, #row], iterator_types = ["parallel", "parallel", "reduction"]} ins(%h : tensor<1x?x64xf32>) outs(%n2_z : tensor<1x?xf32>) {
  ^bb0(%_i: f32, %_acc: f32):
    %_m = arith.mulf %_i, %_i : f32
    %_a = arith.addf %_acc, %_m : f32
    linalg.yield %_a : f32
  } -> tensor<1x?xf32>
  %n2_o = tensor.empty(%T) : tensor<1x?x64xf32>
  %n2 = linalg.generic {indexing_maps = [#b, #row, #col, #b], iterator_types = ["parallel", "parallel", "parallel"]} ins(%h, %n2_s, %w5 : tensor<1x?x64xf32>, tensor<1x?xf32>, tensor<64xf32>) outs(%n2_o : tensor<1x?x64xf32>) {
  ^bb0(%_i: f32, %_s: f32, %_g: f32, %_o: f32):
    %_d = arith.divf %_s, %dim : f32
    %_p = arith.addf %_d, %eps : f32
    %_r = math.rsqrt %_p : f32
    %_n = arith.mulf %_i, %_r : f32
    %_v = arith.mulf %_n, %_g : f32
    linalg.yield %_v : f32
  } -> tensor<1x?x64xf32>
  %gate_e = tensor.empty(%T) : tensor<1x?x128xf32>
  %gate_z = linalg.fill ins(%zero : f32) outs(%gate_e : tensor<1x?x128xf32>) -> tensor<1x?x128xf32>
  %gate = linalg.contract indexing_maps = [#x, #w, #y] ins(%n2, %w6 : tensor<1x?x64xf32>, tensor<128x64xf32>) outs(%gate_z : tensor<1x?x128xf32>) -> tensor<1x?x128xf32>
  %up_e = tensor.empty(%T) : tensor<1x?x128xf32>
  %up_z = linalg.fill ins(%zero : f32) outs(%up_e : tensor<1x?x128xf32>) -> tensor<1x?x128xf32>
  %up = linalg.contract indexing_maps = [#x, #w, #y] ins(%n2, %w7 : tensor<1x?x64xf32>, tensor<128x64xf32>) outs(%up_z : tensor<1x?x128xf32>) -> tensor<1x?x128xf32>
  %act_o = tensor.empty(%T) : tensor<1x?x128xf32>
  %act = linalg.generic {indexing_maps = [#b, #b], iterator_types = ["parallel", "parallel", "parallel"]} ins(%gate : tensor<1x?x128xf32>) outs(%act_o : tensor<1x?x128xf32>) {
  ^bb0(%_a0: f32, %_o: f32):
    %_n = arith.negf %_a0 : f32
    %_e = math.exp %_n : f32
    %_d = arith.addf %_e, %one : f32
    %_r = arith.divf %_a0, %_d : f32
    linalg.yield %_r : f32
  } -> tensor<1x?x128xf32>
  %gu_o = tensor.empty(%T) : tensor<1x?x128xf32>
  %gu = linalg.generic {indexing_maps = [#b, #b, #b], iterator_types = ["parallel", "parallel", "parallel"]} ins(%act, %up : tensor<1x?x128xf32>, tensor<1x?x128xf32>) outs(%gu_o : tensor<1x?x128xf32>) {
  ^bb0(%_a0: f32, %_a1: f32, %_o: f32):
    %_r = arith.mulf %_a0, %_a1 : f32
    linalg.yield %_r : f32
  } -> tensor<1x?x128xf32>
  %down_e = tensor.empty(%T) : tensor<1x?x64xf32>
  %down_z = linalg.fill ins(%zero : f32) outs(%down_e : tensor<1x?x64xf32>) -> tensor<1x?x64xf32>
  %down = linalg.contract indexing_maps = [#x, #w, #y] ins(%gu, %w8 : tensor<1x?x128xf32>, tensor<64x128xf32>) outs(%down_z : tensor<1x?x64xf32>) -> tensor<1x?x64xf32>
  %y_o = tensor.empty(%T) : tensor<1x?x64xf32>
  %y = linalg.generic {indexing_maps = [#b, #b, #b], iterator_types = ["parallel", "parallel", "parallel"]} ins(%h, %down : tensor<1x?x64xf32>, tensor<1x?x64xf32>) outs(%y_o : tensor<1x?x64xf32>) {
  ^bb0(%_a0: f32, %_a1: f32, %_o: f32):
    %_r = arith.addf %_a0, %_a1 : f32
    linalg.yield %_r : f32
  } -> tensor<1x?x64xf32>
  return %y : tensor<1x?x64xf32>
}

func.func @forward(%ids: tensor<1x?xi64> {mixer.name = "input_ids", mixer.time = 1 : i64}) -> (tensor<1x?x96xf32> {mixer.name = "logits"}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %eps = arith.constant 1.0e-5 : f32
  %dim = arith.constant 64.0 : f32
  %T = tensor.dim %ids, %c1 : tensor<1x?xi64>
  %embd = ml_program.global_load_const @"token_embd.weight" : tensor<96x64xf32>
  %x_o = tensor.empty(%T) : tensor<1x?x64xf32>
  %x = linalg.generic {indexing_maps = [#tok, #b], iterator_types = ["parallel", "parallel", "parallel"]} ins(%ids : tensor<1x?xi64>) outs(%x_o : tensor<1x?x64xf32>) {
  ^bb0(%_id: i64, %_o: f32):
    %_n = arith.index_cast %_id : i64 to index
    %_d = linalg.index 2 : index
    %_v = tensor.extract %embd[%_n, %_d] : tensor<96x64xf32>
    linalg.yield %_v : f32
  } -> tensor<1x?x64xf32>
  %p0 = tensor.empty(%T) : tensor<?xindex>
  %pos = linalg.generic {indexing_maps = [affine_map<(t) -> (t)>], iterator_types = ["parallel"]} outs(%p0 : tensor<?xindex>) {
  ^bb0(%_o: index):
    %_i = linalg.index 0 : index
    linalg.yield %_i : index
  } -> tensor<?xindex>
  %rate = arith.constant -1.151292546497023 : f32
  %c2 = arith.constant 2 : index
  %cs = tensor.empty(%T) : tensor<?x16xf32>
  %cos, %sin = linalg.generic {indexing_maps = [affine_map<(t, d) -> (t)>, #id2, #id2], iterator_types = ["parallel", "parallel"]} ins(%pos : tensor<?xindex>) outs(%cs, %cs : tensor<?x16xf32>, tensor<?x16xf32>) {
  ^bb0(%_p: index, %_o: f32, %_o2: f32):
    %_d = linalg.index 1 : index
    %_h = arith.divui %_d, %c2 : index
    %_odd = arith.remui %_d, %c2 : index
    %_hi = arith.index_cast %_h : index to i64
    %_hf = arith.sitofp %_hi : i64 to f32
    %_e = arith.mulf %_hf, %rate : f32
    %_f = math.exp %_e : f32
    %_pi = arith.index_cast %_p : index to i64
    %_pf = arith.sitofp %_pi : i64 to f32
    %_a = arith.mulf %_pf, %_f : f32
    %_c = math.cos %_a : f32
    %_s = math.sin %_a : f32
    %_ns = arith.negf %_s : f32
    %_isodd = arith.cmpi eq, %_odd, %c1 : index
    %_ss = arith.select %_isodd, %_s, %_ns : f32
    linalg.yield %_c, %_ss : f32, f32
  } -> (tensor<?x16xf32>, tensor<?x16xf32>)
  %l0_0 = ml_program.global_load_const @"blk.0.attn_norm.weight" : tensor<64xf32>
  %l0_1 = ml_program.global_load_const @"blk.0.attn_q.weight" : tensor<64x64xf32>
  %l0_2 = ml_program.global_load_const @"blk.0.attn_k.weight" : tensor<32x64xf32>
  %l0_3 = ml_program.global_load_const @"blk.0.attn_v.weight" : tensor<32x64xf32>
  %l0_4 = ml_program.global_load_const @"blk.0.attn_output.weight" : tensor<64x64xf32>
  %l0_5 = ml_program.global_load_const @"blk.0.ffn_norm.weight" : tensor<64xf32>
  %l0_6 = ml_program.global_load_const @"blk.0.ffn_gate.weight" : tensor<128x64xf32>
  %l0_7 = ml_program.global_load_const @"blk.0.ffn_up.weight" : tensor<128x64xf32>
  %l0_8 = ml_program.global_load_const @"blk.0.ffn_down.weight" : tensor<64x128xf32>
  %x0 = call @layer(%x, %cos, %sin, %l0_0, %l0_1, %l0_2, %l0_3, %l0_4, %l0_5, %l0_6, %l0_7, %l0_8) : (tensor<1x?x64xf32>, tensor<?x16xf32>, tensor<?x16xf32>, tensor<64xf32>, tensor<64x64xf32>, tensor<32x64xf32>, tensor<32x64xf32>, tensor<64x64xf32>, tensor<64xf32>, tensor<128x64xf32>, tensor<128x64xf32>, tensor<64x128xf32>) -> tensor<1x?x64xf32>
  %l1_0 = ml_program.global_load_const @"blk.1.attn_norm.weight" : tensor<64xf32>
  %l1_1 = ml_program.global_load_const @"blk.1.attn_q.weight" : tensor<64x64xf32>
  %l1_2 = ml_program.global_load_const @"blk.1.attn_k.weight" : tensor<32x64xf32>
  %l1_3 = ml_program.global_load_const @"blk.1.attn_v.weight" : tensor<32x64xf32>
  %l1_4 = ml_program.global_load_const @"blk.1.attn_output.weight" : tensor<64x64xf32>
  %l1_5 = ml_program.global_load_const @"blk.1.ffn_norm.weight" : tensor<64xf32>
  %l1_6 = ml_program.global_load_const @"blk.1.ffn_gate.weight" : tensor<128x64xf32>
  %l1_7 = ml_program.global_load_const @"blk.1.ffn_up.weight" : tensor<128x64xf32>
  %l1_8 = ml_program.global_load_const @"blk.1.ffn_down.weight" : tensor<64x128xf32>
  %x1 = call @layer(%x0, %cos, %sin, %l1_0, %l1_1, %l1_2, %l1_3, %l1_4, %l1_5, %l1_6, %l1_7, %l1_8) : (tensor<1x?x64xf32>, tensor<?x16xf32>, tensor<?x16xf32>, tensor<64xf32>, tensor<64x64xf32>, tensor<32x64xf32>, tensor<32x64xf32>, tensor<64x64xf32>, tensor<64xf32>, tensor<128x64xf32>, tensor<128x64xf32>, tensor<64x128xf32>) -> tensor<1x?x64xf32>
  %won = ml_program.global_load_const @"output_norm.weight" : tensor<64xf32>
  %fin_e = tensor.empty(%T) : tensor<1x?xf32>
  %fin_z = linalg.fill ins(%zero : f32) outs(%fin_e : tensor<1x?xf32>) -> tensor<1x?xf32>
  %fin_s = linalg.generic {indexing_maps = [#b, #row], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x1 : tensor<1x?x64xf32>) outs(%fin_z : tensor<1x?xf32>) {
  ^bb0(%_i: f32, %_acc: f32):
    %_m = arith.mulf %_i, %_i : f32
    %_a = arith.addf %_acc, %_m : f32
    linalg.yield %_a : f32
  } -> tensor<1x?xf32>
  %fin_o = tensor.empty(%T) : tensor<1x?x64xf32>
  %fin = linalg.generic {indexing_maps = [#b, #row, #col, #b], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x1, %fin_s, %won : tensor<1x?x64xf32>, tensor<1x?xf32>, tensor<64xf32>) outs(%fin_o : tensor<1x?x64xf32>) {
  ^bb0(%_i: f32, %_s: f32, %_g: f32, %_o: f32):
    %_d = arith.divf %_s, %dim : f32
    %_p = arith.addf %_d, %eps : f32
    %_r = math.rsqrt %_p : f32
    %_n = arith.mulf %_i, %_r : f32
    %_v = arith.mulf %_n, %_g : f32
    linalg.yield %_v : f32
  } -> tensor<1x?x64xf32>
  %logits_e = tensor.empty(%T) : tensor<1x?x96xf32>
  %logits_z = linalg.fill ins(%zero : f32) outs(%logits_e : tensor<1x?x96xf32>) -> tensor<1x?x96xf32>
  %logits = linalg.contract indexing_maps = [#x, #w, #y] ins(%fin, %embd : tensor<1x?x64xf32>, tensor<96x64xf32>) outs(%logits_z : tensor<1x?x96xf32>) -> tensor<1x?x96xf32>
  return %logits : tensor<1x?x96xf32>
}

