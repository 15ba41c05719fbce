#include "dialects/mixer/Mixer.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Transforms/InliningUtils.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace weft::mixer;

#include "dialects/mixer/Dialect.cpp.inc"
#include "dialects/mixer/Enums.cpp.inc"
#include "dialects/mixer/MatrixOpInterface.cpp.inc"
#include "dialects/mixer/StepwiseOpInterface.cpp.inc"
#define GET_TYPEDEF_CLASSES
#include "dialects/mixer/Types.cpp.inc"
#define GET_OP_CLASSES
#include "dialects/mixer/Ops.cpp.inc"

namespace {

/// Functions that build matrices are inlined: nothing in this dialect forbids
/// it, and without this calls would stay, silently.
struct MixerInlinerInterface : DialectInlinerInterface {
  using DialectInlinerInterface::DialectInlinerInterface;
  bool isLegalToInline(Operation *, Region *, bool, IRMapping &) const final {
    return true;
  }
  bool isLegalToInline(Region *, Region *, bool, IRMapping &) const final {
    return true;
  }
};

} // namespace

void MixerDialect::initialize() {
  addInterfaces<MixerInlinerInterface>();
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialects/mixer/Types.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/mixer/Ops.cpp.inc"
      >();
}
