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

#endif // WEFT_MIXER_LINEAR_TD
