#ifndef WEFT_MIXER_DIALECT_TD
#define WEFT_MIXER_DIALECT_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/TilingInterface.td"
include "dialects/mixer/MatrixOpInterface.td"

def Mixer_Dialect : Dialect {
  let name = "mixer";
  let cppNamespace = "::weft::mixer";
  let summary = "sequence mixers as structured matrices over time";
  let description = [{
    A sequence mixer is y = M x with M a structured matrix [B, H, T, S] over
    time. On the surface a matrix is a lazy SSA value `!mixer.matrix`, built by
    constructors and combinators that each have one entry formula, and consumed
    by `mixer.apply` or `mixer.materialize`. Below it, `mixer.scan`,
    `mixer.attend` and `mixer.convolve` are the normal forms on tensors that
    all later phases work on.

    Tensors are [B, T, H, D], matrices [B, H, T, S]; the state of a scan is
    [B, H, K, V], the key/value caches of an attend are [B, H, S, D].
    Logarithms are natural.
  }];
  let useDefaultTypePrinterParser = 1;
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

def Mixer_MatrixType : TypeDef<Mixer_Dialect, "Matrix"> {
  let mnemonic = "matrix";
  let summary = "a lazy matrix over time for each batch entry and head";
  let description = [{
    A value of this type stands for entries M[b, h, i, j] that are never
    stored. Shape and structure are asked of its defining op, so the type
    carries no parameters and no rewrite needs a cast.
  }];
}

def KnownAttributesOnly : NativeOpTrait<"KnownAttributesOnly">;

class Mixer_Op<string mnemonic, list<Trait> traits = []>
    : Op<Mixer_Dialect, mnemonic, !listconcat([KnownAttributesOnly], traits)>;

// A constructor or combinator: pure, one matrix result.
class Mixer_MatrixOp<string mnemonic, list<Trait> traits = []>
    : Mixer_Op<mnemonic, !listconcat(
        [Pure, DeclareOpInterfaceMethods<MatrixOpInterface,
                                         ["materialize", "sizeSources", "structure"]>],
        traits)> {
  let results = (outs Mixer_MatrixType:$result);
}

def Mixer_ReadAttr : I32EnumAttr<"Read", "when a row reads the state", [
    I32EnumAttrCase<"Post", 0, "post">,
    I32EnumAttrCase<"Pre", 1, "pre">]> {
  let cppNamespace = "::weft::mixer";
}

def Mixer_EraseReadsAttr : I32EnumAttr<"EraseReads", "what an erase reads", [
    I32EnumAttrCase<"Stored", 0, "stored">,
    I32EnumAttrCase<"Decayed", 1, "decayed">]> {
  let cppNamespace = "::weft::mixer";
}

def Mixer_Tensor : RankedTensorOf<[F32, F64, BF16, F16]>;
class Mixer_TensorOfRank<list<int> ranks>
    : TensorRankOf<[F32, F64, BF16, F16], ranks>;

// What is carried from token to token, data of tokens included.
def Mixer_State : RankedTensorOf<[F32, F64, BF16, F16, I1, I8, I32, I64]>;

// What a row or a column has of its own: one value for each token and, in rank
// 3, head.
class Mixer_DataOfRank<list<int> ranks>
    : TensorRankOf<[F32, F64, BF16, F16, I1, I8, I32, I64, Index], ranks>;

#endif // WEFT_MIXER_DIALECT_TD
