// weft-choose-generators: whether a system that does not change over time runs
// as a scan or as a convolution. What it carries depends on that, so it is
// settled before decode is derived.
#include "weft/Forms.h"
#include "weft/Transform.h"

#include "dialects/mixer/Mixer.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace weft;

namespace weft {
#define GEN_PASS_DEF_WEFTCHOOSEGENERATORS
#include "weft/TransformPasses.h.inc"
} // namespace weft

/// Multiply-adds a token and column at the rate of a contraction: three passes
/// over the state of a scan; the transforms of a convolution and, for each
/// head, the products that make a tap.
static constexpr double kStatePasses = 8, kTransforms = 360, kTapProducts = 2;

static double columnsOf(mixer::VandermondeOp op) {
  for (Operation *user : op->getUsers())
    if (auto apply = dyn_cast<mixer::ApplyOp>(user))
      return cast<RankedTensorType>(apply.getX().getType()).getDimSize(3);
  return 1;
}

namespace {

class ChooseGenerators
    : public weft::impl::WeftChooseGeneratorsBase<ChooseGenerators> {
public:
  using Base::Base;

  void runOnOperation() override {
    getOperation().walk([&](mixer::VandermondeOp op) {
      StringRef choice = choose(op);
      if (!choice.empty())
        op.setRunAs(choice);
    });
  }

private:
  /// Empty: what the op says.
  StringRef choose(mixer::VandermondeOp op) {
    if (isConvolveForm(form))
      return "convolution";
    if (isScanForm(form))
      return "scan";
    if (op.getRunAs())
      return "";
    // The list of all inputs is a poor state.
    if (!stateless)
      return "scan";
    double order = 2 * op.getCRe().getType().getDimSize(1);
    double scan = kStatePasses * order;
    double convolution = kTransforms + kTapProducts * order / columnsOf(op);
    return scan <= convolution ? "scan" : "convolution";
  }
};

} // namespace
