#ifndef WEFT_MIXER_LINEAR_TD
#define WEFT_MIXER_LINEAR_TD

include "dialects/mixer/Dialect.td"

def Mixer_GramOp : Mixer_MatrixOp<"gram"> {
  let summary = "scaled inner products of queries and keys";
  let description = [{
    M[b, h, i, j] = scale · Σ_d q[b, i, h, d] · k[b, j, h ÷ g, d], with g =
    H / Hk query heads for each key head. Every entry is present.

    Shapes: q [B, T, H, K], k [B, S, Hk, K]; M [B, H, T, S].
    Paper: Vaswani et al., 2017, arXiv:1706.03762; shared key heads: Ainslie et al., 2023,
    arXiv:2305.13245.

    ```mlir
    %M = mixer.gram %q, %k {scale = 0.125 : f32} : tensor<2x?x8x64xf32>, tensor<2x?x2x64xf32>
    ```
  }];
  let arguments = (ins
    Mixer_TensorOfRank<[4]>:$q, Mixer_TensorOfRank<[4]>:$k,
    DefaultValuedAttr<F32Attr, "1.0f">:$scale);
  let assemblyFormat = "$q `,` $k attr-dict `:` type($q) `,` type($k)";
  let hasVerifier = 1;
}

def Mixer_DecayOp : Mixer_MatrixOp<"decay"> {
  let summary = "cumulative decay (1-semiseparable)";
  let description = [{
    M[b, h, i, j] = exp(Σ_{j < s ≤ i} log_a[b, s, h]) for i ≥ j, absent above
    the diagonal.

    Shapes: log_a [B, T, H], natural logarithms, at most 0 to be stable; M
    [B, H, T, T].
    Paper: Dao and Gu, 2024, arXiv:2405.21060.

    ```mlir
    %L = mixer.decay %log_a : tensor<2x?x4xf32>
    ```
  }];
  let arguments = (ins Mixer_TensorOfRank<[3]>:$log_a);
  let assemblyFormat = "$log_a attr-dict `:` type($log_a)";
  let hasVerifier = 1;
}

def Mixer_SemiseparableOp : Mixer_MatrixOp<"semiseparable"> {
  let summary = "semiseparable matrix of order K";
  let description = [{
    M[b, h, i, j] = scale · q[b, i, h]ᵀ A_i ⋯ A_{j+1} k[b, j, h] for i ≥ j with
    A_t = exp(decay[b, t, h]) (1 if there is no decay); absent above the
    diagonal. Heads of q and k are shared by groups of H / Hk matrix heads; H
    is the largest head count of the operands.

    Shapes: q, k [B, T, Hq, K], decay [B, T, H], natural logarithms; M [B, H, T, T].
    Paper: Katharopoulos et al., 2020, arXiv:2006.16236 (without decay); Dao and Gu,
    2024, arXiv:2405.21060.

    ```mlir
    %M = mixer.semiseparable %q, %k decay(%g : tensor<2x?x4xf32>) : tensor<2x?x1x16xf32>, tensor<2x?x1x16xf32>
    ```
  }];
  let arguments = (ins
    Mixer_TensorOfRank<[4]>:$q, Mixer_TensorOfRank<[4]>:$k,
    Optional<Mixer_TensorOfRank<[3]>>:$decay,
    DefaultValuedAttr<F32Attr, "1.0f">:$scale);
  let assemblyFormat = [{
    $q `,` $k (`decay` `(` $decay^ `:` type($decay) `)`)? attr-dict
    `:` type($q) `,` type($k)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// H: the largest head count of the operands.
    int64_t getHeads();
  }];
}

def Mixer_ToeplitzOp : Mixer_MatrixOp<"toeplitz"> {
  let summary = "causal Toeplitz matrix from its taps";
  let description = [{
    M[b, h, i, j] = taps[h, i - j] for 0 ≤ i - j < L, absent elsewhere. A
    depthwise convolution over D channels is a matrix with D heads applied to
    a tensor [B, T, D, 1].

    Shapes: taps [H, L]; M [B, H, T, T].
    Paper: Poli et al., 2023, arXiv:2302.10866.

    ```mlir
    %M = mixer.toeplitz %taps : tensor<1536x4xf32>
    ```
  }];
  let arguments = (ins Mixer_TensorOfRank<[2]>:$taps);
  let assemblyFormat = "$taps attr-dict `:` type($taps)";
  let hasVerifier = 1;
}

#endif // WEFT_MIXER_LINEAR_TD
