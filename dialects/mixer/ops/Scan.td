#ifndef WEFT_MIXER_SCAN_TD
#define WEFT_MIXER_SCAN_TD

include "dialects/mixer/Dialect.td"

def Mixer_ScanOp : Mixer_Op<"scan", [Pure, AttrSizedOperandSegments,
    AllTypesMatch<["out", "y"]>, AllTypesMatch<["state", "final_state"]>,
    DestinationStyleOpInterface,
    DeclareOpInterfaceMethods<TilingInterface, ["getIterationDomain",
      "getLoopIteratorTypes", "getTiledImplementation", "getResultTilePosition"]>]> {
  let summary = "recurrence that is linear in its state (normal form)";
  let description = [{
    For each batch entry and head, with S a K × V state in f32:
    S_t = A_t S_{t-1} + e^{gain_t} k_t v_tᵀ and y_t = scale · S_tᵀ q_t.

    - A_t = D_t + b_t a_tᵀ, or (I + b_t a_tᵀ) D_t if `erase_reads decayed`;
      D_t = diag(e^{decay_t}) R(rotate_t), where R turns the channel pair
      (2d, 2d+1) by an angle: (x, y) -> (x cos - y sin, x sin + y cos). What is
      absent counts as zero: A_t = I without decay, rotate and erase.
    - `dense`: A_t = A[h], any matrix, the same at all times; with it nothing
      else but a bonus.
    - `read pre`: y_t = scale · (S_{t-1}ᵀ q_t + Σ_d q_td bonus_d k_td e^{gain_t}
      v_t), the last term only with a bonus.
    - `segments`: before token t the state is zero if the id of t is not that
      of the token before it. Tokens with an id below 0 are padding: they leave
      the state and have y = 0. The state in `outs` belongs to the first token
      that is no padding.
    - `reverse`: t runs from the last token to the first.
    - with `gain`: max_t = max(max_{t-1} + max_d decay_td, gain_t), starting
      from `max` and from the lowest number at a new segment. The state is kept
      as e^{-max} S and y as e^{-log_scale} y, so that no gain overflows;
      log_scale_t = max_t, but with `read pre` max_{t-1}, or max(max_{t-1},
      gain_t) with a bonus. Padding keeps the max.

    Shapes: q, k [B, T, Hq, K], v [B, T, Hv, V], y [B, T, H, V], state
    [B, H, K, V]; decay [H], [H, K], [B, T, H] or [B, T, H, K]; rotate [H, K/2]
    or [B, T, H, K/2], with it a decay of channels has K/2; erase a, b
    [B, T, H, K]; gain [B, T, H]; bonus [H, K]; dense [H, K, K]; segments
    [B, T]; log_scale [B, T, H], max [B, H]. Fewer heads of q, k, v or a transition are shared by
    groups: head h reads head h ÷ (H / Hq). The state in `outs` holds the
    initial state and is updated in place.

    Paper: Katharopoulos et al., 2020, arXiv:2006.16236; Dao and Gu, 2024,
    arXiv:2405.21060; erase: Yang et al., 2024, arXiv:2406.06484; gain: Beck et
    al., 2024, arXiv:2405.04517; dense: Gu et al., 2021, arXiv:2110.13985.

    ```mlir
    %y, %s = mixer.scan ins(%q, %k, %v : tensor<2x?x1x16xf32>, tensor<2x?x1x16xf32>, tensor<2x?x4x8xf32>)
        decay(%g : tensor<2x?x4xf32>)
        outs(%y0, %s0 : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>)
    ```
  }];
  let arguments = (ins
    Mixer_TensorOfRank<[4]>:$q, Mixer_TensorOfRank<[4]>:$k,
    Mixer_TensorOfRank<[4]>:$v, Mixer_TensorOfRank<[4]>:$out,
    // Result types are inferred by operand number: what may be missing is last.
    Mixer_TensorOfRank<[4]>:$state, Optional<Mixer_TensorOfRank<[3]>>:$log_scale,
    Optional<Mixer_TensorOfRank<[2]>>:$max,
    Optional<Mixer_TensorOfRank<[1, 2, 3, 4]>>:$decay,
    Optional<Mixer_TensorOfRank<[2, 4]>>:$rotate,
    Optional<Mixer_TensorOfRank<[4]>>:$erase_a,
    Optional<Mixer_TensorOfRank<[4]>>:$erase_b,
    Optional<Mixer_TensorOfRank<[3]>>:$gain,
    Optional<Mixer_TensorOfRank<[2]>>:$bonus,
    Optional<Mixer_TensorOfRank<[3]>>:$dense,
    Optional<TensorRankOf<[I64], [2]>>:$segments,
    DefaultValuedAttr<F32Attr, "1.0f">:$scale, UnitAttr:$reverse,
    DefaultValuedAttr<Mixer_ReadAttr, "::weft::mixer::Read::Post">:$read,
    DefaultValuedAttr<Mixer_EraseReadsAttr,
                      "::weft::mixer::EraseReads::Stored">:$erase_reads);
  // y, the last state and, with a gain, log_scale and the last max.
  let results = (outs Mixer_TensorOfRank<[4]>:$y, Mixer_TensorOfRank<[4]>:$final_state,
    Variadic<Mixer_Tensor>:$gauge);
  let assemblyFormat = [{
    `ins` `(` $q `,` $k `,` $v `:` type($q) `,` type($k) `,` type($v) `)`
    (`decay` `(` $decay^ `:` type($decay) `)`)?
    (`rotate` `(` $rotate^ `:` type($rotate) `)`)?
    (`erase` `(` $erase_a^ `,` $erase_b `:` type($erase_a) `,` type($erase_b) `)`)?
    (`gain` `(` $gain^ `:` type($gain) `)`)?
    (`bonus` `(` $bonus^ `:` type($bonus) `)`)?
    (`dense` `(` $dense^ `:` type($dense) `)`)?
    (`segments` `(` $segments^ `:` type($segments) `)`)?
    `outs` `(` $out `,` $state `:` type($y) `,` type($final_state) `)`
    (`gauge` `(` $log_scale^ `,` $max `:` type($log_scale) `,` type($max) `)`)?
    (`read` $read^)? (`erase_reads` $erase_reads^)? attr-dict
    (`->` type($gauge)^)?
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable();
  }];
}

#endif // WEFT_MIXER_SCAN_TD
