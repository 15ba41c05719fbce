#include "lib/convert/linalg/WeightFlow.h"

#include "lib/convert/linalg/LinalgGroups.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MLProgram/IR/MLProgramAttributes.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace weft;

namespace {

/// Is the offset a multiple of `panel`, whatever the loop it comes from?
bool isPanelStart(OpFoldResult offset, int64_t panel) {
  if (std::optional<int64_t> constant = getConstantIntValue(offset))
    return *constant % panel == 0;
  auto apply = cast<Value>(offset).getDefiningOp<affine::AffineApplyOp>();
  return apply && apply.getAffineMap().getResult(0).isMultipleOf(panel);
}

/// Rows [i P, (i + 1) P) of a weight, all columns.
bool isPanelSlice(tensor::ExtractSliceOp slice, int64_t panel) {
  ArrayRef<int64_t> sizes = slice.getStaticSizes();
  return slice.getType().getRank() == 2 && slice.hasUnitStride() &&
         sizes[0] == panel && sizes[1] == slice.getSourceType().getDimSize(1) &&
         isConstantIntValue(slice.getMixedOffsets()[1], 0) &&
         isPanelStart(slice.getMixedOffsets()[0], panel);
}

/// The operand of a linalg op whose map may be transposed with its layout.
bool isTransposable(OpOperand &use) {
  auto op = dyn_cast<linalg::GenericOp>(use.getOwner());
  return op && op.isDpsInput(&use) &&
         op.getMatchingIndexingMap(&use).isProjectedPermutation();
}

/// Sorts weights into classes and finds what forbids packing them.
class WeightFlow {
public:
  WeightFlow(ModuleOp module, int64_t panel) : module(module), panel(panel) {}

  SmallVector<WeightClass> classes() {
    module.walk([&](Operation *op) { joinThrough(op); });
    llvm::MapVector<void *, WeightClass> byLeader;
    auto classOf = [&](void *node) -> WeightClass & {
      flow.insert(node);
      return byLeader[flow.getLeaderValue(node)];
    };
    for (auto global : module.getOps<ml_program::GlobalOp>()) {
      classOf(global.getOperation()).globals.push_back(global);
      checkGlobal(global, classOf(global.getOperation()));
    }
    for (auto function : module.getOps<func::FuncOp>())
      for (BlockArgument argument : function.getArguments()) {
        WeightClass &weights = classOf(argument.getAsOpaquePointer());
        weights.arguments.push_back(argument);
        if (function.isPublic())
          weights.spoil("it is an argument of a public function");
        checkUses(argument, weights);
      }
    module.walk([&](ml_program::GlobalLoadConstOp load) {
      WeightClass &weights = classOf(globalOf(load));
      weights.loads.push_back(load);
      checkUses(load, weights);
    });
    for (void *argument : computed)
      classOf(argument).spoil("a caller passes a tensor that is no weight");
    return llvm::to_vector(llvm::make_second_range(byLeader));
  }

private:
  void *globalOf(ml_program::GlobalLoadConstOp load) {
    return module.lookupSymbol(load.getGlobalAttr().getLeafReference());
  }

  /// The value passed in a call and the argument it becomes are one weight.
  void joinThrough(Operation *op) {
    if (!isCallOfBody(op))
      return;
    auto call = cast<func::CallOp>(op);
    auto callee = module.lookupSymbol<func::FuncOp>(call.getCallee());
    for (auto [operand, argument] :
         llvm::zip(call.getOperands(), callee.getArguments())) {
      void *node = argument.getAsOpaquePointer();
      if (auto load = operand.getDefiningOp<ml_program::GlobalLoadConstOp>())
        flow.unionSets(globalOf(load), node);
      else if (isFunctionArgument(operand))
        flow.unionSets(operand.getAsOpaquePointer(), node);
      else
        computed.push_back(node);
    }
  }

  static bool isFunctionArgument(Value value) {
    auto argument = dyn_cast<BlockArgument>(value);
    return argument && isa<func::FuncOp>(argument.getOwner()->getParentOp()) &&
           argument.getOwner()->isEntryBlock();
  }

  bool isCallOfBody(Operation *op) {
    auto call = dyn_cast<func::CallOp>(op);
    auto callee = call ? module.lookupSymbol<func::FuncOp>(call.getCallee())
                       : func::FuncOp();
    return callee && !callee.isExternal();
  }

  void checkGlobal(ml_program::GlobalOp global, WeightClass &weights) {
    auto type = dyn_cast<RankedTensorType>(global.getType());
    if (!type || type.getRank() != 2 || !type.getElementType().isF32())
      return weights.spoil("expects a matrix of f32");
    if (!isa_and_nonnull<ml_program::ExternAttr>(global.getValueAttr()))
      return weights.spoil("its data is not in the file of weights");
    if (type.getDimSize(0) % panel)
      weights.spoil("expects rows in multiples of " + Twine(panel) + ", got " +
                    Twine(type.getDimSize(0)));
  }

  void checkUses(Value weight, WeightClass &weights) {
    if (!isa<RankedTensorType>(weight.getType()))
      return weights.spoil("expects a tensor");
    for (OpOperand &use : weight.getUses()) {
      weights.contracted |= isContraction(use.getOwner());
      if (auto slice = dyn_cast<tensor::ExtractSliceOp>(use.getOwner()))
        weights.contracted |= llvm::any_of(slice->getUsers(), isContraction);
      if (!readsPanels(use))
        weights.spoil("it is read otherwise than in panels, by " +
                      use.getOwner()->getName().getStringRef());
    }
  }

  /// Panels, all of a weight of one panel, entries, or what a callee reads.
  bool readsPanels(OpOperand &use) {
    Operation *user = use.getOwner();
    if (isa<tensor::ExtractOp>(user) || isCallOfBody(user))
      return true;
    if (auto slice = dyn_cast<tensor::ExtractSliceOp>(user))
      return isPanelSlice(slice, panel) &&
             llvm::all_of(slice->getUses(), isTransposable);
    auto type = cast<RankedTensorType>(use.get().getType());
    return type.getRank() == 2 && type.getDimSize(0) == panel &&
           isTransposable(use);
  }

  ModuleOp module;
  int64_t panel;
  llvm::EquivalenceClasses<void *> flow;
  SmallVector<void *> computed;
};

} // namespace

SmallVector<WeightClass> weft::findWeightClasses(ModuleOp module,
                                                 int64_t panel) {
  return WeightFlow(module, panel).classes();
}
