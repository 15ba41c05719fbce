#ifndef WEFT_MIXER_ATTEND_TD
#define WEFT_MIXER_ATTEND_TD

include "dialects/mixer/Dialect.td"

def Mixer_AttendOp : Mixer_Op<"attend", [Pure, AttrSizedOperandSegments,
    SingleBlock, DestinationStyleOpInterface,
    AllTypesMatch<["out", "y"]>,
    DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmBlockArgumentNames"]>,
    DeclareOpInterfaceMethods<TilingInterface, ["getIterationDomain",
      "getLoopIteratorTypes", "getTiledImplementation", "getResultTilePosition"]>]> {
  let summary = "pairwise mixer with score and mask region (normal form)";
  let description = [{
    s_ij = scale · q_i · k_j; the region maps (s_ij, b, h, i, j, r_i..., c_j...)
    to a score and whether it is present, and with `softmax` perhaps to a
    weight w_ij; y_i = Σ_j P_ij w_ij v_j with P the row-wise softmax of the
    present scores (`softmax`), or the present scores themselves. A row
    without present entries is zero. With a sink, exp(sink_h) is one more term
    of each row's sum.

    Shapes: q [B, T, H, K], k [B, S, Hk, K], v [B, S, Hk, V], y [B, T, H, V];
    head h reads key head h ÷ (H / Hk). Row data r [B, T, Hr] and column data
    c [B, S, Hc] have H heads or one; sink [H]. `origin` is the global index
    (b, h, i, j) of the first entry, added to the indices that the region
    sees: tiles, decode positions and shards shift it. Data are what tokens
    bring along; tensors that the region captures are tables that stay whole
    and are read with global indices.

    With `cache`, k_cache and v_cache [B, Hk, N, D] hold `length` earlier
    tokens; k and v are appended at that place (in the cache of the result),
    and j counts the slots of the cache from 0 to length + S. Column data then
    have caches [B, Hc, N], one each.

    Paper: Vaswani et al., 2017, arXiv:1706.03762; row-wise softmax in one pass:
    Milakov and Gimelshein, 2018, arXiv:1805.02867.

    ```mlir
    %y = mixer.attend ins(%q, %k, %v : tensor<2x?x8x64xf32>, tensor<2x?x2x64xf32>, tensor<2x?x2x64xf32>)
        outs(%y0 : tensor<2x?x8x64xf32>) softmax scale 0.125 {
    ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index):
      %keep = arith.cmpi sle, %j, %i : index
      mixer.yield %s, %keep : f32, i1
    }
    ```

    Scores with a forget gate, a sink and a weight after the softmax:

    ```mlir
    %y = mixer.attend ins(%q, %k, %v : tensor<2x?x8x64xf32>, tensor<2x?x2x64xf32>, tensor<2x?x2x64xf32>)
        rows(%a : tensor<2x?x8xf32>) columns(%a : tensor<2x?x8xf32>) sink(%sink : tensor<8xf32>)
        outs(%y0 : tensor<2x?x8x64xf32>) softmax scale 0.125 {
    ^bb0(%s: f32, %b: index, %h: index, %i: index, %j: index, %r: f32, %c: f32):
      %keep = arith.cmpi sle, %j, %i : index
      %g = arith.subf %r, %c : f32
      %t = arith.addf %s, %g : f32
      mixer.yield %t, %keep, %r : f32, i1, f32
    }
    ```
  }];
  let arguments = (ins
    Mixer_TensorOfRank<[4]>:$q, Mixer_TensorOfRank<[4]>:$k,
    Mixer_TensorOfRank<[4]>:$v, Mixer_TensorOfRank<[4]>:$out,
    Optional<Mixer_TensorOfRank<[4]>>:$k_cache,
    Optional<Mixer_TensorOfRank<[4]>>:$v_cache,
    Variadic<Mixer_DataOfRank<[3]>>:$column_caches, Optional<Index>:$length,
    Variadic<Index>:$origin, Variadic<Mixer_DataOfRank<[3]>>:$rows,
    Variadic<Mixer_DataOfRank<[3]>>:$columns,
    Optional<Mixer_TensorOfRank<[1]>>:$sink,
    DefaultValuedAttr<F32Attr, "1.0f">:$scale, UnitAttr:$softmax);
  let regions = (region SizedRegion<1>:$body);
  let results = (outs Mixer_TensorOfRank<[4]>:$y,
    Variadic<Mixer_DataOfRank<[3, 4]>>:$new_caches);
  let assemblyFormat = [{
    `ins` `(` $q `,` $k `,` $v `:` type($q) `,` type($k) `,` type($v) `)`
    (`rows` `(` $rows^ `:` type($rows) `)`)?
    (`columns` `(` $columns^ `:` type($columns) `)`)?
    (`sink` `(` $sink^ `:` type($sink) `)`)?
    (`cache` `(` $k_cache^ `,` $v_cache `:` type($k_cache) `,` type($v_cache) `)` `length` $length)?
    (`column_caches` `(` $column_caches^ `:` type($column_caches) `)`)?
    `outs` `(` $out `:` type($out) `)` (`origin` `(` $origin^ `)`)?
    (`softmax` $softmax^)? (`scale` $scale^)? $body attr-dict
    (`->` type($new_caches)^)?
  }];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable();
    /// The caches, keys and values first; empty without.
    ::llvm::SmallVector<::mlir::Value> getCaches();
    /// Whether the region yields a weight after the softmax.
    bool hasWeight();
  }];
}

#endif // WEFT_MIXER_ATTEND_TD
