// The states of ops that are stated by regions over one token, when decode is
// derived.
#ifndef WEFT_TRANSFORM_STEPWISESTATE_H
#define WEFT_TRANSFORM_STEPWISESTATE_H

#include "lib/transform/Classify.h"

namespace weft {

/// The states that such an op owns, one for each of its `init`.
std::vector<StateTensor> stepwiseStates(mixer::StepwiseOpInterface op);

/// Why the states of `op` cannot be carried from token to token; nothing if
/// they can.
std::optional<std::string> stepwiseObstacle(mixer::StepwiseOpInterface op);

/// The op starts from these states; at position 0, where they are zero, from
/// its own `init`.
void continueFrom(mixer::StepwiseOpInterface op, mlir::ValueRange states,
                  mlir::Value position);

} // namespace weft

#endif // WEFT_TRANSFORM_STEPWISESTATE_H
