#ifndef WEFT_MIXER_AROUND_TD
#define WEFT_MIXER_AROUND_TD

include "dialects/mixer/Dialect.td"

def Mixer_ShiftOp : Mixer_MatrixOp<"shift"> {
  let summary = "rows moved one down";
  let description = [{
    M_ij = A_{i-1,j}; row 0 is absent. Token i gets what token i - 1 would have
    got.

    Shapes: A and M [B, H, T, S].
    Paper: Hwang et al., 2024, arXiv:2407.09941.

    ```mlir
    %M = mixer.shift %A
    ```
  }];
  let arguments = (ins Mixer_MatrixType:$matrix);
  let assemblyFormat = "$matrix attr-dict";
}

def Mixer_ScaleRowsOp : Mixer_MatrixOp<"scale_rows"> {
  let summary = "each row times a factor";
  let description = [{
    M[b, h, i, j] = factors[b, i, h] · A[b, h, i, j], present where A is. The
    operand with fewer heads shares them among groups of heads of the other.

    Shapes: factors [B, T, H], A and M [B, H, T, S].
    Paper: Hwang et al., 2024, arXiv:2407.09941.

    ```mlir
    %M = mixer.scale_rows %A, %s : tensor<2x?x4xf32>
    ```
  }];
  let arguments = (ins Mixer_MatrixType:$matrix,
    Mixer_TensorOfRank<[3]>:$factors);
  let assemblyFormat = "$matrix `,` $factors attr-dict `:` type($factors)";
  let hasVerifier = 1;
}

def Mixer_ScaleColsOp : Mixer_MatrixOp<"scale_cols"> {
  let summary = "each column times a factor";
  let description = [{
    M[b, h, i, j] = A[b, h, i, j] · factors[b, j, h], present where A is. The
    operand with fewer heads shares them among groups of heads of the other.

    Shapes: factors [B, S, H], A and M [B, H, T, S].
    Paper: Hwang et al., 2024, arXiv:2407.09941.

    ```mlir
    %M = mixer.scale_cols %A, %s : tensor<2x?x4xf32>
    ```
  }];
  let arguments = (ins Mixer_MatrixType:$matrix,
    Mixer_TensorOfRank<[3]>:$factors);
  let assemblyFormat = "$matrix `,` $factors attr-dict `:` type($factors)";
  let hasVerifier = 1;
}

def Mixer_ComposeOp : Mixer_MatrixOp<"compose"> {
  let summary = "product of two matrices";
  let description = [{
    M_ij = Σ_k A_ik · B_kj, an absent entry counting as zero; present where for
    some k both are. Applied to x it is A (B x). An operand with fewer heads
    shares each of them among a group of heads of the other.

    Shapes: A [B, H, T, R], B [B, H, R, S], M [B, H, T, S].
    Paper: Hwang et al., 2024, arXiv:2407.09941.

    ```mlir
    %M = mixer.compose %A, %B
    ```
  }];
  let arguments = (ins Mixer_MatrixType:$lhs, Mixer_MatrixType:$rhs);
  let assemblyFormat = "$lhs `,` $rhs attr-dict";
  let hasVerifier = 1;
}

#endif // WEFT_MIXER_AROUND_TD
