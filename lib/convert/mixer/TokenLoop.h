// The frame of ops that are stated by regions over one token: one task per
// batch entry (and head) runs over time with its states in tiles.
#ifndef WEFT_LIB_CONVERT_MIXER_TOKENLOOP_H
#define WEFT_LIB_CONVERT_MIXER_TOKENLOOP_H

#include "BlockBuilder.h"
#include "dialects/mixer/Mixer.h"

namespace weft {

/// One task: the batch entry and head it is for.
class TokenTask {
public:
  TokenTask(BlockBuilder &b, mixer::StepwiseOpInterface op,
            mlir::ValueRange indices);

  /// The `count`th token in the order of time.
  mlir::Value token(mlir::Value count) const;
  /// What the token reads.
  Values read(mlir::Value token) const;
  /// Writes what the token gives into this task's outputs.
  Values write(mlir::Value token, mlir::ValueRange rows,
               mlir::ValueRange outputs) const;
  /// Clones a region here and gives what it yields.
  Values inlined(mlir::Region &region, mlir::ValueRange arguments) const;

  mlir::Value tokens() const { return T; }

  /// This task's part of an output or a state.
  llvm::SmallVector<Axis> outputAxes(mlir::Value output) const;
  llvm::SmallVector<Axis> stateAxes(mlir::Value state) const;

private:
  llvm::SmallVector<Axis> rowAxes(mlir::Value tensor, mlir::Value token) const;

  BlockBuilder &b;
  mutable mixer::StepwiseOpInterface op;
  mlir::Value entry, head, regionHead, T;
};

/// The block program: `run` gets a task and its outputs and states, and gives
/// them after the last token.
Values forTasks(BlockBuilder &b, mixer::StepwiseOpInterface op,
                llvm::function_ref<Values(const TokenTask &, mlir::ValueRange,
                                          mlir::ValueRange)>
                    run);

/// `step` gets what a token reads and the states before it, and gives what it
/// writes and the states after it.
Values forTokens(BlockBuilder &b, mixer::StepwiseOpInterface op,
                 llvm::function_ref<Values(const TokenTask &, mlir::ValueRange,
                                           mlir::ValueRange)>
                     step);

} // namespace weft

#endif // WEFT_LIB_CONVERT_MIXER_TOKENLOOP_H
