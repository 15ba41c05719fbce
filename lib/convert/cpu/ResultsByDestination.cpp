// Results in places that the caller chooses: states are updated where they are,
// other results get an argument of their own.
#include "weft/Convert.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"

namespace weft {
#define GEN_PASS_DEF_PASSRESULTSBYDESTINATION
#include "weft/ConvertPasses.h.inc"
} // namespace weft

using namespace mlir;

namespace {
/// Where the results of every function go, functions called before their
/// callers.
struct Destinations {
  explicit Destinations(SymbolTable &symbols) : symbols(symbols) {}

  SymbolTable &symbols;
  /// Argument number of each result.
  llvm::DenseMap<func::FuncOp, SmallVector<unsigned>> places;
  /// Functions whose calls are being looked at.
  llvm::DenseSet<func::FuncOp> open;

  LogicalResult assign(func::FuncOp func);
  LogicalResult assignCallees(func::FuncOp func);
  LogicalResult passDestinations(func::CallOp call);
  std::optional<unsigned> findUpdatedArgument(func::FuncOp func, unsigned result);
  Value getUpdated(OpResult result);
  void startFromArguments();
  void startFrom(Value value, Value destination);
};

/// Rebuilds sizes of a callee's values at a call, in terms of its operands.
struct SizeAtCall {
  Destinations &destinations;
  OpBuilder &builder;
  func::CallOp call;

  Value sizeOf(Value value, int64_t dim);
  Value sizeOfResult(OpResult result, int64_t dim);
  Value rebuild(OpFoldResult size);
  Value rebuild(Value index);
};
} // namespace

/// The tensor that `result` is an update of, or null.
Value Destinations::getUpdated(OpResult result) {
  Operation *op = result.getOwner();
  unsigned number = result.getResultNumber();
  if (auto dps = dyn_cast<DestinationStyleOpInterface>(op))
    return dps.getDpsInits()[number];
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return loop.getInitArgs()[number];
  if (auto forall = dyn_cast<scf::ForallOp>(op))
    return forall.getOutputs()[number];
  if (auto cast = dyn_cast<tensor::CastOp>(op))
    return cast.getSource();
  if (auto call = dyn_cast<func::CallOp>(op)) {
    auto it = places.find(symbols.lookup<func::FuncOp>(call.getCallee()));
    return it == places.end() ? nullptr
                              : call.getOperand(it->second[number]);
  }
  return nullptr;
}

static bool isFunctionArgument(Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  return argument && isa<func::FuncOp>(argument.getOwner()->getParentOp());
}

Value SizeAtCall::sizeOf(Value value, int64_t dim) {
  auto type = cast<RankedTensorType>(value.getType());
  Location loc = call.getLoc();
  if (!type.isDynamicDim(dim))
    return arith::ConstantIndexOp::create(builder, loc, type.getDimSize(dim));
  if (auto result = dyn_cast<OpResult>(value))
    return sizeOfResult(result, dim);
  if (!isFunctionArgument(value))
    return nullptr;
  unsigned number = cast<BlockArgument>(value).getArgNumber();
  return tensor::DimOp::create(builder, loc, call.getOperand(number), dim);
}

Value SizeAtCall::sizeOfResult(OpResult result, int64_t dim) {
  if (Value updated = destinations.getUpdated(result))
    return sizeOf(updated, dim);
  Operation *op = result.getOwner();
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op)) {
    llvm::SmallBitVector dropped = slice.getDroppedDims();
    SmallVector<OpFoldResult> kept;
    for (auto [i, size] : llvm::enumerate(slice.getMixedSizes()))
      if (!dropped.test(i))
        kept.push_back(size);
    return rebuild(kept[dim]);
  }
  if (auto empty = dyn_cast<tensor::EmptyOp>(op))
    return rebuild(empty.getDynamicSize(dim));
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op))
    return rebuild(expand.getMixedOutputShape()[dim]);
  // A collapsed dimension is the product of its group.
  if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op)) {
    Value product;
    for (int64_t d : collapse.getReassociationIndices()[dim]) {
      Value size = sizeOf(collapse.getSrc(), d);
      if (!size)
        return nullptr;
      product = product ? arith::MulIOp::create(builder, call.getLoc(), product,
                                                size)
                        : size;
    }
    return product;
  }
  return nullptr;
}

Value SizeAtCall::rebuild(OpFoldResult size) {
  if (auto value = dyn_cast<Value>(size))
    return rebuild(value);
  return arith::ConstantIndexOp::create(
      builder, call.getLoc(),
      cast<IntegerAttr>(cast<Attribute>(size)).getInt());
}

