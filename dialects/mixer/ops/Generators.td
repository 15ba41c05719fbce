#ifndef WEFT_MIXER_GENERATORS_TD
#define WEFT_MIXER_GENERATORS_TD

include "dialects/mixer/Dialect.td"

// Toeplitz matrices of systems that do not change over time.

defvar runAs = [{
    With `run_as = "scan"` it runs with a state of the system's order, with
    "convolution" with taps made for as many lags as there are tokens, and
    carries the list of all inputs. Without either the compiler chooses.
}];

def Mixer_VandermondeOp : Mixer_MatrixOp<"vandermonde", [
    AllTypesMatch<["c_re", "c_im", "log_abs", "angle"]>]> {
  let summary = "Toeplitz matrix of a diagonal complex system";
  let description = [{
    M[b, h, i, j] = scale · Re Σ_n c[h, n] λ[h, n]^{i - j} for i ≥ j with
    c = c_re + i c_im and λ = exp(log_abs + i angle); absent above the diagonal.
    A real system with conjugate pairs has scale 2 and one of each pair. Powers
    are exp((i - j) log λ), the angle reduced in f64.
  }] # runAs # [{

    Shapes: c_re, c_im, log_abs, angle [H, N]; M [B, H, T, T].
    Paper: Gu et al., 2022, arXiv:2206.11893.

    ```mlir
    %M = mixer.vandermonde %c_re, %c_im, %log_abs, %angle {scale = 2.0 : f32} : tensor<4x32xf32>
    ```
  }];
  let arguments = (ins
    Mixer_TensorOfRank<[2]>:$c_re, Mixer_TensorOfRank<[2]>:$c_im,
    Mixer_TensorOfRank<[2]>:$log_abs, Mixer_TensorOfRank<[2]>:$angle,
    DefaultValuedAttr<F32Attr, "1.0f">:$scale, OptionalAttr<StrAttr>:$run_as);
  let assemblyFormat = [{
    $c_re `,` $c_im `,` $log_abs `,` $angle attr-dict `:` type($c_re)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// taps[h, l] of lags 0 to count - 1.
    ::mlir::Value taps(::mlir::OpBuilder &builder, ::mlir::Value count);
  }];
}

def Mixer_PowersOp : Mixer_MatrixOp<"powers"> {
  let summary = "Toeplitz matrix of a dense system";
  let description = [{
    M[b, h, i, j] = scale · c[h]ᵀ A[h]^{i - j} b[h] for i ≥ j, absent above the
    diagonal.
  }] # runAs # [{

    Shapes: a [H, N, N], b and c [H, N]; M [B, H, T, T].
    Paper: Gu et al., 2021, arXiv:2110.13985.

    ```mlir
    %M = mixer.powers %c, %a, %b : tensor<4x16xf32>, tensor<4x16x16xf32>, tensor<4x16xf32>
    ```
  }];
  let arguments = (ins
    Mixer_TensorOfRank<[2]>:$c, Mixer_TensorOfRank<[3]>:$a,
    Mixer_TensorOfRank<[2]>:$b,
    DefaultValuedAttr<F32Attr, "1.0f">:$scale, OptionalAttr<StrAttr>:$run_as);
  let assemblyFormat = "$c `,` $a `,` $b attr-dict `:` type(operands)";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// taps[h, l] of lags 0 to count - 1.
    ::mlir::Value taps(::mlir::OpBuilder &builder, ::mlir::Value count);
  }];
}

#endif // WEFT_MIXER_GENERATORS_TD
