#include "dialects/mixer/Mixer.h"

using namespace mlir;
using namespace weft::mixer;

LogicalResult RecurrenceOp::verifyRegions() {
  StepwiseOpInterface op = *this;
  SmallVector<Type> arguments = op.inSlices(), yielded = op.outSlices(),
                    states = op.stateSlices();
  llvm::append_range(arguments, states);
  llvm::append_range(yielded, states);
  return verifyTokenRegion(op, "step", getStep(), arguments, yielded);
}
