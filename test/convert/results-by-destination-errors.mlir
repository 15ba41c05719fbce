// RUN: weft-opt %s -split-input-file -verify-diagnostics --weft-pass-results-by-destination

// The caller makes the buffer of a result, so it must know the size.

func.func private @Sized(%x: tensor<4xindex>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.extract %x[%c0] : tensor<4xindex>
  %y = tensor.empty(%n) : tensor<?xf32>
  return %y : tensor<?xf32>
}
func.func @Caller(%x: tensor<4xindex>) -> tensor<?xf32> {
  // expected-error@+1 {{expects results whose sizes follow from the arguments, got dimension 0 of result 0 of 'Sized'}}
  %y = func.call @Sized(%x) : (tensor<4xindex>) -> tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

func.func private @Again(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{expects functions that do not call themselves, got a call of 'Again' inside of it}}
  %y = call @Again(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}
func.func @Caller(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = call @Again(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}
