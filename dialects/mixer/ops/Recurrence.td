#ifndef WEFT_MIXER_RECURRENCE_TD
#define WEFT_MIXER_RECURRENCE_TD

include "dialects/mixer/Dialect.td"
include "dialects/mixer/StepwiseOpInterface.td"

// An op stated by regions over one token.
class Mixer_StepwiseOp<string mnemonic, list<Trait> traits = []>
    : Mixer_Op<mnemonic, !listconcat([RecursiveMemoryEffects, RecursivelySpeculatable,
        AttrSizedOperandSegments, StepwiseOpInterface, DestinationStyleOpInterface,
        DeclareOpInterfaceMethods<InferTypeOpInterface>,
        DeclareOpInterfaceMethods<TilingInterface, ["getIterationDomain",
          "getLoopIteratorTypes", "getTiledImplementation", "getResultTilePosition"]>],
        traits)> {
  let arguments = (ins
    Variadic<Mixer_Tensor>:$ins, Variadic<Mixer_Tensor>:$outs,
    Variadic<Mixer_Tensor>:$init, Optional<Index>:$origin,
    UnitAttr:$heads, UnitAttr:$reverse);
  let results = (outs Variadic<Mixer_Tensor>:$outputs_and_states);
  let hasRegionVerifier = 1;
  // What every such op has, over the functions of Stepwise.h.
  code stepwiseDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable();
  }];
  let extraClassDeclaration = stepwiseDeclaration;
  let extraClassDefinition = [{
    ::llvm::LogicalResult $cppClass::inferReturnTypes(
        ::mlir::MLIRContext *, ::std::optional<::mlir::Location>,
        ::mlir::ValueRange operands, ::mlir::DictionaryAttr attributes,
        ::mlir::OpaqueProperties properties, ::mlir::RegionRange regions,
        ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      Adaptor adaptor(operands, attributes, properties, regions);
      ::llvm::append_range(types, adaptor.getOuts().getTypes());
      ::llvm::append_range(types, adaptor.getInit().getTypes());
      return ::mlir::success();
    }
    ::mlir::MutableOperandRange $cppClass::getDpsInitsMutable() {
      return ::mlir::MutableOperandRange(*this, getIns().size(),
                                         getOuts().size() + getInit().size());
    }
    ::llvm::SmallVector<::mlir::utils::IteratorType> $cppClass::getLoopIteratorTypes() {
      return ::llvm::SmallVector<::mlir::utils::IteratorType>(
          getHeads() ? 2 : 1, ::mlir::utils::IteratorType::parallel);
    }
    ::llvm::SmallVector<::mlir::Range> $cppClass::getIterationDomain(::mlir::OpBuilder &builder) {
      return ::weft::mixer::stepwiseDomain(*this, builder);
    }
    ::llvm::FailureOr<::mlir::TilingResult> $cppClass::getTiledImplementation(
        ::mlir::OpBuilder &builder, ::llvm::ArrayRef<::mlir::OpFoldResult> offsets,
        ::llvm::ArrayRef<::mlir::OpFoldResult> sizes) {
      return ::weft::mixer::tileStepwise(*this, builder, offsets, sizes);
    }
    ::llvm::LogicalResult $cppClass::getResultTilePosition(
        ::mlir::OpBuilder &builder, unsigned result,
        ::llvm::ArrayRef<::mlir::OpFoldResult> offsets,
        ::llvm::ArrayRef<::mlir::OpFoldResult> sizes,
        ::llvm::SmallVector<::mlir::OpFoldResult> &resultOffsets,
        ::llvm::SmallVector<::mlir::OpFoldResult> &resultSizes) {
      ::weft::mixer::stepwiseResultTile(*this, builder, result, offsets, sizes,
                                        resultOffsets, resultSizes);
      return ::mlir::success();
    }
  }];
}

def Mixer_RecurrenceOp : Mixer_StepwiseOp<"recurrence", [SingleBlock]> {
  let summary = "sequential step over time (normal form)";
  let description = [{
    (y_t, S_t) = step(x_t, S_{t-1}) for each batch entry: a recurrence that has
    no parallel form, because its step is not linear in the state. The region
    takes the token's slices of `ins` and the states before the token, and
    yields the slices of `outs` and the states after it. `init` holds the states
    before the first token; the states after the last are the results that
    follow the outputs. With `reverse`, t runs from the last token to the first.

    With `heads`, axis 2 of `ins` and `outs` and axis 1 of the states are heads
    that do not see each other (block-diagonal recurrent weights); the region
    takes the index of the head first. Weights that it captures stay whole.

    Shapes: ins, outs [B, T, ...], init [B, ...], slices [...]; with `heads`
    ins, outs [B, T, H, ...], init [B, H, ...].

    Paper: Elman, 1990; Hochreiter and Schmidhuber, 1997; Cho et al., 2014,
    arXiv:1406.1078; Beck et al., 2024, arXiv:2405.04517.

    ```mlir
    %y, %h = mixer.recurrence ins(%x : tensor<2x?x16xf32>) outs(%y0 : tensor<2x?x16xf32>)
        init(%h0 : tensor<2x16xf32>) {
    ^bb0(%xt: tensor<16xf32>, %before: tensor<16xf32>):
      %sum = arith.addf %xt, %before : tensor<16xf32>
      %after = math.tanh %sum : tensor<16xf32>
      mixer.yield %after, %after : tensor<16xf32>, tensor<16xf32>
    }
    ```
  }];
  let regions = (region SizedRegion<1>:$step);
  let assemblyFormat = [{
    `ins` `(` $ins `:` type($ins) `)` `outs` `(` $outs `:` type($outs) `)`
    `init` `(` $init `:` type($init) `)` (`heads` $heads^)?
    (`origin` `(` $origin^ `)`)? (`reverse` $reverse^)? $step attr-dict
  }];
}

#endif // WEFT_MIXER_RECURRENCE_TD