Value SizeAtCall::rebuild(Value index) {
  if (auto dim = index.getDefiningOp<tensor::DimOp>())
    if (std::optional<int64_t> constant = dim.getConstantIndex())
      return sizeOf(dim.getSource(), *constant);
  if (isFunctionArgument(index))
    return call.getOperand(cast<BlockArgument>(index).getArgNumber());
  Operation *op = index.getDefiningOp();
  if (!op || op->getNumRegions() || !isPure(op))
    return nullptr;
  IRMapping mapping;
  for (Value operand : op->getOperands()) {
    Value rebuilt =
        operand.getType().isIntOrIndex() ? rebuild(operand) : nullptr;
    if (!rebuilt)
      return nullptr;
    mapping.map(operand, rebuilt);
  }
  return builder.clone(*op, mapping)
      ->getResult(cast<OpResult>(index).getResultNumber());
}

/// The argument that the result is an update of: by name for states, by its
/// chain of updates in private functions.
std::optional<unsigned>
Destinations::findUpdatedArgument(func::FuncOp func, unsigned result) {
  if (auto name = func.getResultAttrOfType<StringAttr>(result, "mixer.state"))
    for (unsigned i = 0; i < func.getNumArguments(); ++i)
      if (func.getArgAttrOfType<StringAttr>(i, "mixer.state") == name)
        return i;
  if (!func.isPrivate())
    return std::nullopt;
  Value value = func.getBody().back().getTerminator()->getOperand(result);
  while (value && isa<OpResult>(value))
    value = getUpdated(cast<OpResult>(value));
  if (!value || !isFunctionArgument(value) ||
      value.getType() != func.getResultTypes()[result])
    return std::nullopt;
  return cast<BlockArgument>(value).getArgNumber();
}

static unsigned addArgument(func::FuncOp func, unsigned result) {
  unsigned index = func.getNumArguments();
  MLIRContext *context = func.getContext();
  NamedAttrList attributes(func.getResultAttrDict(result));
  attributes.set("weft.result", UnitAttr::get(context));
  (void)func.insertArgument(index, func.getResultTypes()[result],
                            attributes.getDictionary(context), func.getLoc());
  return index;
}

/// Lets the updates that lead to `value` start from `destination` rather than
/// from an empty tensor: the elimination of empty tensors goes one step only.
/// Not if one of them is read elsewhere, where it would have to be kept.
void Destinations::startFrom(Value value, Value destination) {
  while (value.hasOneUse() && isa<OpResult>(value)) {
    Operation *op = value.getDefiningOp();
    Value updated = getUpdated(cast<OpResult>(value));
    if (!updated || llvm::count(op->getOperands(), updated) != 1)
      return;
    if (updated.getDefiningOp<tensor::EmptyOp>() &&
        updated.getType() == destination.getType())
      return op->replaceUsesOfWith(updated, destination);
    value = updated;
  }
}

static bool isArgumentOrView(Value value) {
  if (Operation *view = value.getDefiningOp())
    return isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(view) &&
           isFunctionArgument(view->getOperand(0));
  return isFunctionArgument(value);
}

/// Only once all sizes at calls are made, which follow updates to their start.
void Destinations::startFromArguments() {
  for (auto &[func, _] : places)
    func.walk([&](bufferization::MaterializeInDestinationOp write) {
      // Copies into private tiles, which may begin behind what they copy, are
      // not meant.
      if (isArgumentOrView(write.getDest()))
        startFrom(write.getSource(), write.getDest());
    });
}

/// `argument` in the shape that `value` had before its last reshape.
static Value viewBeforeReshape(func::FuncOp func, Value value, Value argument) {
  OpBuilder builder = OpBuilder::atBlockBegin(&func.getBody().front());
  if (auto expand = value.getDefiningOp<tensor::ExpandShapeOp>())
    return tensor::CollapseShapeOp::create(builder, value.getLoc(),
                                           expand.getSrcType(), argument,
                                           expand.getReassociationIndices());
  auto collapse = cast<tensor::CollapseShapeOp>(value.getDefiningOp());
  return tensor::ExpandShapeOp::create(builder, value.getLoc(),
                                       collapse.getSrcType(), argument,
                                       collapse.getReassociationIndices());
}

/// Whether one dynamic dimension at most is in each group of a reshape: then its
/// size follows from the others.
static bool canBeUndone(Operation *reshape) {
  if (isa<tensor::ExpandShapeOp>(reshape))
    return true;
  auto collapse = dyn_cast<tensor::CollapseShapeOp>(reshape);
  return collapse &&
         llvm::all_of(collapse.getReassociationIndices(), [&](auto &group) {
           return llvm::count_if(group, [&](int64_t dim) {
                    return collapse.getSrcType().isDynamicDim(dim);
                  }) <= 1;
         });
}

