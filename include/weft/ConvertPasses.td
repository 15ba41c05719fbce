#ifndef WEFT_CONVERTPASSES_TD
#define WEFT_CONVERTPASSES_TD

include "mlir/Pass/PassBase.td"

// Passes from normal forms to block programs, and from block programs to
// code: the latter know machines, not mixers.

def ConvertMixerToBlocks : Pass<"weft-convert-mixer-to-blocks"> {
  let summary = "write normal forms as block programs";
  let description = [{
    Replaces each `mixer.scan`, `mixer.attend`, `mixer.convolve` and
    `mixer.positions` by upstream ops on tensors: an `scf.forall` over batch
    entries, heads and blocks around an `scf.for` over chunks of time, with
    linalg on tiles inside. Rows may be dynamic, features are static.

    A scan is `recurrent` or `chunked`: the attribute `weft.form` of the op
    decides, else the option, else one token is recurrent and all other
    lengths are chunked. `weft.chunk` on an op overrides the chunk length.

    ```mlir
    %y, %s = mixer.scan ins(%q, %k, %v : ...) outs(%y0, %s0 : ...)
    // becomes
    %y, %s = scf.forall (%b, %h) in (2, 4) shared_outs(%yo = %y0, %so = %s0) -> (...) {
      %yh, %sh = scf.for %t = %c0 to %T step %c64 iter_args(...) -> (...) { ... }
      ...
    }
    ```
  }];
  let options = [
    Option<"form", "form", "std::string", "",
           "form of every scan: recurrent or chunked (default: by length)">,
    Option<"chunk", "chunk", "int64_t", "64", "tokens per chunk">,
    Option<"queries", "queries", "int64_t", "32",
           "queries per block of an attend, on the vector lanes">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::bufferization::BufferizationDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect"
  ];
}

def FuseElementwise : Pass<"weft-fuse-elementwise", "::mlir::func::FuncOp"> {
  let summary = "make one op of a chain of elementwise ops";
  let description = [{
    y = f(g(x)) becomes one op, so that a block reads each tensor once. An op
    goes into its consumer if that is the only user and reads every entry once:
    nothing is computed twice. Contractions are left alone on both sides, ops
    within loops too. Elementwise ops on tensors and named linalg ops are turned
    into `linalg.generic` first.
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::tensor::TensorDialect"];
}

def TileLinalg : Pass<"weft-tile-linalg", "::mlir::func::FuncOp"> {
  let summary = "turn linalg ops on whole tensors into scf.forall over tiles";
  let description = [{
    Ops between mixers are put in groups, each a consumer with the producers
    that nothing else uses, and each group becomes one `scf.forall`:

    - contractions with the elementwise ops that follow: blocks of rows and, for
      the vector lanes, panels of columns; x[t, k] w[n, k] reads a panel of w;
    - row reductions with the elementwise ops around them, and everything else:
      blocks of rows, so that a tile stays in the first cache.

    Tiles have static sizes but for the number of rows; unit dimensions are
    dropped; a tile that is private to an iteration lives in a static buffer.
    What fits in one tile is not put in a loop.
  }];
  let options = [
    Option<"panel", "panel", "int64_t", /*default=*/"16",
           "columns of a contraction's tile (two vectors)">,
    Option<"rows", "rows", "int64_t", /*default=*/"96",
           "rows of a contraction's tile">,
    Option<"entries", "entries", "int64_t", /*default=*/"4096",
           "entries of any other tile, for the first cache">
  ];
  let dependentDialects = ["::mlir::linalg::LinalgDialect",
                           "::mlir::affine::AffineDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::scf::SCFDialect",
                           "::mlir::tensor::TensorDialect"];
}

def PackWeights : Pass<"weft-pack-weights", "::mlir::ModuleOp"> {
  let summary = "keep weights in the panels that contractions read";
  let description = [{
    A global w[n, k] of which contractions read whole panels of P rows becomes
    tensor<N/P x K x P>, with `weft.panel = P` and `weft.source = [N, K]`; the
    loader fills it so. A panel is then contiguous and has n on the lanes. Private
    functions get packed arguments if all callers pass packed globals. Single
    entries may be read too: w[n, k] is entry [n / P, k, n % P].

    A weight of a contraction that is used otherwise, or whose N is not a
    multiple of P, stays as it is, and a remark says why.
  }];
  let options = [
    Option<"panel", "panel", "int64_t", /*default=*/"16",
           "rows of a panel, as for weft-tile-linalg">
  ];
  let dependentDialects = ["::mlir::affine::AffineDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::tensor::TensorDialect"];
}

def RecordInterface : Pass<"weft-record-interface", "::mlir::ModuleOp"> {
  let summary = "keep what a model says of itself as an attribute";
  let description = [{
    Reads entries, inputs, outputs, states and weights off the public functions
    and the `ml_program.global`s of a module on tensors, and keeps them in the
    module attribute `weft.interface`. The phases after it work on memory, where
    names and time dimensions are gone; the descriptor of the compiled model is
    made of this attribute.
  }];
}

#endif // WEFT_CONVERTPASSES_TD
