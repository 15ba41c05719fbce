#include "ScanGauge.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <limits>

using namespace mlir;
using namespace weft;

static constexpr double kLowestLog = -1e30;

Value weft::lowestMax(BlockBuilder &b, Type element) {
  return b.number(element, element.isF64()
                               ? -std::numeric_limits<double>::max()
                               : -std::numeric_limits<float>::max());
}

Value weft::toF64(BlockBuilder &b, Value number) {
  Type wide = b.getF64Type();
  if (number.getType() == wide)
    return number;
  return arith::ExtFOp::create(b, wide, number);
}

Value weft::maxAfter(BlockBuilder &b, Value before, Value decay, Value gain) {
  Type element = before.getType(), wide = b.getF64Type();
  Value max = toF64(b, before);
  if (decay) {
    Value cut = arith::MaximumFOp::create(b, toF64(b, decay),
                                          b.number(wide, kStrongestDecay));
    max = arith::AddFOp::create(b, max, cut);
  }
  max = arith::MaximumFOp::create(b, max, toF64(b, gain));
  if (element != wide)
    max = arith::TruncFOp::create(b, element, max);
  return max;
}

Value weft::logOfMax(BlockBuilder &b, Value max) {
  Type wide = b.getF64Type();
  Value cut = arith::MaximumFOp::create(b, toF64(b, max),
                                        b.number(wide, kLowestLog));
  return arith::MulFOp::create(b, cut, b.number(wide, kLog2e));
}
