// weft-choose-form: how each normal-form op runs, by a small cost model.
#include "weft/Forms.h"
#include "weft/Transform.h"

#include "lib/transform/ExponentSafety.h"
#include "lib/transform/FormChoice.h"
#include "lib/transform/ScanForms.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace weft;

namespace weft {
#define GEN_PASS_DEF_WEFTCHOOSEFORM
#include "weft/TransformPasses.h.inc"
} // namespace weft

static constexpr StringLiteral kConvolveForms[] = {"direct", "blocked",
                                                   "fft"};

bool weft::isScanForm(StringRef form) {
  return llvm::is_contained({"recurrent", "chunked", "scan", "lanes"}, form);
}

bool weft::isConvolveForm(StringRef form) {
  return llvm::is_contained(kConvolveForms, form);
}

SmallVector<StringRef> weft::formsOf(Operation *op) {
  bool isSystem = op->hasAttr(kSystemAttr);
  SmallVector<StringRef> forms;
  if (auto scan = dyn_cast<mixer::ScanOp>(op))
    forms = scanForms(scan);
  else if (isa<mixer::ConvolveOp>(op) && isSystem)
    forms = {"recurrent", "chunked"};
  else if (isa<mixer::AttendOp>(op))
    forms = {"blocked"};
  else if (isa<mixer::FoldOp>(op))
    forms = {"recurrent", "scan"};
  else if (isa<mixer::RecurrenceOp>(op))
    forms = {"recurrent"};
  if (isSystem || isa<mixer::ConvolveOp>(op))
    llvm::append_range(forms, kConvolveForms);
  return forms;
}

using Choice = FormChoice;

static constexpr int64_t kChunks[] = {16, 32, 64, 128};
static constexpr double kFloatBytes = 4;

static std::string rounded(double cost) {
  return std::to_string(int64_t(std::llround(cost)));
}

static Choice chooseScan(mixer::ScanOp op) {
  auto state = cast<RankedTensorType>(op.getState().getType());
  if (cast<RankedTensorType>(op.getY().getType()).getDimSize(1) == 1)
    return {"recurrent", 0, "there is one token"};
  if (state.isDynamicDim(2) || state.isDynamicDim(3))
    return {"recurrent", 0, "the size of the state is not known"};
  SmallVector<FormCost> costs = scanCosts(op);
  const FormCost &best = costs.front();
  std::string others =
      costs.size() > 1 ? " against " + rounded(costs[1].cost) : "";
  return {best.form.str(), best.chunk,
          rounded(best.cost) + others +
              " multiply-adds a token and head (state " +
              rounded(state.getDimSize(2)) + " x " +
              rounded(state.getDimSize(3)) + ")"};
}

/// The most tokens that a chunk of this form has room for.
static int64_t mostTokens(StringRef form, Operation *op) {
  if (isa<mixer::ScanOp>(op) && form == "scan")
    return tokensOfTree(op);
  if (isa<mixer::ScanOp>(op) && form == "chunked")
    return tokensOfChunk(op);
  return std::numeric_limits<int64_t>::max();
}

/// Tokens of a chunk where a form is asked for.
static int64_t chunkOf(StringRef form, Operation *op) {
  if (form != "chunked" && form != "scan")
    return 0;
  return std::min<int64_t>(64, mostTokens(form, op));
}

/// The keys and values of a block stay in the first-level cache.
static Choice chooseAttend(mixer::AttendOp op, int64_t l1Bytes) {
  double width = cast<RankedTensorType>(op.getK().getType()).getDimSize(3) +
                 cast<RankedTensorType>(op.getV().getType()).getDimSize(3);
  int64_t chunk = kChunks[0];
  for (int64_t candidate : kChunks)
    if (candidate <= 64 && candidate * width * kFloatBytes <= l1Bytes)
      chunk = candidate;
  return {"blocked", chunk,
          std::to_string(chunk) + " keys and values take " +
              rounded(chunk * width * kFloatBytes / 1024) + " of " +
              std::to_string(l1Bytes / 1024) + " KiB of cache"};
}

/// ", lost at model.mlir:3:8"
static std::string describe(Value place) {
  auto at = place ? place.getLoc()->findInstanceOf<FileLineColLoc>() : nullptr;
  if (!at || at.getLine() == 0)
    return "";
  return ", lost at " + at.getFilename().str() + ":" +
         std::to_string(at.getLine()) + ":" + std::to_string(at.getColumn());
}

static std::string listed(ArrayRef<StringRef> forms) {
  return llvm::join(forms, ", ");
}

