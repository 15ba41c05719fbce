// A step without a parallel form: time is a loop, and its body the region.
#include "MixerToBlocks.h"
#include "TokenLoop.h"

using namespace mlir;
using namespace weft;

FailureOr<Values> weft::recurrence(BlockBuilder &b, mixer::RecurrenceOp op) {
  return forTokens(
      b, op, [&](const TokenTask &task, ValueRange token, ValueRange states) {
        Values arguments(token);
        llvm::append_range(arguments, states);
        return task.inlined(op.getStep(), arguments);
      });
}
