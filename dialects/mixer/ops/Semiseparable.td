#ifndef WEFT_MIXER_SEMISEPARABLE_TD
#define WEFT_MIXER_SEMISEPARABLE_TD

include "dialects/mixer/Dialect.td"

def Mixer_DecayOp : Mixer_MatrixOp<"decay"> {
  let summary = "cumulative decay (1-semiseparable)";
  let description = [{
    M[b, h, i, j] = exp(Σ_{j < s ≤ i} log_a[b, s, h]) for i ≥ j, absent above
    the diagonal. With log_a [H], the same at all times, that is
    exp((i - j) log_a[h]).

    Shapes: log_a [B, T, H] or [H], natural logarithms, at most 0 to be stable;
    M [B, H, T, T].
    Paper: Dao and Gu, 2024, arXiv:2405.21060; constant: Sun et al., 2023,
    arXiv:2307.08621.

    ```mlir
    %L = mixer.decay %log_a : tensor<2x?x4xf32>
    ```
  }];
  let arguments = (ins Mixer_TensorOfRank<[1, 3]>:$log_a);
  let assemblyFormat = "$log_a attr-dict `:` type($log_a)";
  let hasVerifier = 1;
}

def Mixer_SemiseparableOp
    : Mixer_MatrixOp<"semiseparable", [AttrSizedOperandSegments]> {
  let summary = "semiseparable matrix of order K";
  let description = [{
    M[b, h, i, j] = scale · q_iᵀ A_i ⋯ A_{j+1} k_j e^{gain_j} for i ≥ j, absent
    above the diagonal.

    - A_t = D_t + b_t a_tᵀ, or (I + b_t a_tᵀ) D_t if `erase_reads decayed`;
      D_t = diag(e^{decay_t}) R(rotate_t), where R turns the channel pair
      (2d, 2d+1) by an angle: (x, y) -> (x cos - y sin, x sin + y cos). What is
      absent counts as zero: A_t = I without decay, rotate and erase.
    - `dense`: A_t = A[h], any matrix, the same at all times; with it nothing
      else but a bonus.
    - `read pre`: scale · q_iᵀ A_{i-1} ⋯ A_{j+1} k_j e^{gain_j} for i > j, and
      scale · Σ_d q_id bonus_d k_id e^{gain_i} on the diagonal, which is absent
      without a bonus.

    Fewer heads of an operand are shared by groups: head h reads head h ÷ (H /
    Hk); H is the largest head count of the operands.

    Shapes: q, k [B, T, Hq, K]; decay, natural logarithms, [H], [H, K],
    [B, T, H] or [B, T, H, K]; rotate, radians, [H, K/2] or [B, T, H, K/2], with
    it a decay of channels has K/2; erase a, b [B, T, H, K]; gain, the log of an
    input gate, [B, T, H]; bonus [H, K]; dense [H, K, K]; M [B, H, T, T].
    Paper: Katharopoulos et al., 2020, arXiv:2006.16236 (nothing but q and k);
    Dao and Gu, 2024, arXiv:2405.21060 (decay); Yang et al., 2023,
    arXiv:2312.06635 (of channels); Yang et al., 2024, arXiv:2406.06484 (erase);
    Beck et al., 2024, arXiv:2405.04517 (gain); Peng et al., 2024,
    arXiv:2404.05892 (bonus); Orvieto et al., 2023, arXiv:2303.06349 (rotate);
    Gu et al., 2021, arXiv:2110.13985 (dense).

    ```mlir
    %M = mixer.semiseparable %q, %k decay(%g : tensor<2x?x4xf32>) : tensor<2x?x1x16xf32>, tensor<2x?x1x16xf32>
    %N = mixer.semiseparable %q, %k decay(%d : tensor<2x?x4x16xf32>) erase(%k, %k : tensor<2x?x1x16xf32>, tensor<2x?x1x16xf32>)
        erase_reads decayed {scale = 0.25 : f32} : tensor<2x?x1x16xf32>, tensor<2x?x1x16xf32>
    %P = mixer.semiseparable %q, %k dense(%a : tensor<4x16x16xf32>) : tensor<2x?x1x16xf32>, tensor<2x?x1x16xf32>
    ```
  }];
  let arguments = (ins
    Mixer_TensorOfRank<[4]>:$q, Mixer_TensorOfRank<[4]>:$k,
    Optional<Mixer_TensorOfRank<[1, 2, 3, 4]>>:$decay,
    Optional<Mixer_TensorOfRank<[2, 4]>>:$rotate,
    Optional<Mixer_TensorOfRank<[4]>>:$erase_a,
    Optional<Mixer_TensorOfRank<[4]>>:$erase_b,
    Optional<Mixer_TensorOfRank<[3]>>:$gain,
    Optional<Mixer_TensorOfRank<[2]>>:$bonus,
    Optional<Mixer_TensorOfRank<[3]>>:$dense,
    DefaultValuedAttr<F32Attr, "1.0f">:$scale,
    DefaultValuedAttr<Mixer_ReadAttr, "::weft::mixer::Read::Post">:$read,
    DefaultValuedAttr<Mixer_EraseReadsAttr,
                      "::weft::mixer::EraseReads::Stored">:$erase_reads);
  let assemblyFormat = [{
    $q `,` $k (`decay` `(` $decay^ `:` type($decay) `)`)?
    (`rotate` `(` $rotate^ `:` type($rotate) `)`)?
    (`erase` `(` $erase_a^ `,` $erase_b `:` type($erase_a) `,` type($erase_b) `)`)?
    (`gain` `(` $gain^ `:` type($gain) `)`)?
    (`bonus` `(` $bonus^ `:` type($bonus) `)`)?
    (`dense` `(` $dense^ `:` type($dense) `)`)?
    (`read` $read^)? (`erase_reads` $erase_reads^)? attr-dict
    `:` type($q) `,` type($k)
  }];
  let builders = [
    // Queries and keys with a decay alone.
    OpBuilder<(ins "::mlir::Value":$q, "::mlir::Value":$k,
                   "::mlir::Value":$decay, "::mlir::FloatAttr":$scale)>];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// H: the largest head count of the operands.
    int64_t getHeads();
  }];
}

#endif // WEFT_MIXER_SEMISEPARABLE_TD
