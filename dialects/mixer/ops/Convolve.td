#ifndef WEFT_MIXER_CONVOLVE_TD
#define WEFT_MIXER_CONVOLVE_TD

include "dialects/mixer/Dialect.td"

def Mixer_ConvolveOp : Mixer_Op<"convolve", [Pure,
    AllTypesMatch<["out", "y"]>,
    DestinationStyleOpInterface,
    DeclareOpInterfaceMethods<TilingInterface, ["getIterationDomain",
      "getLoopIteratorTypes", "getTiledImplementation", "getResultTilePosition"]>]> {
  let summary = "causal convolution over time (normal form)";
  let description = [{
    y[b, t, h, d] = Σ_{0 ≤ l < L} taps[h, l] · x[b, t - l, h, d]. Tokens before
    the first come from `window` [B, L - 1, H, D], oldest first, or are zero if
    there is none; the window after the last token is returned in its place.
    With `reverse` it is x[b, t + l, h, d] (no window).

    Shapes: taps [H, L], x and y [B, T, H, D].
    Paper: Poli et al., 2023, arXiv:2302.10866.

    ```mlir
    %y, %w = mixer.convolve ins(%taps, %x : tensor<64x4xf32>, tensor<2x?x64x1xf32>)
        outs(%y0 : tensor<2x?x64x1xf32>) window(%w0 : tensor<2x3x64x1xf32>) -> tensor<2x3x64x1xf32>
    ```
  }];
  let arguments = (ins
    Mixer_TensorOfRank<[2]>:$taps, Mixer_TensorOfRank<[4]>:$x,
    Mixer_TensorOfRank<[4]>:$out, Optional<Mixer_TensorOfRank<[4]>>:$window,
    UnitAttr:$reverse);
  let results = (outs Mixer_TensorOfRank<[4]>:$y,
    Optional<Mixer_TensorOfRank<[4]>>:$new_window);
  let assemblyFormat = [{
    `ins` `(` $taps `,` $x `:` type($taps) `,` type($x) `)`
    `outs` `(` $out `:` type($out) `)`
    (`window` `(` $window^ `:` type($window) `)`)? attr-dict
    (`->` type($new_window)^)?
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable();
  }];
}

#endif // WEFT_MIXER_CONVOLVE_TD