/// Writes the result into the argument; what is only reshaped at the end, before
/// that, so that it can be made in its place.
static Value writeResult(OpBuilder &builder, func::FuncOp func, Value value,
                         Value argument, bool isCalled) {
  Operation *reshape = value.getDefiningOp();
  if (isCalled || !reshape || !value.hasOneUse() || !canBeUndone(reshape))
    return bufferization::MaterializeInDestinationOp::create(
               builder, func.getLoc(), value, argument)
        ->getResult(0);
  Value place = viewBeforeReshape(func, value, argument);
  Value written = bufferization::MaterializeInDestinationOp::create(
                      builder, func.getLoc(), reshape->getOperand(0), place)
                      ->getResult(0);
  IRMapping mapping;
  mapping.map(reshape->getOperand(0), written);
  return builder.clone(*reshape, mapping)->getResult(0);
}

/// Passes a fresh tensor of the result's size for each result that the callee
/// puts into a new argument.
LogicalResult Destinations::passDestinations(func::CallOp call) {
  auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
  if (!callee || callee.isExternal())
    return success();
  OpBuilder builder(call);
  SizeAtCall sizeAtCall{*this, builder, call};
  Operation *terminator = callee.getBody().back().getTerminator();
  for (auto [i, argument] : llvm::enumerate(places.lookup(callee))) {
    auto type = dyn_cast<RankedTensorType>(call.getResultTypes()[i]);
    if (!type || argument < call.getNumOperands())
      continue;
    Value source =
        cast<bufferization::MaterializeInDestinationOp>(
            terminator->getOperand(i).getDefiningOp())
            .getSource();
    SmallVector<Value> sizes;
    for (int64_t d = 0; d < type.getRank(); ++d) {
      if (!type.isDynamicDim(d))
        continue;
      sizes.push_back(sizeAtCall.sizeOf(source, d));
      if (!sizes.back())
        return call.emitError("expects results whose sizes follow from the "
                              "arguments, got dimension ")
               << d << " of result " << i << " of '" << callee.getName() << "'";
    }
    call->insertOperands(
        call.getNumOperands(),
        tensor::EmptyOp::create(builder, call.getLoc(), type, sizes)
            ->getResult(0));
  }
  return success();
}

LogicalResult Destinations::assignCallees(func::FuncOp func) {
  open.insert(func);
  SmallVector<func::CallOp> calls;
  func.walk([&](func::CallOp call) { calls.push_back(call); });
  for (func::CallOp call : calls) {
    auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
    if (callee && open.contains(callee))
      return call.emitError("expects functions that do not call themselves, "
                            "got a call of '")
             << callee.getName() << "' inside of it";
    if (failed(assign(callee)) || failed(passDestinations(call)))
      return failure();
  }
  open.erase(func);
  return success();
}

LogicalResult Destinations::assign(func::FuncOp func) {
  if (!func || func.isExternal() || !places.try_emplace(func).second)
    return success();
  if (failed(assignCallees(func)))
    return failure();
  OpBuilder builder(func.getContext());
  for (unsigned i = 0; i < func.getNumArguments(); ++i)
    if (isa<TensorType>(func.getArgument(i).getType()))
      func.setArgAttr(i, "bufferization.writable",
                      builder.getBoolAttr(!func.isPublic()));
  Operation *terminator = func.getBody().back().getTerminator();
  builder.setInsertionPoint(terminator);
  SmallVector<unsigned> places(func.getNumResults(), 0);
  for (unsigned i = 0; i < func.getNumResults(); ++i) {
    if (!isa<RankedTensorType>(func.getResultTypes()[i]))
      continue;
    std::optional<unsigned> updated = findUpdatedArgument(func, i);
    bool taken = updated && llvm::is_contained(
                                ArrayRef<unsigned>(places).take_front(i), *updated);
    places[i] = updated && !taken ? *updated : addArgument(func, i);
    func.setArgAttr(places[i], "bufferization.writable",
                    builder.getBoolAttr(true));
    // Callers follow what a result is made of to its size.
    bool isCalled = !SymbolTable::symbolKnownUseEmpty(func, func->getParentOp());
    Value value = terminator->getOperand(i);
    terminator->setOperand(i, writeResult(builder, func, value,
                                          func.getArgument(places[i]), isCalled));
    // What is written is read once more by the reshape that it replaces.
    if (value.use_empty())
      value.getDefiningOp()->erase();
  }
  this->places[func] = places;
  return success();
}

namespace {
struct PassResultsByDestinationPass
    : weft::impl::PassResultsByDestinationBase<
          PassResultsByDestinationPass> {
  using Base::Base;
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    Destinations destinations{symbols};
    for (auto func : getOperation().getOps<func::FuncOp>())
      if (failed(destinations.assign(func)))
        return signalPassFailure();
    destinations.startFromArguments();
  }
};
} // namespace
