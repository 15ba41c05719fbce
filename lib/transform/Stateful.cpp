#include "lib/transform/Stateful.h"

#include "lib/transform/StepwiseState.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace weft;

using Signatures = llvm::MapVector<Operation *, StatefulSignature>;

static func::FuncOp calleeOf(func::CallOp call) {
  return SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
      call, call.getCalleeAttr());
}

/// A second "k" of one function is "k1".
static void makeNamesUnique(std::vector<StateTensor> &states) {
  llvm::StringMap<unsigned> seen;
  for (StateTensor &state : states)
    if (unsigned count = seen[state.name]++)
      state.name += std::to_string(count);
}

static std::vector<StateTensor> statesOf(Operation *mixer, int64_t slots) {
  if (auto stepwise = dyn_cast<mixer::StepwiseOpInterface>(mixer))
    return stepwiseStates(stepwise);
  auto apply = cast<mixer::ApplyOp>(mixer);
  auto x = cast<RankedTensorType>(apply.getX().getType());
  int64_t heads = cast<RankedTensorType>(apply.getY().getType()).getDimSize(2);
  return stateTensors(classify(apply.getMatrix()), x, heads, slots);
}

bool weft::isCausal(mixer::ApplyOp apply) {
  return mixer::structureOf(apply.getMatrix()).lower;
}

std::optional<std::string> weft::decodeObstacle(mixer::ApplyOp apply) {
  if (apply.getSegments())
    return "its sequences are packed";
  if (std::optional<std::string> obstacle =
          stateObstacle(classify(apply.getMatrix())))
    return obstacle;
  if (!isCausal(apply))
    return std::nullopt;
  for (const StateTensor &state : statesOf(apply, /*slots=*/1)) {
    if (!state.type.hasStaticShape())
      return "the batch, heads or channels are not static";
    if (state.type.getElementType().isIndex())
      return "data of columns that are indices cannot be kept; convert them to "
             "i64";
  }
  return std::nullopt;
}

namespace {

/// One function being changed.
class FunctionThreader {
public:
  /// An entry has a position whether or not it needs it.
  FunctionThreader(TimedFunction &timed, Signatures &signatures, int64_t slots,
                   bool isEntry)
      : timed(timed), func(timed.func), signatures(signatures), slots(slots) {
    signature.hasPosition = isEntry;
  }
  StatefulSignature run();

private:
  void exposeData();
  std::vector<StateTensor> ownStates(Operation *op) const;
  void collect();
  void shiftRows(Value position);
  void shiftPositions(Value position);
  SmallVector<Value> threadMixer(Operation *mixer, ValueRange states,
                                 Value position);
  SmallVector<Value> threadCall(func::CallOp call, ValueRange states,
                                Value position);
  void replace(Operation *op, Operation *by);
  Value append(Type type, bool isState);

