#ifndef WEFT_MIXER_POSITIONS_TD
#define WEFT_MIXER_POSITIONS_TD

include "dialects/mixer/Dialect.td"

def Mixer_PositionsOp : Mixer_Op<"positions", [Pure]> {
  let summary = "absolute position of each token";
  let description = [{
    p[t] = start + t for t < length; start is 0 if not given. A model takes
    token positions from here, so that a decode step can shift them.

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
