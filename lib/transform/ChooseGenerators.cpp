// weft-choose-generators: whether a system that does not change over time runs
// as a scan or as a convolution. What it carries depends on that, so it is
// settled before decode is derived.
#include "weft/Forms.h"
#include "weft/Transform.h"

#include "dialects/mixer/Mixer.h"

#include "mlir/IR/Builders.h"

#include <algorithm>

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
/// Products with a dense transition that the rows of a token take in a chunk.
static constexpr double kRowProducts = 7;

namespace {

/// A system as costs see it: channels of its state; multiply-adds of a product
/// with its transition, 0 if that is diagonal; those of the next tap.
struct System {
  double order, product, tap;
};

} // namespace

static System systemOf(mixer::VandermondeOp op) {
  double order = 2 * op.getCRe().getType().getDimSize(1);
  return {order, 0, kTapProducts * order};
}

static System systemOf(mixer::PowersOp op) {
  double order = op.getC().getType().getDimSize(1);
  return {order, order * order, order * order + order};
}

static double columnsOf(Operation *op) {
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
    getOperation().walk([&](mixer::VandermondeOp op) { settle(op); });
    getOperation().walk([&](mixer::PowersOp op) { settle(op); });
  }

private:
  template <typename OpTy> void settle(OpTy op) {
    StringRef choice = choose(op);
    if (!choice.empty())
      op.setRunAs(choice);
  }

  /// Empty: what the op says.
  template <typename OpTy> StringRef choose(OpTy op) {
    if (isConvolveForm(form))
      return "convolution";
    if (isScanForm(form))
      return "scan";
    if (op.getRunAs())
      return "";
    // The list of all inputs is a poor state.
    if (!stateless)
      return "scan";
    System system = systemOf(op);
    double columns = columnsOf(op);
    // Each column of the state is moved, or the rows of a token for all columns.
    double moved = system.product * std::min(1.0, kRowProducts / columns);
    double scan = kStatePasses * system.order + moved;
    double convolution = kTransforms + system.tap / columns;
    return scan <= convolution ? "scan" : "convolution";
  }
};

} // namespace
