#include "ScanOperands.h"

#include "dialects/mixer/Transition.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <limits>

using namespace mlir;
using namespace weft;

static int64_t rankOf(Value tensor) {
  return cast<RankedTensorType>(tensor.getType()).getRank();
}

ScanOperands::ScanOperands(BlockBuilder &b, mixer::ScanOp op)
    : op(op), H(staticDim(op.getState(), 1)), K(staticDim(op.getState(), 2)),
      V(staticDim(op.getState(), 3)), planes(op.getRotate() ? 2 : 1),
      channels(K / planes), element(elementOf(op.getState())),
      T(b.dim(op.getOut(), 1)), q(op.getQ()), k(op.getK()), v(op.getV()),
      decay(op.getDecay()), rotate(op.getRotate()), eraseA(op.getEraseA()),
      eraseB(op.getEraseB()), gain(op.getGain()), bonus(op.getBonus()),
      dense(op.getDense()), segments(op.getSegments()),
      scale(op.getScale().convertToDouble()), reverse(op.getReverse()),
      readsBefore(op.getRead() == mixer::Read::Pre),
      erasesDecayed(op.getEraseReads() == mixer::EraseReads::Decayed) {
  if (decay)
    channelDecay = rankOf(decay) == mixer::headAxis(decay) + 2;
}

Value ScanOperands::token(BlockBuilder &b, Value step) const {
  return reverse ? b.sub(b.sub(T, b.index(1)), step) : step;
}

Axis ScanOperands::headAxis(BlockBuilder &b, const HeadBlock &task,
                            int64_t heads) const {
  if (task.count && heads == H)
    return range(task.head, task.count);
  return at(b.floorDiv(task.head, H / heads));
}

Axis ScanOperands::channelAxis(int64_t plane) const {
  if (planes == 1)
    return all(K);
  // One channel has no stride: views of unit sizes are told apart by theirs.
  return channels == 1 ? range(plane, 1) : every(planes, plane, channels);
}

Axis ScanOperands::planeAxis(int64_t plane) const {
  return range(plane * channels, channels);
}

Axis ScanOperands::valueAxis(const HeadBlock &task) const {
  if (task.column)
    return range(task.column, task.columns);
  return task.count && V == 1 ? at(0) : all(V);
}

Term ScanOperands::row(BlockBuilder &b, Value operand, const HeadBlock &task,
                       Value token, int64_t plane) const {
  SmallVector<Axis> axes;
  if (mixer::hasTime(operand))
    axes = {at(task.entry), at(token)};
  int64_t heads = mixer::headAxis(operand);
  axes.push_back(headAxis(b, task, staticDim(operand, heads)));
  std::string map = axes.back().kept ? "h" : "";
  if (rankOf(operand) > heads + 1) {
    int64_t own = staticDim(operand, heads + 1);
    axes.push_back(own == channels ? all(own) : channelAxis(plane));
    map += "n";
  }
  if (!map.empty())
    return {b.slice(operand, axes), map};
  // One number of one head.
  Values position;
  for (const Axis &axis : axes)
    position.push_back(axis.offset.value ? axis.offset.value
                                         : b.index(axis.offset.number));
  return tensor::ExtractOp::create(b, operand, position).getResult();
}

Term ScanOperands::values(BlockBuilder &b, const HeadBlock &task,
                          Value token) const {
  Axis heads = headAxis(b, task, staticDim(v, 2));
  Axis columns = valueAxis(task);
  std::string map = heads.kept ? "h" : "";
  if (columns.kept)
    map += "p";
  return {b.slice(v, {at(task.entry), at(token), heads, columns}), map};
}

Term ScanOperands::denseOf(BlockBuilder &b, const HeadBlock &task) const {
  Axis heads = headAxis(b, task, staticDim(dense, 0));
  SmallVector<Axis> axes{heads, all(K), all(K)};
  // On lanes its layout follows that of the state.
  return {heads.kept ? b.copy(dense, axes) : b.slice(dense, axes),
          heads.kept ? "hnm" : "nm"};
}

Term ScanOperands::strongestDecay(BlockBuilder &b, const HeadBlock &task,
                                  Value token) const {
  if (!decay)
    return {};
  Term g = row(b, decay, task, token);
  if (!channelDecay)
    return g;
  std::string loops = g.map.substr(0, g.map.size() - 1);
  SmallVector<Extent> sizes(loops.size(), task.count);
  Value lowest = b.fill(b.empty(sizes, element),
                        -std::numeric_limits<float>::infinity());
  Value most = b.generic(loops + "/n", {g}, {Term(lowest, loops)},
                         [&](ValueRange x) -> Values {
                           return {arith::MaximumFOp::create(b, x[1], x[0])};
                         })
                   .front();
  if (!loops.empty())
    return {most, loops};
  return tensor::ExtractOp::create(b, most, ValueRange{}).getResult();
}

SmallVector<Axis> ScanOperands::rowsOf(const HeadBlock &task) const {
  Axis heads = task.count ? range(task.head, task.count) : at(task.head);
  return {at(task.entry), range(0, T), heads, valueAxis(task)};
}

SmallVector<Axis> ScanOperands::stateOf(const HeadBlock &task,
                                        int64_t plane) const {
  Axis heads = task.count ? range(task.head, task.count) : at(task.head);
  return {at(task.entry), heads, channelAxis(plane), valueAxis(task)};
}

SmallVector<Axis> ScanOperands::wholeStateOf(const HeadBlock &task) const {
  SmallVector<Axis> axes = stateOf(task, 0);
  axes[2] = all(K);
  return axes;
}

bool ScanOperands::readsLogScale() const {
  return gain && !mixer::ScanOp(op).getGauge().front().use_empty();
}
