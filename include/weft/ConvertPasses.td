#ifndef WEFT_CONVERTPASSES_TD
#define WEFT_CONVERTPASSES_TD

include "mlir/Pass/PassBase.td"

// Passes from normal forms to block programs, and from block programs to
// code: the latter know machines, not mixers.

def ConvertMixerToBlocks : Pass<"weft-convert-mixer-to-blocks"> {
  let summary = "write normal forms as block programs";
  let description = [{
    Replaces each `mixer.scan`, `mixer.attend`, `mixer.convolve`, `mixer.fold`,
    `mixer.recurrence` and `mixer.positions` by upstream ops on tensors: an `scf.forall` over batch
    entries, heads and blocks around an `scf.for` over chunks of time, with
    linalg on tiles inside. Rows may be dynamic, features are static.

    A scan is `recurrent` or `chunked`: the attribute `weft.form` of the op
    decides, else the option, else one token is recurrent and all other
    lengths are chunked. `weft.chunk` on an op overrides the chunk length. A
    fold is `recurrent`, or a `scan`: a tree of combines in each chunk.

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

def FuseIntoBlocks : Pass<"weft-fuse-into-blocks", "::mlir::func::FuncOp"> {
  let summary = "move entrywise ops around the blocks of a mixer into them";
  let description = [{
    A producer whose only reader is a slice in a block is computed there, entry
    by entry, if the loops around the slice read no entry twice; a consumer of
    what a block gives is done to the block's tile, in place. Reshapes between
    them move to the other side of the op.
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect",
                           "::mlir::affine::AffineDialect",
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

// From block programs to CPU code, in the order in which they run.

def PassResultsByDestination : Pass<"weft-pass-results-by-destination", "mlir::ModuleOp"> {
  let summary = "give tensor results a place chosen by the caller";
  let description = [{
    A function with tensor results gets one writable argument (`weft.result`)
    for each, and writes the result into it before it returns. A result named
    by `mixer.state` is written into the state argument of the same name, and a
    result of a private function that is an update of one of its arguments into
    that argument: a state threaded through calls stays where it is.

    ```mlir
    func.func @f(%x: tensor<?xf32>) -> tensor<?xf32>
    // becomes
    func.func @f(%x: tensor<?xf32>, %y: tensor<?xf32> {bufferization.writable = true, weft.result}) -> tensor<?xf32>
    ```
  }];
  let dependentDialects = ["mlir::bufferization::BufferizationDialect", "mlir::tensor::TensorDialect",
                           "mlir::arith::ArithDialect"];
}

def PassContext : Pass<"weft-pass-context", "mlir::ModuleOp"> {
  let summary = "give every function the runtime's context";
  let description = [{
    Every function gets an opaque pointer as its first argument, every call
    passes it on, and `ml_program.global_load_const` becomes a tensor over the
    pointer that the context's table of weights holds for that global: compiled
    code has no global state. The list of weights is in the interface that the
    module carries since `weft-record-interface`.
  }];
  let dependentDialects = ["mlir::bufferization::BufferizationDialect", "mlir::LLVM::LLVMDialect",
                           "mlir::memref::MemRefDialect"];
}

def PrepareBuffers : Pass<"weft-prepare-buffers", "mlir::func::FuncOp"> {
  let summary = "bring linalg on tensors into the shape that needs fewest buffers";
  let description = [{
    A zero fill under a contraction becomes the attribute `weft.zero` on it
    (start from zero instead of reading the output); named ops other than
    contractions are generalized; elementwise producers are fused into
    elementwise or reducing consumers over the same loops; what such an op
    reads unchanged at every turn of a loop is copied before it; loop carries
    that are not updated in place are written back explicitly; fresh tensors
    get one user each; an output without a home takes over an input that dies
    here; branches that give a tile of a parallel loop write it in its place.
  }];
  let dependentDialects = ["mlir::bufferization::BufferizationDialect", "mlir::linalg::LinalgDialect",
                           "mlir::tensor::TensorDialect"];
}

def OrderConstants : Pass<"weft-order-constants", "mlir::ModuleOp"> {
  let summary = "name and place constants in the order of their first use";
  let description = [{
    The private `memref.global`s that bufferization made of constants become
    `@constant`, `@constant_0` and so on, at the top of the module: then their
    order, and with it the object, follows from the text of the module alone.
  }];
}

def OutlineKernels : Pass<"weft-outline-kernels", "mlir::ModuleOp"> {
  let summary = "turn each scf.forall into a function over a range of its iterations";
  let description = [{
    The body of a parallel loop becomes `@F_bodyN(ctx, args, begin, end)`
    (`weft.kernel`), with what it captures in a struct on the caller's stack,
    and the loop a call of `weft_parallel_for`. Copies become generics, and
    results of `scf.if` keep the strides on which both branches agree.
  }];
  let dependentDialects = ["mlir::LLVM::LLVMDialect", "mlir::linalg::LinalgDialect",
                           "mlir::arith::ArithDialect", "mlir::scf::SCFDialect"];
}

def PlaceBuffers : Pass<"weft-place-buffers", "mlir::ModuleOp"> {
  let summary = "give every buffer its place: the kernel's stack or the workspace";
  let description = [{
    Inside a kernel a buffer of static or bounded size is a stack slot at the
    kernel's entry, aligned for vectors. Outside of kernels a buffer comes from
    the runtime's workspace, which is released where the function returns.
  }];
  let dependentDialects = ["mlir::LLVM::LLVMDialect", "mlir::memref::MemRefDialect", "mlir::arith::ArithDialect"];
}

def AssignLanes : Pass<"weft-assign-lanes", "mlir::func::FuncOp"> {
  let summary = "choose the dimension that sits on the vector lanes";
  let description = [{
    Loop dimensions of all linalg ops of a function are joined into classes
    through the private buffers that they touch. A contraction wants its lane
    dimension at unit stride in its output and in one operand (the other is
    read by scalar broadcast, in any layout), any other op in its outputs, and
    nobody wants to reduce across lanes. The choice is written into the layout
    of the private buffers; shapes and indexing maps stay.
  }];
  let options = [Option<"vectorBits", "vector-bits", "unsigned", "256", "width of a vector register in bits">];
  let dependentDialects = ["mlir::memref::MemRefDialect"];
}

def EmitVectors : Pass<"weft-emit-vectors", "mlir::func::FuncOp"> {
  let summary = "lower linalg on buffers to loops over native vectors";
  let description = [{
    Two shapes: a contraction keeps a tile of accumulators in registers;
    everything else (elementwise, reducing, transposing) runs along the lanes
    with its reductions carried in registers. An op without a lane becomes
    scalar loops.
  }];
  let options = [Option<"vectorBits", "vector-bits", "unsigned", "256", "width of a vector register in bits">,
                 Option<"registers", "registers", "unsigned", "16", "number of vector registers">,
                 Option<"explain", "explain", "bool", "false", "remark on every op that runs as scalar loops">];
  let dependentDialects = ["mlir::vector::VectorDialect", "mlir::arith::ArithDialect", "mlir::scf::SCFDialect",
                           "mlir::memref::MemRefDialect", "mlir::affine::AffineDialect", "mlir::math::MathDialect",
                           "mlir::ub::UBDialect"];
}

def FuseMultiplyAdd : Pass<"weft-fuse-multiply-add", "mlir::func::FuncOp"> {
  let summary = "round sums of products once";
  let description = [{
    a b + c, c - a b and a b - c of f32 and f64, scalars and vectors, become
    `math.fma` where the product has no other reader. It runs before the
    elementary functions are expanded, whose own steps are rounded as written.
  }];
  let dependentDialects = ["mlir::math::MathDialect", "mlir::arith::ArithDialect"];
}

def ExpandExp : Pass<"weft-expand-exp", "mlir::func::FuncOp"> {
  let summary = "expand elementary functions of f32 into polynomials";
  let description = [{
    exp(x) = 2^n exp(r) with n = round(x log2 e) and |r| <= ln 2 / 2, exp2,
    expm1, log, log1p, tanh and erf by polynomials of their own, with the same
    bits for scalars and vectors. At most 2 ulp where the result is normal (erf:
    2^-22 max(1, |x|)), 0 or right where it is smaller, infinity above the range,
    NaN for NaN. What models compose of them and would lose digits or overflow
    is computed as a whole: 1 + exp(x), x / (1 + exp(-x)), and log1p(exp(x)),
    which no longer overflows.
  }];
  let dependentDialects = ["mlir::math::MathDialect", "mlir::arith::ArithDialect", "mlir::vector::VectorDialect"];
}

def WrapEntries : Pass<"weft-wrap-entries", "mlir::ModuleOp"> {
  let summary = "give public functions the calling convention of the runtime";
  let description = [{
    A public function `@E` becomes internal and is called by
    `weft_entry_E(ctx, buffers, position)`, which makes its memrefs from the
    data pointers and dimensions in `buffers`: inputs, outputs, states.
  }];
  let dependentDialects = ["mlir::LLVM::LLVMDialect", "mlir::arith::ArithDialect"];
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

// From block programs to GPU kernels, in the order in which they run.

def LaunchKernels : Pass<"weft-launch-kernels", "mlir::func::FuncOp"> {
  let summary = "turn each scf.forall into a kernel launch, one block a task";
  let description = [{
    A parallel loop on buffers becomes a `gpu.launch` of as many blocks as it
    has iterations, numbered with the last dimension fastest. Ops outside of
    parallel loops that touch memory become kernels of one block, one for each
    run of them; what the host only computes with is computed again in the
    kernel.
  }];
  let options = [Option<"threads", "threads", "int64_t", "128", "threads per block">];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::gpu::GPUDialect",
                           "mlir::memref::MemRefDialect", "mlir::scf::SCFDialect"];
}

def PlaceKernelBuffers : Pass<"weft-place-kernel-buffers", "mlir::func::FuncOp"> {
  let summary = "give the private buffers of kernels their place";
  let description = [{
    A buffer that a block allocates is a slot in shared memory, the smallest
    buffers first as long as there is room. The others lie in a workspace that
    the host allocates before the launch, one piece of it for each block.
  }];
  let options = [Option<"sharedBytes", "shared-bytes", "int64_t", "49152", "bytes of shared memory per block">];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::gpu::GPUDialect",
                           "mlir::memref::MemRefDialect"];
}

def DistributeThreads : Pass<"weft-distribute-threads", "mlir::func::FuncOp"> {
  let summary = "share the work of a kernel's block between its threads";
  let description = [{
    Every thread runs the whole block, with two exceptions: the iterations over
    the parallel dimensions of a linalg op, of which each thread takes every
    n-th, and stores outside of such loops, which one thread does. Barriers
    around both keep the threads together; conditions and bounds are the same
    for all threads of a block, as they come from its number and from memory
    that it has waited for.
  }];
  let dependentDialects = ["mlir::affine::AffineDialect", "mlir::arith::ArithDialect",
                           "mlir::gpu::GPUDialect", "mlir::linalg::LinalgDialect",
                           "mlir::memref::MemRefDialect", "mlir::scf::SCFDialect"];
}

def ExpandGpuMath : Pass<"weft-expand-gpu-math", "mlir::func::FuncOp"> {
  let summary = "expand functions that a GPU has no instruction for";
  let description = [{
    Sine, cosine, powers and the like become arithmetic, by polynomials or by
    the exponentials and logarithms that weft-expand-exp expands. What has no
    such form (f64 among them) is an error at its place, as kernels call no
    library.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::math::MathDialect",
                           "mlir::vector::VectorDialect"];
}

def PassParameters : Pass<"weft-pass-parameters", "mlir::func::FuncOp"> {
  let summary = "write what a kernel uses of the host as its parameters";
  let description = [{
    Constants are cloned into the launch. A contiguous buffer comes as the
    address of its first element, a memref of rank 0, and the sizes that its
    type does not tell; the kernel makes its strides of them. This is the last
    pass before outlining, as folding would undo it.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::gpu::GPUDialect",
                           "mlir::memref::MemRefDialect"];
}

def ConvertKernels : Pass<"weft-convert-kernels", "mlir::gpu::GPUModuleOp"> {
  let summary = "write kernels in the NVVM dialect";
  let description = [{
    Control flow, arithmetic, memory and thread numbers of the kernels of a GPU
    module become LLVM and NVVM ops. Buffers come as bare pointers, and what is
    left of mathematical functions becomes an intrinsic: nothing calls a
    library.
  }];
  let dependentDialects = ["mlir::LLVM::LLVMDialect", "mlir::NVVM::NVVMDialect",
                           "mlir::cf::ControlFlowDialect", "mlir::memref::MemRefDialect"];
}

#endif // WEFT_CONVERTPASSES_TD
