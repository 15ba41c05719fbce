#ifndef WEFT_MIXER_ENTRYWISE_TD
#define WEFT_MIXER_ENTRYWISE_TD

include "dialects/mixer/Dialect.td"

def Mixer_MapOp : Mixer_MatrixOp<"map", [SingleBlock, AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmBlockArgumentNames"]>]> {
  let summary = "entrywise function of a matrix";
  let description = [{
    M[b, h, i, j] = f(A[b, h, i, j], b, h, i, j) for the present entries of A.
    The region gets the entry, its four indices, and one scalar of each tensor
    in `rows`, r[b, i(, h ÷ g)], and in `columns`, c[b, j(, h ÷ g)]: data that
    come with the tokens, and of which a decode step has only its own.
    A tensor that the region captures is a table, read with global indices.

    Shapes: M has the shape of A [B, H, T, S]; r [B, T] or [B, T, Hr], c [B, S]
    or [B, S, Hc], Hr and Hc dividing H.
    Paper: Raffel et al., 2019, arXiv:1910.10683 (bias); Press et al., 2021,
    arXiv:2108.12409 (slopes).

    ```mlir
    %C = mixer.map %S {
    ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
      %t = math.tanh %s : f32
      mixer.yield %t : f32
    }
    ```
  }];
  let arguments = (ins Mixer_MatrixType:$matrix,
    Variadic<Mixer_DataOfRank<[2, 3]>>:$rows,
    Variadic<Mixer_DataOfRank<[2, 3]>>:$columns);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $matrix (`rows` `(` $rows^ `:` type($rows) `)`)?
    (`columns` `(` $columns^ `:` type($columns) `)`)? $body attr-dict
  }];
  let hasRegionVerifier = 1;
  let hasCanonicalizer = 1;
}

def Mixer_MaskOp : Mixer_MatrixOp<"mask", [SingleBlock, AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmBlockArgumentNames"]>]> {
  let summary = "keeps some entries and makes the others absent";
  let description = [{
    M[b, h, i, j] = A[b, h, i, j] where the region yields true, absent
    elsewhere. Absent entries are zero in products and have no weight under
    softmax. `rows` and `columns` are as in `mixer.map`.

    Shapes: M has the shape of A [B, H, T, S]; row data [B, T] or [B, T, Hr],
    column data [B, S] or [B, S, Hc], Hr and Hc dividing H.
    Paper: Child et al., 2019, arXiv:1904.10509; windows: Beltagy et al., 2020,
    arXiv:2004.05150.

    ```mlir
    // Tokens see their own document.
    %D = mixer.mask %S rows(%ids : tensor<2x?xi32>) columns(%ids : tensor<2x?xi32>) {
    ^bb0(%b: index, %h: index, %i: index, %j: index, %mine: i32, %its: i32):
      %same = arith.cmpi eq, %mine, %its : i32
      mixer.yield %same : i1
    }
    %W = mixer.mask %S {
    ^bb0(%b: index, %h: index, %i: index, %j: index):
      %keep = arith.cmpi sle, %j, %i : index
      mixer.yield %keep : i1
    }
    ```
  }];
  let arguments = (ins Mixer_MatrixType:$matrix,
    Variadic<Mixer_DataOfRank<[2, 3]>>:$rows,
    Variadic<Mixer_DataOfRank<[2, 3]>>:$columns);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $matrix (`rows` `(` $rows^ `:` type($rows) `)`)?
    (`columns` `(` $columns^ `:` type($columns) `)`)? $body attr-dict
  }];
  let hasRegionVerifier = 1;
  let hasCanonicalizer = 1;
  let hasFolder = 1;
}

#endif // WEFT_MIXER_ENTRYWISE_TD
