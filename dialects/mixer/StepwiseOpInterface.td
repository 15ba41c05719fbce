#ifndef WEFT_MIXER_STEPWISEOPINTERFACE_TD
#define WEFT_MIXER_STEPWISEOPINTERFACE_TD

include "mlir/IR/OpBase.td"

def StepwiseOpInterface : OpInterface<"StepwiseOpInterface"> {
  let cppNamespace = "::weft::mixer";
  let description = [{
    A tensor op that says by regions what happens at one token: it reads the
    token's slices of `ins` [B, T, H, ...], writes those of `outs`, and carries
    states [B, H, ...] from token to token, `init` before the first. Its results
    are the outputs, then the states after the last token. H is there with
    `heads` alone: the regions then begin with the index of the head, to which
    `origin` adds that of a tile.

    Sizes that disagree are refused for every op with this interface.
  }];
  let methods = [
    InterfaceMethod<"Tensors over time that are read.", "::mlir::OperandRange", "getIns">,
    InterfaceMethod<"Tensors over time that are written.", "::mlir::OperandRange", "getOuts">,
    InterfaceMethod<"The states before the first token.", "::mlir::OperandRange", "getInit">,
    InterfaceMethod<"", "::mlir::MutableOperandRange", "getInitMutable">,
    InterfaceMethod<"The head of a tile's head 0; null: 0.", "::mlir::Value", "getOrigin">,
    InterfaceMethod<"", "::mlir::MutableOperandRange", "getOriginMutable">,
    InterfaceMethod<"Whether axis 2 of ins and outs is heads.", "bool", "getHeads">,
    InterfaceMethod<"Whether time runs from the last token to the first.", "bool", "getReverse">,
  ];
  let extraSharedClassDeclaration = [{
    ::mlir::ResultRange finalStates() {
      return $_op->getResults().drop_front($_op.getOuts().size());
    }
    /// Axes before the slice of a token in `ins` and `outs`: B, T and H.
    int64_t leadingAxes() { return $_op.getHeads() ? 3 : 2; }
    /// What the regions see of a token, and of the states.
    ::llvm::SmallVector<::mlir::Type> inSlices() {
      return ::weft::mixer::sliceTypes($_op.getIns(), leadingAxes());
    }
    ::llvm::SmallVector<::mlir::Type> outSlices() {
      return ::weft::mixer::sliceTypes($_op.getOuts(), leadingAxes());
    }
    ::llvm::SmallVector<::mlir::Type> stateSlices() {
      return ::weft::mixer::sliceTypes($_op.getInit(), leadingAxes() - 1);
    }
  }];
  let verify = [{
    return ::weft::mixer::verifyStepwise(::llvm::cast<::weft::mixer::StepwiseOpInterface>($_op));
  }];
}

#endif // WEFT_MIXER_STEPWISEOPINTERFACE_TD
