// The functions that stand between mixers, one after the other.
func.func @functions(%x: tensor<2x?x8xf32> {mixer.name = "x", mixer.time = 1 : i64})
    -> (tensor<2x?x8xf32> {mixer.name = "y"}) {
  %0 = math.absf %x : tensor<2x?x8xf32>
  %1 = math.sqrt %0 : tensor<2x?x8xf32>
  %2 = math.rsqrt %1 : tensor<2x?x8xf32>
  %3 = math.exp %2 : tensor<2x?x8xf32>
  %4 = math.exp2 %3 : tensor<2x?x8xf32>
  %5 = math.expm1 %4 : tensor<2x?x8xf32>
  %6 = math.log %5 : tensor<2x?x8xf32>
  %7 = math.log1p %6 : tensor<2x?x8xf32>
  %8 = math.log2 %7 : tensor<2x?x8xf32>
  %9 = math.tanh %8 : tensor<2x?x8xf32>
  %10 = math.erf %9 : tensor<2x?x8xf32>
  %11 = math.sin %10 : tensor<2x?x8xf32>
  %12 = math.cos %11 : tensor<2x?x8xf32>
  %13 = math.powf %12, %0 : tensor<2x?x8xf32>
  %14 = math.floor %13 : tensor<2x?x8xf32>
  %15 = math.ceil %14 : tensor<2x?x8xf32>
  %16 = math.roundeven %15 : tensor<2x?x8xf32>
  %17 = math.trunc %16 : tensor<2x?x8xf32>
  %18 = math.copysign %17, %x : tensor<2x?x8xf32>
  %19 = math.fma %18, %x, %0 : tensor<2x?x8xf32>
  %20 = math.sinh %19 : tensor<2x?x8xf32>
  %21 = math.tan %20 : tensor<2x?x8xf32>
  return %21 : tensor<2x?x8xf32>
}
