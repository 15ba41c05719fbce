// Threads state and position through the functions that time goes through.
#ifndef WEFT_TRANSFORM_STATEFUL_H
#define WEFT_TRANSFORM_STATEFUL_H

#include "lib/transform/Classify.h"
#include "lib/transform/TimeAxis.h"

namespace weft {

/// What a function takes beyond its own arguments: the position of the first
/// token, if it needs it, then the states, which it also gives back.
struct StatefulSignature {
  bool hasPosition = false;
  std::vector<StateTensor> states;
};

/// Whether no row of the matrix is seen to need a later column.
bool isCausal(mixer::ApplyOp apply);

/// Why no state can be carried from token to token for `apply`, if that is
/// causal; nothing if it can.
std::optional<std::string> decodeObstacle(mixer::ApplyOp apply);

/// Changes all of `functions` in place: mixers continue from state arguments,
/// row indices and `mixer.positions` start at the position. What `functions`
/// says of values stays true. `slots`: size of a key/value cache.
llvm::MapVector<mlir::Operation *, StatefulSignature>
makeStateful(TimedFunctions &functions, int64_t slots);

} // namespace weft

#endif // WEFT_TRANSFORM_STATEFUL_H
