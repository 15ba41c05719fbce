#include "dialects/mixer/Mixer.h"

using namespace mlir;
using namespace weft::mixer;

LogicalResult ApplyOp::verify() { return success(); }

LogicalResult MaterializeOp::verify() { return success(); }
