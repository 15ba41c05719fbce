#ifndef WEFT_MIXER_FOLD_TD
#define WEFT_MIXER_FOLD_TD

include "dialects/mixer/ops/Recurrence.td"

def Mixer_FoldOp : Mixer_StepwiseOp<"fold"> {
  let summary = "associative algebra given by regions (normal form)";
  let description = [{
    A mixer whose tokens act on a state as elements of a monoid E that is stated
    here, for each batch entry (with `heads`: and head):

        e_t = lift(x_t),  S_t = act(S_{t-1}, e_t),  y_t = readout(x_t, S_t)

    `combine(e1, e2)` is the element that acts as e1 and then e2, `one` the
    element that does nothing. An element is a tuple of tensors of the types
    that `lift` yields. The laws

        combine(combine(e1, e2), e3) = combine(e1, combine(e2, e3))
        combine(one, e) = e = combine(e, one)
        act(act(S, e1), e2) = act(S, combine(e1, e2)),  act(S, one) = S

    are what makes all forms equal; `weft-check-laws` evaluates them on random
    tokens at compile time. They hold for elements as they are stored: where
    two tuples stand for one element (a maximum carried beside a sum), every
    way of combining has to give the same tuple.

    Shapes: ins, outs [B, T, ...], init [B, ...], slices [...]; with `heads`
    ins, outs [B, T, H, ...], init [B, H, ...], and every region takes the
    index of the head first. With `reverse`, t runs from the last token to
    the first.

    Paper: Blelloch, 1990; Martin and Cundy, 2018, arXiv:1709.04057.

    ```mlir
    %y, %s = mixer.fold ins(%x, %g : tensor<2x?x8xf32>, tensor<2x?x8xf32>)
        outs(%y0 : tensor<2x?x8xf32>) init(%s0 : tensor<2x8xf32>)
    one {
      %a = arith.constant dense<1.0> : tensor<8xf32>
      %b = arith.constant dense<0.0> : tensor<8xf32>
      mixer.yield %a, %b : tensor<8xf32>, tensor<8xf32>
    } lift {
    ^bb0(%xt: tensor<8xf32>, %gt: tensor<8xf32>):
      mixer.yield %gt, %xt : tensor<8xf32>, tensor<8xf32>
    } combine {
    ^bb0(%a1: tensor<8xf32>, %b1: tensor<8xf32>, %a2: tensor<8xf32>, %b2: tensor<8xf32>):
      %a = arith.mulf %a1, %a2 : tensor<8xf32>
      %kept = arith.mulf %a2, %b1 : tensor<8xf32>
      %b = arith.addf %kept, %b2 : tensor<8xf32>
      mixer.yield %a, %b : tensor<8xf32>, tensor<8xf32>
    } act {
    ^bb0(%before: tensor<8xf32>, %a: tensor<8xf32>, %b: tensor<8xf32>):
      %kept = arith.mulf %a, %before : tensor<8xf32>
      %after = arith.addf %kept, %b : tensor<8xf32>
      mixer.yield %after : tensor<8xf32>
    } readout {
    ^bb0(%xt: tensor<8xf32>, %gt: tensor<8xf32>, %state: tensor<8xf32>):
      mixer.yield %state : tensor<8xf32>
    }
    ```
  }];
  let regions = (region SizedRegion<1>:$one, SizedRegion<1>:$lift,
    SizedRegion<1>:$combine, SizedRegion<1>:$act, SizedRegion<1>:$readout);
  let assemblyFormat = [{
    `ins` `(` $ins `:` type($ins) `)` `outs` `(` $outs `:` type($outs) `)`
    `init` `(` $init `:` type($init) `)` (`heads` $heads^)?
    (`origin` `(` $origin^ `)`)? (`reverse` $reverse^)?
    `one` $one `lift` $lift `combine` $combine `act` $act `readout` $readout attr-dict
  }];
  let extraClassDeclaration = stepwiseDeclaration # [{
    /// The types of an element.
    ::llvm::SmallVector<::mlir::Type> elementTypes();
  }];
}

#endif // WEFT_MIXER_FOLD_TD
