// Sequences that are packed one after the other.
#include "lib/driver/check/Checker.h"

#include "dialects/mixer/Mixer.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"

using namespace llvm;
using namespace weft;
using namespace weft::driver;

/// Padding, four sequences of which one is empty, padding.
static constexpr int64_t kOffsets[] = {2, 9, 9, 10, 40, kSplitTokens - 3};

/// Whether rows of a product are tokens: they are not if R rows of each token
/// were joined to T.
static bool joinsRows(mlir::tensor::CollapseShapeOp collapse) {
  for (const mlir::ReassociationIndices &group :
       collapse.getReassociationIndices()) {
    bool isTime = any_of(group, [&](int64_t dim) {
      return collapse.getSrcType().isDynamicDim(dim);
    });
    if (isTime && any_of(group, [&](int64_t dim) {
          return !collapse.getSrcType().isDynamicDim(dim) &&
                 collapse.getSrcType().getDimSize(dim) != 1;
        }))
      return true;
  }
  return false;
}

/// A copy of `module` whose entry has one more argument, the offsets of packed
/// sequences, which every product gets; null if a product is not in the entry
/// or has sequences or a state of its own, or if its columns are not the
/// tokens. A step that is given by regions knows one sequence only.
static mlir::OwningOpRef<mlir::ModuleOp> packed(mlir::ModuleOp module,
                                                StringRef entryName) {
  mlir::OwningOpRef<mlir::ModuleOp> copy(module.clone());
  auto entry = copy->lookupSymbol<mlir::func::FuncOp>(entryName);
  SmallVector<mixer::ApplyOp> products;
  bool fits = true;
  copy->walk([&](mixer::ApplyOp apply) {
    products.push_back(apply);
    fits &=
        apply->getParentOfType<mlir::func::FuncOp>() == entry &&
        !apply.getSegments() && apply.getInit().empty() &&
        cast<mlir::RankedTensorType>(apply.getX().getType()).isDynamicDim(1);
  });
  copy->walk([&](mixer::StepwiseOpInterface) { fits = false; });
  copy->walk([&](mlir::tensor::CollapseShapeOp collapse) {
    fits &= !joinsRows(collapse);
  });
  if (!fits || products.empty())
    return {};
  mlir::Builder builder(module.getContext());
  auto type =
      mlir::RankedTensorType::get({std::size(kOffsets)}, builder.getI64Type());
  auto attributes = builder.getDictionaryAttr(builder.getNamedAttr(
      "mixer.name", builder.getStringAttr("segment offsets")));
  unsigned number = entry.getNumArguments();
  if (failed(entry.insertArgument(number, type, attributes, entry.getLoc())))
    return {};
  for (mixer::ApplyOp apply : products)
    apply.getSegmentsMutable().assign(entry.getArgument(number));
  return copy;
}

static Array offsetsArray() {
  Array offsets{WEFT_I64, {int64_t(std::size(kOffsets))}, {}};
  auto *bytes = reinterpret_cast<const char *>(kOffsets);
  offsets.data.assign(bytes, bytes + sizeof(kOffsets));
  return offsets;
}

/// Whether a region sees where a token stands in the whole: a packed sequence
/// then is not what it would be alone.
static bool seesPositions(mlir::ModuleOp module) {
  return module
      .walk([](mlir::Operation *op) {
        return isa<mixer::MapOp, mixer::MaskOp, mixer::PositionsOp>(op)
                   ? mlir::WalkResult::interrupt()
                   : mlir::WalkResult::advance();
      })
      .wasInterrupted();
}

Error Checker::buildPacked() {
  packedModule = packed(module, entryName);
  if (!packedModule)
    return Error::success();
  auto built = build(*packedModule, {"dense", 0}, /*isOracle=*/true);
  if (!built)
    return built.takeError();
  packedOracle = std::move(*built);
  auto forms = formsIn(*packedModule, /*stateless=*/true);
  if (!forms)
    return forms.takeError();
  packedForms = std::move(*forms);
  return Error::success();
}

/// What the sequences give one by one.
Expected<Checker::Arrays> Checker::looped(const Arrays &inputs) {
  std::vector<Arrays> parts;
  for (auto [begin, end] :
       zip(ArrayRef(kOffsets).drop_back(), ArrayRef(kOffsets).drop_front())) {
    Expected<Arrays> part = reference(slice(inputs, begin, end));
    if (!part)
      return part.takeError();
    parts.push_back(std::move(*part));
  }
  Arrays joined;
  for (size_t i = 0; i < parts.front().size(); ++i) {
    std::vector<Array> pieces;
    for (Arrays &part : parts)
      pieces.push_back(std::move(part[i]));
    joined.push_back(timeConcat(pieces));
  }
  return joined;
}

Error Checker::checkPacked(const FormCase &form) {
  bool isForm = form.form != "auto" && form.form != "dense";
  if (!packedModule || (isForm && !packedForms.contains(form.form)))
    return Error::success();
  auto library = build(*packedModule, form, /*isOracle=*/false,
                       /*stateless=*/true);
  if (!library) {
    refuse(form, "packed sequences: " + toString(library.takeError()));
    return Error::success();
  }
  Arrays inputs = draw(kSplitTokens, {"random", std::nullopt});
  Arrays withOffsets = inputs;
  withOffsets.push_back(offsetsArray());
  Expected<Arrays> actual = (*library)->run(entryName, withOffsets, nullptr);
  if (!actual)
    return actual.takeError();
  Expected<Arrays> expected =
      packedOracle->run(entryName, withOffsets, nullptr);
  if (!expected)
    return expected.takeError();
  report(form, "packed sequences and padding", compare(*actual, *expected));
  if (seesPositions(module))
    return Error::success();
  Expected<Arrays> alone = looped(inputs);
  if (!alone)
    return alone.takeError();
  // Rows of padding are what the model makes of a product that is 0.
  for (Array &output : *actual)
    output = timeSlice(output, kOffsets[0], ArrayRef(kOffsets).back());
  report(form, "packed as each by itself", compare(*actual, *alone));
  return Error::success();
}
