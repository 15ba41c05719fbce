#ifndef WEFT_MIXER_POSITIONS_TD
#define WEFT_MIXER_POSITIONS_TD

include "dialects/mixer/Dialect.td"

def Mixer_PositionsOp : Mixer_Op<"positions", [Pure]> {
  let summary = "absolute position of each token";
  let description = [{
    p[t] = start + t for t < length; start is 0 if not given. A model takes
    token positions from here, so that a decode step can shift them.

    Shapes: p [T], counted in tokens from 0.
    Paper: Vaswani et al., 2017, arXiv:1706.03762.

    ```mlir
    %p = mixer.positions %T : tensor<?xindex>
    %p = mixer.positions %T from %pos : tensor<?xindex>
    ```
  }];
  let arguments = (ins Index:$length, Optional<Index>:$start);
  let results = (outs 1DTensorOf<[Index]>:$result);
  let assemblyFormat = "$length (`from` $start^)? attr-dict `:` type($result)";
}

#endif // WEFT_MIXER_POSITIONS_TD
