#ifndef WEFT_MIXER_MATRIXOPINTERFACE_TD
#define WEFT_MIXER_MATRIXOPINTERFACE_TD

include "mlir/IR/OpBase.td"

def MatrixOpInterface : OpInterface<"MatrixOpInterface"> {
  let cppNamespace = "::weft::mixer";
  let description = [{
    A constructor or combinator of lazy matrices M[b, h, i, j]. Only the entry
    formula (`materialize`) is required; what an op does not say about its
    sizes or structure is taken as unknown, which is always safe.

    Sizes that disagree and operands of different element types are refused
    for every op with this interface.
  }];
  let methods = [
    InterfaceMethod<[{
        The dense tensor [B, H, T, S] of the matrix from its entry formula, and
        which entries are present. `sizes` gives B, H, T and S as asked for by
        the consumer; `operand` materializes a matrix operand at given sizes.
        The element type of the result is that of the op's tensor operands.
      }],
      "::weft::mixer::DenseMatrix", "materialize",
      (ins "::mlir::OpBuilder &":$builder,
           "const ::weft::mixer::MatrixSizes &":$sizes,
           "::weft::mixer::MaterializeFn":$operand)>,
    InterfaceMethod<[{
        The operand dimensions that B, H, T and S can be read from: a tensor
        operand and its axis, or a matrix operand and which of its four sizes.
        All sources of one size have to agree.
      }],
      "::weft::mixer::SizeSources", "sizeSources", (ins),
      "", [{ return {}; }]>,
    InterfaceMethod<[{
        What is known about the entries from what is known of the matrix
        operands (a local transfer function).
      }],
      "::weft::mixer::Structure", "structure",
      (ins "::llvm::ArrayRef<::weft::mixer::Structure>":$operands),
      "", [{ return {}; }]>,
  ];
  let verify = [{ return ::weft::mixer::verifyMatrixOperands($_op); }];
}

#endif // WEFT_MIXER_MATRIXOPINTERFACE_TD