namespace {

class ChooseForm : public weft::impl::WeftChooseFormBase<ChooseForm> {
public:
  using Base::Base;
  void runOnOperation() override;

private:
  LogicalResult checkFlags(ArrayRef<Operation *> ops);
  LogicalResult refuseFactored(ArrayRef<Operation *> ops);
  Choice choose(Operation *op);
  LogicalResult settleSafety(Operation *op, Choice &choice,
                             FloatRanges &ranges);
  LogicalResult reportUnsafe(Operation *op, const Twine &what,
                             const Safety &safety, bool isError);
  void apply(Operation *op, const Choice &choice);
};

LogicalResult ChooseForm::checkFlags(ArrayRef<Operation *> ops) {
  if (chunk < 0)
    return getOperation().emitError("expects a positive chunk, got ")
           << int64_t(chunk);
  if (form == "auto" || form == "dense" || ops.empty())
    return success();
  if (form == "factored" && failed(refuseFactored(ops)))
    return failure();
  for (Operation *op : ops)
    if (llvm::is_contained(formsOf(op), StringRef(form)))
      return success();
  InFlightDiagnostic message = ops.front()->emitError("form '")
                               << form << "' is not one of "
                               << listed(formsOf(ops.front()));
  if (!isa<mixer::StepwiseOpInterface>(ops.front()))
    message << " or dense";
  for (Operation *op : ops.drop_front())
    if (formsOf(op) != formsOf(ops.front()))
      message.attachNote(op->getLoc())
          << "this mixer has the forms " << listed(formsOf(op));
  return message;
}

Choice ChooseForm::choose(Operation *op) {
  Choice choice =
      llvm::TypeSwitch<Operation *, Choice>(op)
          .Case([](mixer::ScanOp scan) { return chooseScan(scan); })
          .Case([&](mixer::AttendOp attend) {
            return chooseAttend(attend, l1Bytes);
          })
          .Case([](mixer::FoldOp) {
            return Choice{"recurrent", 0,
                          "the tree of a scan takes two combines a token more"};
          })
          .Case([](mixer::RecurrenceOp) {
            return Choice{"recurrent", 0, "its step has no parallel form"};
          })
          .Case([](mixer::ConvolveOp op) { return chooseConvolve(op); });
  bool oneToken =
      cast<RankedTensorType>(op->getResult(0).getType()).getDimSize(1) == 1;
  if (form != choice.form && !oneToken &&
      llvm::is_contained(formsOf(op), StringRef(form)))
    choice = {form, chunkOf(form, op), "asked for by flag"};
  if (auto convolve = dyn_cast<mixer::ConvolveOp>(op))
    choice.chunk = convolveInForm(convolve, choice.form, chunk).chunk;
  if (chunk && choice.chunk) {
    choice.reason += ", chunk asked for by flag";
    if (!isa<mixer::ConvolveOp>(op))
      choice.chunk = chunk;
    if (int64_t most = mostTokens(choice.form, op); choice.chunk > most) {
      choice.chunk = most;
      choice.reason += choice.form == "scan"
                           ? " and cut to what has room for a state of each token"
                           : " and cut to what has room for the scores of all "
                             "tokens";
    }
  }
  return choice;
}

LogicalResult ChooseForm::reportUnsafe(Operation *op, const Twine &what,
                                       const Safety &safety, bool isError) {
  InFlightDiagnostic message = isError ? op->emitError() : op->emitWarning();
  message << "form '" << what << "' is not shown to be safe: "
          << safety.argument;
  if (safety.place)
    message.attachNote(safety.place.getLoc())
        << "the bounds that are missing come from here: declare them "
           "(mixer.range) or compute a value that has them, such as -exp(x) or "
           "-softplus(x)";
  if (isError)
    message.attachNote() << "--allow-unsafe-form makes this a warning";
  message.report();
  return success(!isError);
}

/// e^{c_i} and e^{-c_j} apart, over a whole chunk: never chosen, and refused
/// where it is asked for and can overflow.
LogicalResult ChooseForm::refuseFactored(ArrayRef<Operation *> ops) {
  FloatRanges ranges;
  for (Operation *op : ops) {
    Safety safety = safetyOf(op, form, chunk ? int64_t(chunk) : 64, ranges);
    if (!safety.proved &&
        failed(reportUnsafe(op, Twine(form), safety, !allowUnsafeForm)))
      return failure();
  }
  return success();
}

/// A form that may overflow is not chosen, and refused if it is asked for.
LogicalResult ChooseForm::settleSafety(Operation *op, Choice &choice,
                                       FloatRanges &ranges) {
  Safety safety = safetyOf(op, choice.form, choice.chunk, ranges);
  if (safety.proved) {
    if (!safety.argument.empty())
      choice.reason += "; safe: " + safety.argument;
    return success();
  }
  if (choice.form == form)
    return reportUnsafe(op, Twine(form), safety, !allowUnsafeForm);
  std::string reason = choice.form + " is not shown to be safe: " +
                       safety.argument + describe(safety.place);
  choice = {"recurrent", 0, std::move(reason)};
  return success();
}

void ChooseForm::apply(Operation *op, const Choice &choice) {
  Builder builder(op->getContext());
  op->setAttr("weft.form", builder.getStringAttr(choice.form));
  if (choice.chunk)
    op->setAttr("weft.chunk", builder.getI64IntegerAttr(choice.chunk));
  auto func = op->getParentOfType<func::FuncOp>();
  InFlightDiagnostic remark = op->emitRemark();
  remark << (func ? func.getName() : "module") << ": "
         << op->getName().stripDialect() << ": " << choice.form;
  if (choice.chunk)
    remark << ", chunk " << choice.chunk;
  remark << ": because " << choice.reason;
}

void ChooseForm::runOnOperation() {
  SmallVector<Operation *> ops;
  getOperation().walk([&](Operation *op) {
    if (!formsOf(op).empty())
      ops.push_back(op);
  });
  if (failed(checkDeclaredRanges(getOperation())) || failed(checkFlags(ops)))
    return signalPassFailure();
  FloatRanges ranges;
  for (Operation *op : ops) {
    Choice choice = choose(op);
    if (failed(settleSafety(op, choice, ranges)))
      return signalPassFailure();
    apply(op, choice);
  }
}

} // namespace
