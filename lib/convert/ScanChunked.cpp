#include "MixerToBlocks.h"
using namespace mlir;
using namespace weft;
FailureOr<Values> weft::chunkedScan(BlockBuilder &b, mixer::ScanOp op,
                                    int64_t chunk) {
  return recurrentScan(b, op);
}
