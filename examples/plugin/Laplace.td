// A matrix op of a dialect of one's own.
#ifndef LAPLACE_TD
#define LAPLACE_TD

include "dialects/mixer/Dialect.td"

def Example_Dialect : Dialect {
  let name = "example";
  let cppNamespace = "::example";
  let summary = "mixers of a research group";
  let dependentDialects = ["::weft::mixer::MixerDialect"];
}

// materialize is all that a matrix op has to say. What it says of its sizes
// makes shape errors readable; what it says of its structure makes it faster.
def Example_LaplaceOp : Op<Example_Dialect, "laplace", [Pure,
    TypesMatchWith<"k is of the type of q", "q", "k", "$_self">,
    DeclareOpInterfaceMethods<MatrixOpInterface,
                              ["materialize", "sizeSources", "structure"]>]> {
  let summary = "exponential of minus the distance of queries and keys";
  let description = [{
    M[b, h, i, j] = exp(-Σ_d |q[b, i, h, d] - k[b, j, h, d]|), all entries
    present; with `causal` those with j ≤ i.

    ```mlir
    %M = example.laplace %q, %k : tensor<2x?x4x16xf32>
    ```
  }];
  let arguments = (ins Mixer_TensorOfRank<[4]>:$q, Mixer_TensorOfRank<[4]>:$k,
                       UnitAttr:$causal);
  let results = (outs Mixer_MatrixType:$result);
  let assemblyFormat = "$q `,` $k (`causal` $causal^)? attr-dict `:` type($q)";
}

// An op on tensors is a plain MLIR op. weft does not know what its values are:
// as a log decay they are not shown to be at most 0, and no form that needs
// that is chosen.
def Example_DampingOp : Op<Example_Dialect, "damping", [Pure, SameOperandsAndResultType]> {
  let summary = "a gate of a research group, in logarithms";
  let description = [{
    ```mlir
    %g = example.damping %x : tensor<2x?x4xf32>
    ```
  }];
  let arguments = (ins Mixer_TensorOfRank<[3]>:$x);
  let results = (outs Mixer_TensorOfRank<[3]>:$log_gate);
  let assemblyFormat = "$x attr-dict `:` type($x)";
}

#endif // LAPLACE_TD
