#include "dialects/mixer/Transition.h"

#include "dialects/mixer/Mixer.h"

#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace weft::mixer;

static int64_t rankOf(Value operand) {
  return cast<RankedTensorType>(operand.getType()).getRank();
}

// [H], [H, K] and [B, T, H], [B, T, H, K] differ in their rank.
bool weft::mixer::hasTime(Value operand) { return rankOf(operand) > 2; }

int64_t weft::mixer::headAxis(Value operand) {
  return hasTime(operand) ? 2 : 0;
}

bool weft::mixer::isMadeWith(Value matrix,
                             function_ref<bool(Operation *)> holds) {
  llvm::SetVector<Value> tree;
  tree.insert(matrix);
  for (size_t next = 0; next < tree.size(); ++next) {
    Operation *op = tree[next].getDefiningOp();
    if (!op)
      continue;
    if (holds(op))
      return true;
    for (Value operand : op->getOperands())
      if (isa<MatrixType>(operand.getType()))
        tree.insert(operand);
  }
  return false;
}

/// Axis behind the heads, if there is one, has `expected` channels.
static LogicalResult verifyChannels(Operation *op, const NamedTensor &tensor,
                                    int64_t expected) {
  if (!tensor.value)
    return success();
  int64_t axis = headAxis(tensor.value) + 1;
  if (axis == tensor.type().getRank() || tensor.size(axis) == expected)
    return success();
  return op->emitOpError("expects ")
         << expected << " channels of " << tensor.name << ", got "
         << tensor.size(axis);
}

static LogicalResult verifyChannels(Operation *op, const Transition &transition,
                                    int64_t keySize) {
  if (transition.rotate.value && keySize % 2 != 0)
    return op->emitOpError("expects an even key size to rotate pairs, got ")
           << keySize;
  // Both channels of a pair that turns decay alike.
  int64_t decaying = transition.rotate.value ? keySize / 2 : keySize;
  for (auto [tensor, expected] :
       {std::pair{transition.decay, decaying},
        {transition.rotate, keySize / 2},
        {transition.eraseA, keySize},
        {transition.eraseB, keySize},
        {transition.bonus, keySize}})
    if (failed(verifyChannels(op, tensor, expected)))
      return failure();
  return success();
}

/// A dense matrix is the whole transition: a decay would not commute with it.
static LogicalResult verifyDense(Operation *op, const Transition &transition,
                                 const NamedTensor &k, int64_t heads) {
  const NamedTensor &dense = transition.dense;
  if (!dense.value)
    return success();
  int64_t own = dense.size(0);
  if (failed(verifyStatic(op, dense, {0})) ||
      failed(verifyType(op, dense.name, dense.type(),
                        k.type().clone({own, k.size(3), k.size(3)}))) ||
      failed(verifyStatic(op, dense, {1, 2})) ||
      failed(verifyHeadsDivide(op, dense, heads, /*axis=*/0)))
    return failure();
  for (const NamedTensor &other :
       {transition.decay, transition.rotate, transition.eraseA,
        transition.eraseB, transition.gain})
    if (other.value)
      return op->emitOpError("expects a dense transition with no other than a "
                             "bonus, got it beside ")
             << other.name;
  return success();
}

LogicalResult weft::mixer::verifyTransition(Operation *op,
                                            const Transition &transition,
                                            const NamedTensor &k,
                                            int64_t heads, bool readsPre) {
  SmallVector<NamedTensor> timed = {k};
  for (const NamedTensor &tensor : transition.all()) {
    if (!tensor.value)
      continue;
    int64_t axis = headAxis(tensor.value);
    for (int64_t known = axis; known < tensor.type().getRank(); ++known)
      if (failed(verifyStatic(op, tensor, known)))
        return failure();
    if (failed(verifyHeadsDivide(op, tensor, heads, axis)))
      return failure();
    if (hasTime(tensor.value))
      timed.push_back(tensor);
  }
  if (failed(verifyAxisAgrees(op, "batch size", 0, timed)) ||
      failed(verifyAxisAgrees(op, "number of tokens", 1, timed)))
    return failure();
  if (bool(transition.eraseA.value) != bool(transition.eraseB.value))
    return op->emitOpError("expects both sides of erase, got one");
  if (transition.bonus.value && !readsPre)
    return op->emitOpError("expects read pre with a bonus, got read post");
  if (failed(verifyDense(op, transition, k, heads)))
    return failure();
  return verifyChannels(op, transition, k.size(3));
}
