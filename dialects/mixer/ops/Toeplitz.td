#ifndef WEFT_MIXER_TOEPLITZ_TD
#define WEFT_MIXER_TOEPLITZ_TD

include "dialects/mixer/Dialect.td"

def Mixer_ToeplitzOp : Mixer_MatrixOp<"toeplitz"> {
  let summary = "Toeplitz matrix from its taps";
  let description = [{
    M[b, h, i, j] = taps[h, i - j - first_lag] for 0 ≤ i - j - first_lag < L,
    absent elsewhere. It is causal unless the first lag is negative: two-sided
    taps have the lags -L + 1 to L - 1 and first_lag = -L + 1, anticausal ones
    are the transpose. A depthwise convolution over D channels is a matrix with
    D heads applied to a tensor [B, T, D, 1].

    Shapes: taps [H, L], L may be dynamic; M [B, H, T, T].
    Paper: Poli et al., 2023, arXiv:2302.10866.

    ```mlir
    %M = mixer.toeplitz %taps {first_lag = -3} : tensor<1536x7xf32>
    ```
  }];
  let arguments = (ins Mixer_TensorOfRank<[2]>:$taps,
    DefaultValuedAttr<I64Attr, "0">:$first_lag);
  let assemblyFormat = "$taps attr-dict `:` type($taps)";
  let hasVerifier = 1;
}

#endif // WEFT_MIXER_TOEPLITZ_TD
