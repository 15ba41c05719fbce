// The generators of block programs, one for each form of a normal form. They
// build at the op and return what replaces its results.
#ifndef WEFT_LIB_CONVERT_MIXER_MIXERTOBLOCKS_H
#define WEFT_LIB_CONVERT_MIXER_MIXERTOBLOCKS_H

#include "BlockBuilder.h"
#include "dialects/mixer/Mixer.h"

namespace weft {

/// Sizes of blocks, in tokens.
struct BlockSizes {
  int64_t chunk = 64;
  int64_t queries = 32;
};

mlir::FailureOr<Values> recurrentScan(BlockBuilder &b, mixer::ScanOp op);
/// `heads` heads of a task are the inner dimension of its tiles.
mlir::FailureOr<Values> lanesScan(BlockBuilder &b, mixer::ScanOp op,
                                  int64_t heads);
mlir::FailureOr<Values> chunkedScan(BlockBuilder &b, mixer::ScanOp op,
                                    int64_t chunk);
mlir::FailureOr<Values> treeScan(BlockBuilder &b, mixer::ScanOp op,
                                 int64_t chunk);
mlir::FailureOr<Values> blockedAttend(BlockBuilder &b, mixer::AttendOp op,
                                      const BlockSizes &sizes);
mlir::FailureOr<Values> directConvolve(BlockBuilder &b, mixer::ConvolveOp op);
mlir::FailureOr<Values> recurrentFold(BlockBuilder &b, mixer::FoldOp op);
mlir::FailureOr<Values> scanFold(BlockBuilder &b, mixer::FoldOp op,
                                 int64_t chunk);
mlir::FailureOr<Values> recurrence(BlockBuilder &b, mixer::RecurrenceOp op);
mlir::FailureOr<Values> blockedConvolve(BlockBuilder &b, mixer::ConvolveOp op,
                                        int64_t chunk);
mlir::FailureOr<Values> fftConvolve(BlockBuilder &b, mixer::ConvolveOp op,
                                    int64_t block);
mlir::FailureOr<Values> runningSum(BlockBuilder &b, mixer::RunningSumOp op);
mlir::FailureOr<Values> positions(BlockBuilder &b, mixer::PositionsOp op);

} // namespace weft

#endif // WEFT_LIB_CONVERT_MIXER_MIXERTOBLOCKS_H
