#ifndef WEFT_MIXER_COMBINE_TD
#define WEFT_MIXER_COMBINE_TD

include "dialects/mixer/Dialect.td"

def Mixer_AddOp : Mixer_MatrixOp<"add", [Commutative]> {
  let summary = "sum of two matrices";
  let description = [{
    M_ij = A_ij + B_ij, an absent entry counting as zero; present where either
    is. An operand with fewer heads shares each of them among a group of heads
    of the other.

    Shapes: All of [B, H, T, S]; B, T and S of both agree.
    Paper: Hwang et al., 2024, arXiv:2407.09941.

    ```mlir
    %M = mixer.add %A, %B
    ```
  }];
  let arguments = (ins Mixer_MatrixType:$lhs, Mixer_MatrixType:$rhs);
  let assemblyFormat = "$lhs `,` $rhs attr-dict";
}

def Mixer_HadamardOp : Mixer_MatrixOp<"hadamard", [Commutative]> {
  let summary = "entrywise product of two matrices";
  let description = [{
    M_ij = A_ij · B_ij, present where both are. An operand with fewer heads
    shares each of them among a group of heads of the other.

    Shapes: All of [B, H, T, S]; B, T and S of both agree.
    Paper: Hwang et al., 2024, arXiv:2407.09941.

    ```mlir
    %M = mixer.hadamard %L, %G
    ```
  }];
  let arguments = (ins Mixer_MatrixType:$lhs, Mixer_MatrixType:$rhs);
  let assemblyFormat = "$lhs `,` $rhs attr-dict";
  let hasCanonicalizer = 1;
}

def Mixer_TransposeOp : Mixer_MatrixOp<"transpose"> {
  let summary = "transposed matrix";
  let description = [{
    M_ij = A_ji.

    Shapes: A [B, H, S, T]; M [B, H, T, S].
    Paper: Hwang et al., 2024, arXiv:2407.09941.

    ```mlir
    %M = mixer.transpose %A
    ```
  }];
  let arguments = (ins Mixer_MatrixType:$matrix);
  let assemblyFormat = "$matrix attr-dict";
  let hasCanonicalizer = 1;
  let hasFolder = 1;
}

#endif // WEFT_MIXER_COMBINE_TD