  TimedFunction &timed;
  func::FuncOp func;
  Signatures &signatures;
  int64_t slots;
  StatefulSignature signature;
  DenseMap<Operation *, size_t> counts;
};

/// What regions read of captured tensors over time become their operands.
void FunctionThreader::exposeData() {
  for (auto &[op, reads] : timed.regionReads) {
    if (reads.empty())
      continue;
    Operation *next = withOperands(op, reads);
    if (timed.fixedColumns.erase(op->getResult(0)))
      timed.fixedColumns.insert(next->getResult(0));
    replace(op, next);
  }
  timed.regionReads.clear();
}

/// Rows over columns that are not over time need nothing of earlier tokens.
std::vector<StateTensor>
FunctionThreader::ownStates(Operation *op) const {
  auto apply = dyn_cast<mixer::ApplyOp>(op);
  if (apply && timed.fixedColumns.contains(apply.getMatrix()))
    return {};
  return statesOf(op, slots);
}

/// The states of mixers and calls, in the order of the body.
void FunctionThreader::collect() {
  SmallVector<Operation *> holders(timed.mixers.begin(), timed.mixers.end());
  holders.append(timed.calls.begin(), timed.calls.end());
  llvm::sort(holders, [](Operation *a, Operation *b) {
    return a->isBeforeInBlock(b);
  });
  unsigned callNumber = 0;
  std::vector<StateTensor> called;
  for (Operation *op : holders) {
    std::vector<StateTensor> states;
    if (auto call = dyn_cast<func::CallOp>(op)) {
      states = signatures[calleeOf(call)].states;
      for (StateTensor &state : states)
        state.name = std::to_string(callNumber) + "." + state.name;
      callNumber += !states.empty();
      signature.hasPosition |= signatures[calleeOf(call)].hasPosition;
    } else {
      states = ownStates(op);
      signature.hasPosition = true;
    }
    counts[op] = states.size();
    llvm::append_range(signature.states, states);
  }
  makeNamesUnique(signature.states);
  signature.hasPosition |= !timed.positions.empty();
  for (linalg::IndexOp row : timed.rows)
    for (OpOperand &use : row->getUses())
      signature.hasPosition |= !readsOwnToken(timed, use);
}

/// A row index that is not the place of the own token means its position.
void FunctionThreader::shiftRows(Value position) {
  for (linalg::IndexOp row : timed.rows) {
    SmallVector<OpOperand *> uses;
    for (OpOperand &use : row->getUses())
      if (!readsOwnToken(timed, use))
        uses.push_back(&use);
    if (uses.empty())
      continue;
    OpBuilder builder(row->getContext());
    builder.setInsertionPointAfter(row);
    Value shifted =
        arith::AddIOp::create(builder, row.getLoc(), row, position);
    for (OpOperand *use : uses)
      use->set(shifted);
  }
}

void FunctionThreader::shiftPositions(Value position) {
  for (mixer::PositionsOp op : timed.positions) {
    Value start = position;
    if (op.getStart()) {
      OpBuilder builder(op);
      start = arith::AddIOp::create(builder, op.getLoc(), op.getStart(),
                                    position);
    }
    op.getStartMutable().assign(start);
  }
}

/// Replaces the results that `op` has; those of `by` may go on.
void FunctionThreader::replace(Operation *op, Operation *by) {
  for (auto [before, after] : llvm::zip(op->getResults(), by->getResults())) {
    if (std::optional<int64_t> axis = timed.axisOf(before)) {
      timed.axis.erase(before);
      timed.axis[after] = *axis;
    }
    if (int64_t rows = timed.rowsPerToken(before); rows > 1) {
      timed.severalRows.erase(before);
      timed.severalRows[after] = rows;
    }
    before.replaceAllUsesWith(after);
  }
  op->erase();
}

SmallVector<Value> FunctionThreader::threadMixer(Operation *mixer,
                                                 ValueRange states,
                                                 Value position) {
  if (auto stepwise = dyn_cast<mixer::StepwiseOpInterface>(mixer)) {
    continueFrom(stepwise, states, position);
    return SmallVector<Value>(stepwise.finalStates());
  }
  auto apply = cast<mixer::ApplyOp>(mixer);
  OpBuilder builder(apply);
  SmallVector<Type> types = {apply.getY().getType()};
  llvm::append_range(types, states.getTypes());
  if (int64_t rows = timed.rowsPerToken(apply.getY()); rows > 1) {
    Value count = arith::ConstantIndexOp::create(builder, apply.getLoc(), rows);
    position =
        arith::MulIOp::create(builder, apply.getLoc(), position, count);
  }
  auto next = mixer::ApplyOp::create(builder, apply.getLoc(), types,
                                     apply.getMatrix(), apply.getX(), states,
                                     position, /*segments=*/Value());
  next->setDiscardableAttrs(apply->getDiscardableAttrDictionary());
  replace(apply, next);
  return SmallVector<Value>(next.getStates());
}

SmallVector<Value> FunctionThreader::threadCall(func::CallOp call,
                                                ValueRange states,
                                                Value position) {
  const StatefulSignature &callee = signatures[calleeOf(call)];
  if (!callee.hasPosition && callee.states.empty())
    return {};
  OpBuilder builder(call);
  SmallVector<Value> operands(call.getOperands());
  if (callee.hasPosition)
    operands.push_back(position);
  llvm::append_range(operands, states);
  size_t results = call.getNumResults();
  SmallVector<Type> types(call.getResultTypes());
  llvm::append_range(types, states.getTypes());
  auto next = func::CallOp::create(builder, call.getLoc(), call.getCallee(),
                                   types, operands);
  replace(call, next);
  return SmallVector<Value>(next.getResults().drop_front(results));
}

/// Appends an argument, and a result of its type if `isState`.
Value FunctionThreader::append(Type type, bool isState) {
  // The callers' signature is consistent again when they are threaded.
  unsigned place = func.getNumArguments();
  (void)func.insertArgument(place, type, {}, func.getLoc());
  if (isState)
    (void)func.insertResult(func.getNumResults(), type, {});
  return func.getArgument(place);
}

StatefulSignature FunctionThreader::run() {
  exposeData();
  collect();
  Block &body = func.getBody().front();
  Value position;
  if (signature.hasPosition) {
    position = append(IndexType::get(func.getContext()), /*isState=*/false);
    timed.position = position;
    shiftRows(position);
    shiftPositions(position);
  }
  SmallVector<Value> states, last;
  for (const StateTensor &state : signature.states)
    states.push_back(append(state.type, /*isState=*/true));
  ValueRange rest = states;
  for (Operation &op : llvm::make_early_inc_range(body)) {
    auto found = counts.find(&op);
    if (found == counts.end())
      continue;
    ValueRange own = rest.take_front(found->second);
    rest = rest.drop_front(found->second);
    auto call = dyn_cast<func::CallOp>(op);
    llvm::append_range(last, call ? threadCall(call, own, position)
                                  : threadMixer(&op, own, position));
  }
  cast<func::ReturnOp>(body.getTerminator())
      .getOperandsMutable()
      .append(last);
  timed.isStateful = !signature.states.empty();
  timed.mixers.clear();
  timed.calls.clear();
  return signature;
}

} // namespace

Signatures weft::makeStateful(TimedFunctions &functions, int64_t slots) {
  Signatures signatures;
  Operation *entry = functions.back().first;
  for (auto &[op, timed] : functions)
    signatures[op] =
        FunctionThreader(timed, signatures, slots, op == entry).run();
  return signatures;
}
