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
/// A multiply-add with a dense transition: of a column of the state, of one that
/// fills no vector, of the rows of a token in a chunk with all of its products,
/// and of the next tap, which waits for the one before.
static constexpr double kColumn = 2.25, kLoneColumn = 10, kRows = 16, kTap = 18;

namespace {

/// Costs of a token: of each column in a scan, of a head in one by chunks (0: it
/// adds nothing), and of the tap of a head.
struct SystemCost {
  double columns, rows, tap;
};

} // namespace

static SystemCost costOf(mixer::VandermondeOp op, double) {
  double order = 2 * op.getCRe().getType().getDimSize(1);
  return {0, 0, kTapProducts * order};
}

static SystemCost costOf(mixer::PowersOp op, double columns) {
  double order = op.getC().getType().getDimSize(1), product = order * order;
  bool fills = int64_t(columns) % 8 == 0;
  return {(fills ? kColumn : kLoneColumn) * product, kRows * product,
          kTap * product};
}

static double orderOf(Operation *op) {
  return mixer::structureOf(op->getResult(0)).order;
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
    double columns = columnsOf(op);
    SystemCost cost = costOf(op, columns);
    // Each column of the state is moved, or the rows of a token for all columns.
    double scan = kStatePasses * orderOf(op) +
                  std::min(cost.columns, cost.rows / columns);
    double convolution = kTransforms + cost.tap / columns;
    return scan <= convolution ? "scan" : "convolution";
  }
};

} // namespace
