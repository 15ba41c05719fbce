#ifndef WEFT_MIXER_CONVOLVE_TD
#define WEFT_MIXER_CONVOLVE_TD

include "dialects/mixer/Dialect.td"

def Mixer_ConvolveOp : Mixer_Op<"convolve", [Pure, AttrSizedOperandSegments,
    AllTypesMatch<["out", "y"]>,
    DestinationStyleOpInterface,
    DeclareOpInterfaceMethods<TilingInterface, ["getIterationDomain",
      "getLoopIteratorTypes", "getTiledImplementation", "getResultTilePosition"]>]> {
  let summary = "convolution over time (normal form)";
  let description = [{
    y[b, t, h, d] = Σ_l taps[h, l] · x[b, t - first_lag - l, h, d]: tap l has
    the lag first_lag + l, and a negative lag reads tokens that are still to
    come. With `reverse` the lags change their sign. What x does not have is
    zero, but for tokens before the first that the state holds:

    - a `window` [B, W, H, D] with W = first_lag + L - 1, oldest first; the
      window after the last token is returned in its place;
    - with `length`, a cache [B, S, H, D] of all inputs, of which `length` are
      there; x is put behind them. The filter may then be of any length.

    Shapes: taps [H, L], x and y [B, T, H, D]; L may be dynamic.
    Paper: Poli et al., 2023, arXiv:2302.10866.

    ```mlir
    %y, %w = mixer.convolve ins(%taps, %x : tensor<64x4xf32>, tensor<2x?x64x1xf32>)
        outs(%y0 : tensor<2x?x64x1xf32>) window(%w0 : tensor<2x3x64x1xf32>) -> tensor<2x3x64x1xf32>
    ```
  }];
  let arguments = (ins
    Mixer_TensorOfRank<[2]>:$taps, Mixer_TensorOfRank<[4]>:$x,
    Mixer_TensorOfRank<[4]>:$out, Optional<Mixer_TensorOfRank<[4]>>:$window,
    Optional<Index>:$length, DefaultValuedAttr<I64Attr, "0">:$first_lag,
    UnitAttr:$reverse);
  let results = (outs Mixer_TensorOfRank<[4]>:$y,
    Optional<Mixer_TensorOfRank<[4]>>:$new_window);
  let assemblyFormat = [{
    `ins` `(` $taps `,` $x `:` type($taps) `,` type($x) `)`
    `outs` `(` $out `:` type($out) `)`
    (`window` `(` $window^ `:` type($window) `)`)? (`length` `(` $length^ `)`)?
    attr-dict (`->` type($new_window)^)?
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable();
  }];
}

#endif // WEFT_MIXER_CONVOLVE_TD
