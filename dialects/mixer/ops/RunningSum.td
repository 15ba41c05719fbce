#ifndef WEFT_MIXER_RUNNINGSUM_TD
#define WEFT_MIXER_RUNNINGSUM_TD

include "dialects/mixer/Dialect.td"

def Mixer_SegmentSumOp : Mixer_MatrixOp<"segment_sum"> {
  let summary = "sums of what lies between two tokens";
  let description = [{
    M[b, h, i, j] = Σ_{j < s ≤ i} max(x[b, s, h], -1000) for i ≥ j, absent
    above the diagonal: the logarithm of `mixer.decay`, to be added to scores. A
    decay by e^-1000 is zero in all types, so that stronger ones, down to -∞,
    count as it.

    Shapes: x [B, T, H]; M [B, H, T, T].
    Paper: Lin et al., 2025, arXiv:2503.02130 (forget gates in softmax attention).

    ```mlir
    %F = mixer.segment_sum %log_f : tensor<2x?x4xf32>
    ```
  }];
  let arguments = (ins Mixer_TensorOfRank<[3]>:$x);
  let assemblyFormat = "$x attr-dict `:` type($x)";
  let hasVerifier = 1;
}

def Mixer_RunningSumOp : Mixer_Op<"running_sum", [Pure,
    AllTypesMatch<["high", "rest"]>, AllTypesMatch<["carry", "last"]>]> {
  let summary = "running sums as a rounded value and its rest (normal form)";
  let description = [{
    high[b, t, h] + rest[b, t, h] = carry[b, h] + Σ_{s ≤ t} max(x[b, s, h], -1000),
    summed in f64: high is the rounded sum and rest what rounding left. The
    difference of two such pairs is as exact as a sum of what lies between.
    last is the sum after all tokens, the carry of the next ones.

    Shapes: x, high, rest [B, T, H]; carry, last [B, H].
    Paper: Lin et al., 2025, arXiv:2503.02130, whose gates are summed; numbers in two
    parts: Dekker, 1971.

    ```mlir
    %high, %rest, %last = mixer.running_sum %x from %carry
        : tensor<2x?x4xf32>, tensor<2x4xf64> -> tensor<2x?x4xf32>
    ```
  }];
  let arguments = (ins Mixer_TensorOfRank<[3]>:$x, TensorRankOf<[F64], [2]>:$carry);
  let results = (outs TensorRankOf<[F32, F64], [3]>:$high,
    TensorRankOf<[F32, F64], [3]>:$rest, TensorRankOf<[F64], [2]>:$last);
  let assemblyFormat = "$x `from` $carry attr-dict `:` type($x) `,` type($carry) `->` type($high)";
  let hasVerifier = 1;
}

#endif // WEFT_MIXER_RUNNINGSUM_TD
