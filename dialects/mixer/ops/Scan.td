#ifndef WEFT_MIXER_SCAN_TD
#define WEFT_MIXER_SCAN_TD

include "dialects/mixer/Dialect.td"

def Mixer_ScanOp : Mixer_Op<"scan", [Pure,
    AllTypesMatch<["out", "y"]>, AllTypesMatch<["state", "final_state"]>,
    DestinationStyleOpInterface,
    DeclareOpInterfaceMethods<TilingInterface, ["getIterationDomain",
      "getLoopIteratorTypes", "getTiledImplementation", "getResultTilePosition"]>]> {
  let summary = "recurrence that is linear in its state (normal form)";
  let description = [{
    S_t = exp(g_t) S_{t-1} + k_t v_tᵀ, y_t = scale · S_tᵀ q_t for each batch
    entry and head, with S a K × V state in f32 and g_t = 0 if there is no
    decay; with `reverse`, t runs from the last token to the first.

    Shapes: q, k [B, T, Hq, K], v [B, T, Hv, V], decay [B, T, H], y
    [B, T, H, V], state [B, H, K, V]; Hq and Hv divide H, and head h reads head
    h ÷ (H / Hq) of q and k. The state in `outs` holds the initial state and is
    updated in place.

    Paper: Katharopoulos et al., 2020, arXiv:2006.16236; Dao and Gu, 2024,
    arXiv:2405.21060.

    ```mlir
    %y, %s = mixer.scan ins(%q, %k, %v : tensor<2x?x1x16xf32>, tensor<2x?x1x16xf32>, tensor<2x?x4x8xf32>)
        decay(%g : tensor<2x?x4xf32>)
        outs(%y0, %s0 : tensor<2x?x4x8xf32>, tensor<2x4x16x8xf32>)
    ```
  }];
  let arguments = (ins
    Mixer_TensorOfRank<[4]>:$q, Mixer_TensorOfRank<[4]>:$k,
    Mixer_TensorOfRank<[4]>:$v, Mixer_TensorOfRank<[4]>:$out,
    // Result types are inferred by operand number: what may be missing is last.
    Mixer_TensorOfRank<[4]>:$state, Optional<Mixer_TensorOfRank<[3]>>:$decay,
    DefaultValuedAttr<F32Attr, "1.0f">:$scale, UnitAttr:$reverse);
  let results = (outs Mixer_TensorOfRank<[4]>:$y, Mixer_TensorOfRank<[4]>:$final_state);
  let assemblyFormat = [{
    `ins` `(` $q `,` $k `,` $v `:` type($q) `,` type($k) `,` type($v) `)`
    (`decay` `(` $decay^ `:` type($decay) `)`)?
    `outs` `(` $out `,` $state `:` type($y) `,` type($final_state) `)` attr-dict
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable();
  }];
}

#endif // WEFT_MIXER_SCAN_TD
