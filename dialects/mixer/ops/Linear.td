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
