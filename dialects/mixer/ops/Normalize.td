#ifndef WEFT_MIXER_NORMALIZE_TD
#define WEFT_MIXER_NORMALIZE_TD

include "dialects/mixer/Dialect.td"

def Mixer_NormalizerAttr : I32EnumAttr<"Normalizer", "what a row is divided by", [
    I32EnumAttrCase<"Sum", 0, "sum">,
    I32EnumAttrCase<"AbsMaxOne", 1, "abs_max_one">,
    I32EnumAttrCase<"Count", 2, "count">]> {
  let cppNamespace = "::weft::mixer";
}

def Mixer_SoftmaxOp : Mixer_MatrixOp<"softmax"> {
  let summary = "row-wise softmax over the present entries";
  let description = [{
    M[b, h, i, j] = exp(A_ij - m_i) / Σ_j exp(A_ij - m_i) over the present
    entries of row i, m_i their maximum. A row without present entries is zero.
    With a sink, exp(sink_h - m_i) is one more term of the sum: weight that goes
    to no column; m_i is the maximum of the sink as well.

    Shapes: M has the shape of A [B, H, T, S]; sink [H].
    Paper: Vaswani et al., 2017, arXiv:1706.03762; sinks: OpenAI, 2025,
    arXiv:2508.10925.

    ```mlir
    %P = mixer.softmax %W
    %Q = mixer.softmax %W sink(%s : tensor<4xf32>)
    ```
  }];
  let arguments = (ins Mixer_MatrixType:$matrix,
    Optional<Mixer_TensorOfRank<[1]>>:$sink);
  let assemblyFormat = "$matrix (`sink` `(` $sink^ `:` type($sink) `)`)? attr-dict";
  let hasVerifier = 1;
  let builders = [OpBuilder<(ins "::mlir::Value":$matrix), [{
    build($_builder, $_state, matrix, /*sink=*/::mlir::Value());
  }]>];
}

def Mixer_NormalizeOp : Mixer_MatrixOp<"normalize"> {
  let summary = "rows divided by their sum or count";
  let description = [{
    M[b, h, i, j] = A_ij / n_i with n_i = Σ_j A_ij (`sum`), max(abs(Σ_j A_ij), 1)
    (`abs_max_one`) or the number of present entries (`count`). A row with
    n_i = 0 is zero.

    Shapes: M has the shape of A.
    Paper: Katharopoulos et al., 2020, arXiv:2006.16236 (sum); Beck et al., 2024,
    arXiv:2405.04517 (abs_max_one).

    ```mlir
    %N = mixer.normalize %M by sum
    ```
  }];
  let arguments = (ins Mixer_MatrixType:$matrix, Mixer_NormalizerAttr:$by);
  let assemblyFormat = "$matrix `by` $by attr-dict";
  let hasVerifier = 1;
}

#endif // WEFT_MIXER_NORMALIZE_TD
