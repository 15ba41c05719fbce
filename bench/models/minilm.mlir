// A layer of BERT (arXiv:1810.04805) in the sizes of MiniLM-L6: 12 heads of 32 over
// 384 channels, 1536 between, post-norm. The embeddings, the weights and six calls
// of @layer are written behind it by minilm.py.
#row = affine_map<(b, t, d) -> (b, t, d)>
#token = affine_map<(b, t, d) -> (b, t)>
#channel = affine_map<(b, t, d) -> (d)>
#from = affine_map<(b, t, n, k) -> (b, t, k)>
#weight = affine_map<(b, t, n, k) -> (n, k)>
#to = affine_map<(b, t, n, k) -> (b, t, n)>

// (x - mean) / sqrt(variance + 1e-12) · gain + shift
func.func private @norm(%x: tensor<1x?x384xf32>, %gain: tensor<384xf32>, %shift: tensor<384xf32>) -> tensor<1x?x384xf32> {
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %share = arith.constant 0.0026041666666666665 : f32
  %epsilon = arith.constant 1.0e-12 : f32
  %T = tensor.dim %x, %c1 : tensor<1x?x384xf32>
  %tokens = tensor.empty(%T) : tensor<1x?xf32>
  %none = linalg.fill ins(%zero : f32) outs(%tokens : tensor<1x?xf32>) -> tensor<1x?xf32>
  %sum = linalg.generic {indexing_maps = [#row, #token], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x : tensor<1x?x384xf32>) outs(%none : tensor<1x?xf32>) {
  ^bb0(%in: f32, %o: f32):
    %s = arith.addf %o, %in : f32
    linalg.yield %s : f32
  } -> tensor<1x?xf32>
  %squares = linalg.generic {indexing_maps = [#row, #token, #token], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %sum : tensor<1x?x384xf32>, tensor<1x?xf32>) outs(%none : tensor<1x?xf32>) {
  ^bb0(%in: f32, %total: f32, %o: f32):
    %mean = arith.mulf %total, %share : f32
    %apart = arith.subf %in, %mean : f32
    %square = arith.mulf %apart, %apart : f32
    %s = arith.addf %o, %square : f32
    linalg.yield %s : f32
  } -> tensor<1x?xf32>
  %empty = tensor.empty(%T) : tensor<1x?x384xf32>
  %y = linalg.generic {indexing_maps = [#row, #token, #token, #channel, #channel, #row], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x, %sum, %squares, %gain, %shift : tensor<1x?x384xf32>, tensor<1x?xf32>, tensor<1x?xf32>, tensor<384xf32>, tensor<384xf32>)
      outs(%empty : tensor<1x?x384xf32>) {
  ^bb0(%in: f32, %total: f32, %square: f32, %g: f32, %s: f32, %o: f32):
    %mean = arith.mulf %total, %share : f32
    %apart = arith.subf %in, %mean : f32
    %variance = arith.mulf %square, %share : f32
    %positive = arith.addf %variance, %epsilon : f32
    %scale = math.rsqrt %positive : f32
    %unit = arith.mulf %apart, %scale : f32
    %scaled = arith.mulf %unit, %g : f32
    %r = arith.addf %scaled, %s : f32
    linalg.yield %r : f32
  } -> tensor<1x?x384xf32>
  return %y : tensor<1x?x384xf32>
}

// x wᵀ + b
func.func private @dense(%x: tensor<1x?x384xf32>, %w: tensor<384x384xf32>, %b: tensor<384xf32>) -> tensor<1x?x384xf32> {
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %T = tensor.dim %x, %c1 : tensor<1x?x384xf32>
  %empty = tensor.empty(%T) : tensor<1x?x384xf32>
  %none = linalg.fill ins(%zero : f32) outs(%empty : tensor<1x?x384xf32>) -> tensor<1x?x384xf32>
  %p = linalg.contract indexing_maps = [#from, #weight, #to] ins(%x, %w : tensor<1x?x384xf32>, tensor<384x384xf32>)
      outs(%none : tensor<1x?x384xf32>) -> tensor<1x?x384xf32>
  %y = linalg.generic {indexing_maps = [#row, #channel, #row], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%p, %b : tensor<1x?x384xf32>, tensor<384xf32>) outs(%empty : tensor<1x?x384xf32>) {
  ^bb0(%in: f32, %bias: f32, %o: f32):
    %s = arith.addf %in, %bias : f32
    linalg.yield %s : f32
  } -> tensor<1x?x384xf32>
  return %y : tensor<1x?x384xf32>
}

// gelu(x wᵀ + b) of 1536 channels, w2 of it, + b2
func.func private @feed_forward(%x: tensor<1x?x384xf32>, %w: tensor<1536x384xf32>, %b: tensor<1536xf32>,
                                %w2: tensor<384x1536xf32>, %b2: tensor<384xf32>) -> tensor<1x?x384xf32> {
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %half = arith.constant 0.5 : f32
  %root = arith.constant 0.70710678118654752 : f32
  %T = tensor.dim %x, %c1 : tensor<1x?x384xf32>
  %wide = tensor.empty(%T) : tensor<1x?x1536xf32>
  %none = linalg.fill ins(%zero : f32) outs(%wide : tensor<1x?x1536xf32>) -> tensor<1x?x1536xf32>
  %p = linalg.contract indexing_maps = [#from, #weight, #to] ins(%x, %w : tensor<1x?x384xf32>, tensor<1536x384xf32>)
      outs(%none : tensor<1x?x1536xf32>) -> tensor<1x?x1536xf32>
  %g = linalg.generic {indexing_maps = [#row, #channel, #row], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%p, %b : tensor<1x?x1536xf32>, tensor<1536xf32>) outs(%wide : tensor<1x?x1536xf32>) {
  ^bb0(%in: f32, %bias: f32, %o: f32):
    %s = arith.addf %in, %bias : f32
    %scaled = arith.mulf %s, %root : f32
    %erf = math.erf %scaled : f32
    %more = arith.addf %erf, %one : f32
    %part = arith.mulf %s, %half : f32
    %r = arith.mulf %part, %more : f32
    linalg.yield %r : f32
  } -> tensor<1x?x1536xf32>
  %empty = tensor.empty(%T) : tensor<1x?x384xf32>
  %none2 = linalg.fill ins(%zero : f32) outs(%empty : tensor<1x?x384xf32>) -> tensor<1x?x384xf32>
  %q = linalg.contract indexing_maps = [#from, #weight, #to] ins(%g, %w2 : tensor<1x?x1536xf32>, tensor<384x1536xf32>)
      outs(%none2 : tensor<1x?x384xf32>) -> tensor<1x?x384xf32>
  %y = linalg.generic {indexing_maps = [#row, #channel, #row], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%q, %b2 : tensor<1x?x384xf32>, tensor<384xf32>) outs(%empty : tensor<1x?x384xf32>) {
  ^bb0(%in: f32, %bias: f32, %o: f32):
    %s = arith.addf %in, %bias : f32
    linalg.yield %s : f32
  } -> tensor<1x?x384xf32>
  return %y : tensor<1x?x384xf32>
}

func.func private @layer(%x: tensor<1x?x384xf32>,
    %wq: tensor<384x384xf32>, %bq: tensor<384xf32>, %wk: tensor<384x384xf32>, %bk: tensor<384xf32>,
    %wv: tensor<384x384xf32>, %bv: tensor<384xf32>, %wo: tensor<384x384xf32>, %bo: tensor<384xf32>,
    %gain: tensor<384xf32>, %shift: tensor<384xf32>, %w1: tensor<1536x384xf32>, %b1: tensor<1536xf32>,
    %w2: tensor<384x1536xf32>, %b2: tensor<384xf32>, %gain2: tensor<384xf32>, %shift2: tensor<384xf32>) -> tensor<1x?x384xf32> {
  %c1 = arith.constant 1 : index
  %T = tensor.dim %x, %c1 : tensor<1x?x384xf32>
  %qr = call @dense(%x, %wq, %bq) : (tensor<1x?x384xf32>, tensor<384x384xf32>, tensor<384xf32>) -> tensor<1x?x384xf32>
  %kr = call @dense(%x, %wk, %bk) : (tensor<1x?x384xf32>, tensor<384x384xf32>, tensor<384xf32>) -> tensor<1x?x384xf32>
  %vr = call @dense(%x, %wv, %bv) : (tensor<1x?x384xf32>, tensor<384x384xf32>, tensor<384xf32>) -> tensor<1x?x384xf32>
  %q = tensor.expand_shape %qr [[0], [1], [2, 3]] output_shape [1, %T, 12, 32] : tensor<1x?x384xf32> into tensor<1x?x12x32xf32>
  %k = tensor.expand_shape %kr [[0], [1], [2, 3]] output_shape [1, %T, 12, 32] : tensor<1x?x384xf32> into tensor<1x?x12x32xf32>
  %v = tensor.expand_shape %vr [[0], [1], [2, 3]] output_shape [1, %T, 12, 32] : tensor<1x?x384xf32> into tensor<1x?x12x32xf32>
  %S = mixer.gram %q, %k {scale = 0.17677669529663687 : f32} : tensor<1x?x12x32xf32>, tensor<1x?x12x32xf32>
  %P = mixer.softmax %S
  %a = mixer.apply %P, %v : tensor<1x?x12x32xf32> -> tensor<1x?x12x32xf32>
  %heads = tensor.collapse_shape %a [[0], [1], [2, 3]] : tensor<1x?x12x32xf32> into tensor<1x?x384xf32>
  %o = call @dense(%heads, %wo, %bo) : (tensor<1x?x384xf32>, tensor<384x384xf32>, tensor<384xf32>) -> tensor<1x?x384xf32>
  %sum = arith.addf %x, %o : tensor<1x?x384xf32>
  %n = call @norm(%sum, %gain, %shift) : (tensor<1x?x384xf32>, tensor<384xf32>, tensor<384xf32>) -> tensor<1x?x384xf32>
  %f = call @feed_forward(%n, %w1, %b1, %w2, %b2)
      : (tensor<1x?x384xf32>, tensor<1536x384xf32>, tensor<1536xf32>, tensor<384x1536xf32>, tensor<384xf32>) -> tensor<1x?x384xf32>
  %sum2 = arith.addf %n, %f : tensor<1x?x384xf32>
  %y = call @norm(%sum2, %gain2, %shift2) : (tensor<1x?x384xf32>, tensor<384xf32>, tensor<384xf32>) -> tensor<1x?x384xf32>
  return %y : tensor<1x?x384xf32>
}

func.func private @embed(%ids: tensor<1x?xi64>, %words: tensor<30522x384xf32>, %places: tensor<512x384xf32>,
                         %types: tensor<2x384xf32>) -> tensor<1x?x384xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %T = tensor.dim %ids, %c1 : tensor<1x?xi64>
  %empty = tensor.empty(%T) : tensor<1x?x384xf32>
  %y = linalg.generic {indexing_maps = [#token, #row], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%ids : tensor<1x?xi64>) outs(%empty : tensor<1x?x384xf32>) {
  ^bb0(%id: i64, %o: f32):
    %t = linalg.index 1 : index
    %d = linalg.index 2 : index
    %i = arith.index_cast %id : i64 to index
    %word = tensor.extract %words[%i, %d] : tensor<30522x384xf32>
    %place = tensor.extract %places[%t, %d] : tensor<512x384xf32>
    %type = tensor.extract %types[%c0, %d] : tensor<2x384xf32>
    %s = arith.addf %word, %place : f32
    %r = arith.addf %s, %type : f32
    linalg.yield %r : f32
  } -> tensor<1x?x384xf32>
  return %y : tensor<1x?x384xf32>
}
