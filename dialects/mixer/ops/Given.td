#ifndef WEFT_MIXER_GIVEN_TD
#define WEFT_MIXER_GIVEN_TD

include "dialects/mixer/Dialect.td"

def Mixer_DiagonalOp : Mixer_MatrixOp<"diagonal"> {
  let summary = "diagonal matrix";
  let description = [{
    M[b, h, i, i] = entries[b, i, h], absent elsewhere.

    Shapes: entries [B, T, H], M [B, H, T, T].
    Paper: Hwang et al., 2024, arXiv:2407.09941.

    ```mlir
    %M = mixer.diagonal %d : tensor<2x?x4xf32>
    ```
  }];
  let arguments = (ins Mixer_TensorOfRank<[3]>:$entries);
  let assemblyFormat = "$entries attr-dict `:` type($entries)";
  let hasVerifier = 1;
}

def Mixer_DenseOp : Mixer_MatrixOp<"dense"> {
  let summary = "matrix given entry by entry";
  let description = [{
    M[b, h, i, j] = entries[b, h, i, j], all of them present.

    Shapes: entries and M [B, H, T, S].
    Paper: Tolstikhin et al., 2021, arXiv:2105.01601.

    ```mlir
    %M = mixer.dense %m : tensor<2x4x12x12xf32>
    ```
  }];
  let arguments = (ins Mixer_TensorOfRank<[4]>:$entries);
  let assemblyFormat = "$entries attr-dict `:` type($entries)";
  let hasVerifier = 1;
}

def Mixer_GatherOp : Mixer_MatrixOp<"gather"> {
  let summary = "matrix that picks a row of x for each row";
  let description = [{
    M[b, h, i, j] = 1 where j = picked[b, i, h], absent elsewhere; a row that
    picks nothing in [0, S) is absent.

    Shapes: picked [B, T, H]; M [B, H, T, S] of elements of type `element`.
    Paper: Roy et al., 2020, arXiv:2003.05997.

    ```mlir
    %M = mixer.gather %rows : tensor<2x?x4xi64> as f32
    ```
  }];
  let arguments = (ins TensorRankOf<[I64], [3]>:$picked,
    TypeAttrOf<AnyFloat>:$element);
  let assemblyFormat = "$picked attr-dict `:` type($picked) `as` $element";
  let hasVerifier = 1;
}

#endif // WEFT_MIXER_GIVEN_TD
