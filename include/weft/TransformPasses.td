#ifndef WEFT_TRANSFORMPASSES_TD
#define WEFT_TRANSFORMPASSES_TD

include "mlir/Pass/PassBase.td"

// Passes above block programs: they know structured matrices, not machines.

def WeftInlineMatrices : Pass<"weft-inline-matrices", "::mlir::ModuleOp"> {
  let summary = "Inline private functions that take or give matrices";
  let description = [{
    A lazy matrix lives within one block. Private functions with a
    `!mixer.matrix` in their signature are inlined at every call and erased; a
    public one, a recursive one, and a matrix that passes through another op
    (`scf.if`, `arith.select`, a block argument) are errors at their place.
  }];
}

def WeftChooseGenerators : Pass<"weft-choose-generators", "::mlir::ModuleOp"> {
  let summary = "Choose scan or convolution for systems that do not change over time";
  let description = [{
    Sets `run_as` of each `mixer.vandermonde` and `mixer.powers`: "convolution"
    if the form asked for is one of a convolution, "scan" if it is one of a scan. Without either,
    what the op says; else a scan where the model carries state, because a
    convolution would carry the list of all inputs, and the cheaper one where
    it does not.

        %M = mixer.vandermonde %c, %d, %a, %w {run_as = "convolution"}
  }];
  let options = [
    Option<"form", "form", "std::string", "\"auto\"",
           "form asked for by flag, or auto">,
    Option<"stateless", "stateless", "bool", "false",
           "the model carries no state">
  ];
}

def WeftDeriveDecode : Pass<"weft-derive-decode", "::mlir::ModuleOp"> {
  let summary = "Derive prefill and decode from the forward function";
  let description = [{
    Follows the time axis from the arguments of @forward (or the only public
    function) marked `mixer.time` through every op and call. Every
    `mixer.apply` gains state arguments and results; row indices over time and
    `mixer.positions` start at the position of the first token. The outcome:

        @forward  stateful, T dynamic: any piece of a sequence, all rows
        @prefill  the same, but the results are those of the last token only
        @step     one token

    Each takes the position (`mixer.position`) and the states (`mixer.state`,
    `mixer.cache_axis`) after its own arguments, and gives the states back. An
    op that couples tokens outside a mixer is an error at its place. A model
    that is not causal, or threads its state itself, is left as it is.
  }];
  let options = [
    Option<"maxSeq", "max-seq", "int64_t", "0",
           "slots of a key/value cache, in tokens; 0: the context length of "
           "the model, or 2048">,
    Option<"requireDecode", "require-decode", "bool", "false",
           "a model without decode is an error">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"
  ];
}

def WeftSimplifyMixers : Pass<"weft-simplify-mixers", "::mlir::ModuleOp"> {
  let summary = "Turn structured matrices into normal forms on tensors";
  let description = [{
    Replaces each `mixer.apply` by the normal form of its matrix:

        semiseparable, decay ∘ gram, causal gram  ->  mixer.scan
        [softmax of] maps and masks of a gram     ->  mixer.attend
        toeplitz                                  ->  mixer.convolve
        vandermonde, powers                       ->  scan or convolve (run_as)
        A + B                                     ->  two forms and a sum
        normalize M                               ->  M x / M 1, guarded
        Mᵀ                                        ->  reverse scan or convolve,
                                                      gram with q and k swapped

    and everything else by its dense form (materialize, then a product) with a
    warning. `mixer.materialize` becomes its entry formula. No `!mixer.matrix`
    survives.
  }];
  let options = [
    Option<"form", "form", "std::string", "\"auto\"",
           "`dense`: every matrix is materialized; `auto`: its normal form">,
    Option<"noFallback", "no-fallback", "bool", "false",
           "a matrix that only has a dense form is an error">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect"
  ];
}

def WeftCheckLaws : Pass<"weft-check-laws", "::mlir::ModuleOp"> {
  let summary = "Check the laws of every mixer.fold on random tokens";
  let description = [{
    Evaluates the regions of each `mixer.fold` in f64 on five random tokens
    (within `mixer.range` where an argument declares it; captured weights are
    random) and compares both sides of each law:

        combine(combine(e1, e2), e3) = combine(e1, combine(e2, e3))
        combine(one, e) = e = combine(e, one)
        act(act(S, e1), e2) = act(S, combine(e1, e2)),  act(S, one) = S

    A law that does not hold is an error that names it and the token. A region
    with an op that cannot be evaluated at compile time is a warning.
  }];
}

def WeftChooseForm : Pass<"weft-choose-form", "::mlir::ModuleOp"> {
  let summary = "Choose the form and chunk of each normal-form op";
  let description = [{
    Writes onto each op the form it runs in (`weft.form`: recurrent or chunked
    for a scan, blocked for an attend, direct for a convolve, recurrent or scan
    for a fold, recurrent for a recurrence) and, where that has one, the length
    of its chunk in tokens (`weft.chunk`). A scan takes the form with the fewest
    multiply-adds for its state K x V,

        recurrent   8 K V
        chunked     C/2 (K + V + 8) + 2 K V + 12 K V / C

    an attend the largest block of keys and values that stays in the
    first-level cache. The choice and its reason are a remark.

    A form is only chosen if each exponent that it computes is shown to be at
    most 0, from `mixer.range` on arguments or the ops that make a decay; else
    the scan is recurrent, which adds up no exponents. The argument is part of
    the remark. Asking for such a form by `form` is an error at its place. So
    is `factored` (chunked with e^c and e^-c apart), which no generator builds,
    where it can overflow.
  }];
  let options = [
    Option<"form", "form", "std::string", "\"auto\"",
           "form of every op that has it; `auto`: by cost">,
    Option<"chunk", "chunk", "int64_t", "0",
           "tokens per chunk; 0: by cost">,
    Option<"allowUnsafeForm", "allow-unsafe-form", "bool", "false",
           "a form that is asked for and not shown to be safe is a warning">,
    Option<"l1Bytes", "l1-bytes", "int64_t", "32768",
           "size of the first-level data cache, in bytes">
  ];
}

def WeftWidenFloats : Pass<"weft-widen-floats", "::mlir::ModuleOp"> {
  let summary = "Compute in f64 instead of f32";
  let description = [{
    Every f32 in the types and constants of the module, arguments and weights
    included, becomes f64. Parameters of ops (a `scale`) keep their type. For
    the dense form as an oracle.
  }];
}

def WeftExposeTensors : Pass<"weft-expose-tensors", "::mlir::ModuleOp"> {
  let summary = "Make the output of every layer a result of the entry";
  let description = [{
    Each tensor that a public function gets from a call of a private one, or
    from `mixer.apply`, becomes a further result named `N.CALLEE` (`N.apply`),
    N counting the calls from 0, so that a port can be compared layer by layer.

        %x = call @layer(%a)          %x = call @layer(%a)
        return %y                 ->  return %y, %x   {mixer.name = "0.layer"}
  }];
}

#endif // WEFT_TRANSFORMPASSES_TD
