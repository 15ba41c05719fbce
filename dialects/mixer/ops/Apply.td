#ifndef WEFT_MIXER_APPLY_TD
#define WEFT_MIXER_APPLY_TD

include "dialects/mixer/Dialect.td"

def Mixer_ApplyOp : Mixer_Op<"apply", [Pure, AttrSizedOperandSegments]> {
  let summary = "matrix times a tensor, in the best form";
  let description = [{
    y[b, i, h, v] = Σ_j M[b, h, i, j] · x[b, j, h ÷ g, v], absent entries
    counting as zero; g = H / Hx heads share a head of x.

    With `init` the op continues a sequence: the states hold whatever rows
    need of earlier columns, `at` is the number of tokens already seen, and
    the states after the last row are returned, one for each given. `at`
    without `init` says which row the first one is of a matrix whose columns
    are all there, such as those of an encoder.

    With `segments` the tokens are sequences packed one after the other, the
    same for all of the batch: sequence n has the tokens offsets[n] to
    offsets[n + 1] - 1, and y is what each would give by itself, but that maps
    and masks see the indices of the whole. Tokens outside of all sequences are
    padding, y = 0.

    Shapes: M [B, H, T, S], x [B, S, Hx, V], y [B, T, H, V]; offsets [N + 1].
    Paper: Dao and Gu, 2024, arXiv:2405.21060.

    ```mlir
    %y = mixer.apply %M, %x : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
    %p = mixer.apply %M, %x segments(%offsets : tensor<4xi64>) : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>
    %y, %s = mixer.apply %M, %x init(%s0 : tensor<2x4x16x8xf32>) at %pos
        : tensor<2x?x4x8xf32> -> tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>
    ```
  }];
  let arguments = (ins
    Mixer_MatrixType:$matrix, Mixer_TensorOfRank<[4]>:$x,
    Variadic<Mixer_State>:$init, Optional<Index>:$position,
    Optional<TensorRankOf<[I64], [1]>>:$segments);
  let results = (outs Mixer_TensorOfRank<[4]>:$y, Variadic<Mixer_State>:$states);
  let assemblyFormat = [{
    $matrix `,` $x (`init` `(` $init^ `:` type($init) `)`)?
    (`at` $position^)? (`segments` `(` $segments^ `:` type($segments) `)`)? attr-dict `:` type($x) `->` type(results)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The run-time sizes of the matrix; what it does not tell is taken from x
    /// and y, and a matrix of unknown rows is square.
    ::weft::mixer::MatrixSizes matrixSizes(::mlir::OpBuilder &builder);
  }];
}

def Mixer_MaterializeOp : Mixer_Op<"materialize", [Pure]> {
  let summary = "dense tensor of a matrix";
  let description = [{
    d[b, h, i, j] = M[b, h, i, j], zero where absent. Its sizes are those of
    the result type, the dynamic ones given as operands.

    Shapes: M and d [B, H, T, S].
    Paper: Hwang et al., 2024, arXiv:2407.09941.

    ```mlir
    %d = mixer.materialize %M : tensor<2x4x12x12xf32>
    ```
  }];
  let arguments = (ins Mixer_MatrixType:$matrix, Variadic<Index>:$sizes);
  let results = (outs Mixer_TensorOfRank<[4]>:$dense);
  let assemblyFormat = "$matrix (`sizes` `(` $sizes^ `)`)? attr-dict `:` type($dense)";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The sizes of the result.
    ::weft::mixer::MatrixSizes matrixSizes(::mlir::OpBuilder &builder);
  }];
}

def Mixer_YieldOp : Mixer_Op<"yield", [Pure, Terminator, ReturnLike]> {
  let summary = "ends a score or mask region";
  let description = [{
    Yields the values of the region it ends.

    ```mlir
    mixer.yield %keep : i1
    ```
  }];
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "attr-dict ($values^ `:` type($values))?";
}

#endif // WEFT_MIXER_APPLY_TD
