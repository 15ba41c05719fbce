#include "dialects/mixer/EntryLoops.h"

#include "dialects/mixer/Transition.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace weft::mixer;

namespace {

/// The loops of one batch entry and head.
class EntryLoops {
public:
  EntryLoops(OpBuilder &builder, SemiseparableOp op)
      : b(op.getLoc(), builder), op(op), operands(transitionOf(op)),
        element(getElementTypeOrSelf(op.getQ())),
        keySize(NamedTensor{"k", op.getK()}.size(3)) {}

  Value entries(const MatrixSizes &sizes);

private:
  using BodyFn = function_ref<SmallVector<Value>(Value, ValueRange)>;
  SmallVector<Value> loop(Value from, Value to, ValueRange carried,
                          BodyFn body);
  Value overChannels(Value carried, function_ref<Value(Value, Value)> body,
                     int64_t step = 1);

  SmallVector<Value> column(Value j, ValueRange carried);
  Value keyVector(Value j, Value vector);
  Value moved(Value i, Value vector);
  Value decayed(Value i, Value vector);
  Value turned(Value i, Value vector);
  Value multiplied(Value vector);
  Value innerProduct(Value tensor, Value i, Value vector);
  Value bonusEntry(Value i);

  Value sharedHead(int64_t heads);
  Value load(Value tensor, Value time, Value channel = {});
  Value at(Value vector, Value channel) {
    return tensor::ExtractOp::create(b, vector, channel);
  }
  Value put(Value number, Value vector, ValueRange place) {
    return tensor::InsertOp::create(b, number, vector, place);
  }
  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b, value);
  }
  Value number(double value) {
    return arith::ConstantOp::create(b, b.getFloatAttr(element, value));
  }
  Value multiply(Value x, Value y) { return arith::MulFOp::create(b, x, y); }
  Value add(Value x, Value y) { return arith::AddFOp::create(b, x, y); }

  ImplicitLocOpBuilder b;
  SemiseparableOp op;
  Transition operands;
  Type element;
  int64_t keySize;
  Value rows, entry, head;
};

} // namespace

SmallVector<Value> EntryLoops::loop(Value from, Value to, ValueRange carried,
                                    BodyFn body) {
  auto inside = [&](OpBuilder &nested, Location, Value i, ValueRange values) {
    OpBuilder::InsertionGuard guard(b);
    b.restoreInsertionPoint(nested.saveInsertionPoint());
    scf::YieldOp::create(b, body(i, values));
  };
  auto loop = scf::ForOp::create(b, from, to, index(1), carried, inside);
  return SmallVector<Value>(loop.getResults());
}

/// Carries one value over every `step`-th channel.
Value EntryLoops::overChannels(Value carried,
                               function_ref<Value(Value, Value)> body,
                               int64_t step) {
  auto once = [&](Value d, ValueRange values) -> SmallVector<Value> {
    return {body(d, values[0])};
  };
  return loop(index(0), index(keySize / step), carried, once)[0];
}

/// The one of `heads` heads that serves the group of this head.
Value EntryLoops::sharedHead(int64_t heads) {
  return arith::DivUIOp::create(b, head, index(op.getHeads() / heads));
}

/// tensor[entry, time, head ÷ group, channel], as far as it has these axes.
Value EntryLoops::load(Value tensor, Value time, Value channel) {
  NamedTensor named{"", tensor};
  Value shared = sharedHead(named.size(headAxis(tensor)));
  SmallVector<Value> place;
  if (hasTime(tensor))
    place = {entry, time};
  place.push_back(shared);
  if (named.type().getRank() > int64_t(place.size()))
    place.push_back(channel);
  return tensor::ExtractOp::create(b, tensor, place);
}

/// w = k_j e^{gain_j}
Value EntryLoops::keyVector(Value j, Value vector) {
  Value factor;
  if (Value gain = operands.gain.value)
    factor = math::ExpOp::create(b, load(gain, j));
  return overChannels(vector, [&](Value d, Value w) {
    Value k = load(op.getK(), j, d);
    return put(factor ? multiply(k, factor) : k, w, d);
  });
}

/// w = diag(e^{g_i}) w; both channels of a pair that turns decay alike.
Value EntryLoops::decayed(Value i, Value vector) {
  Value decay = operands.decay.value;
  if (!decay)
    return vector;
  return overChannels(vector, [&](Value d, Value w) {
    Value channel = d;
    if (operands.rotate.value)
      channel = arith::DivUIOp::create(b, d, index(2));
    Value factor = math::ExpOp::create(b, load(decay, i, channel));
    return put(multiply(at(w, d), factor), w, d);
  });
}

/// (x, y) = (x cos θ - y sin θ, x sin θ + y cos θ) for each pair of w
Value EntryLoops::turned(Value i, Value vector) {
  Value angles = operands.rotate.value;
  if (!angles)
    return vector;
  auto turn = [&](Value pair, Value w) {
    Value even = arith::MulIOp::create(b, pair, index(2));
    Value odd = arith::AddIOp::create(b, even, index(1));
    Value x = at(w, even), y = at(w, odd), angle = load(angles, i, pair);
    Value cosine = math::CosOp::create(b, angle);
    Value sine = math::SinOp::create(b, angle);
    Value first = arith::SubFOp::create(b, multiply(x, cosine),
                                        multiply(y, sine));
    Value second = add(multiply(x, sine), multiply(y, cosine));
    return put(second, put(first, w, even), odd);
  };
  return overChannels(vector, turn, /*step=*/2);
}

/// w = A w for a dense A; the product waits in the second half of w.
Value EntryLoops::multiplied(Value vector) {
  NamedTensor dense = operands.dense;
  Value shared = sharedHead(dense.size(0));
  auto waiting = [&](Value d) -> Value {
    return arith::AddIOp::create(b, d, index(keySize));
  };
  vector = overChannels(vector, [&](Value d, Value w) {
    Value row = overChannels(number(0), [&](Value m, Value sum) {
      Value entry = tensor::ExtractOp::create(b, dense.value,
                                              ValueRange{shared, d, m});
      return add(sum, multiply(entry, at(w, m)));
    });
    return put(row, w, waiting(d));
  });
  return overChannels(vector, [&](Value d, Value w) {
    return put(at(w, waiting(d)), w, d);
  });
}

/// Σ_d tensor[i, d] w_d
Value EntryLoops::innerProduct(Value tensor, Value i, Value vector) {
  return overChannels(number(0), [&](Value d, Value sum) {
    return add(sum, multiply(load(tensor, i, d), at(vector, d)));
  });
}

/// w = A_i w = D w + b (aᵀ w), or with aᵀ D w
Value EntryLoops::moved(Value i, Value vector) {
  if (operands.dense.value)
    return multiplied(vector);
  Value a = operands.eraseA.value;
  Value product;
  if (a && op.getEraseReads() == EraseReads::Stored)
    product = innerProduct(a, i, vector);
  vector = turned(i, decayed(i, vector));
  if (!a)
    return vector;
  if (!product)
    product = innerProduct(a, i, vector);
  return overChannels(vector, [&](Value d, Value w) {
    Value change = multiply(load(operands.eraseB.value, i, d), product);
    return put(add(at(w, d), change), w, d);
  });
}

/// Σ_d q_d u_d k_d e^{gain}
Value EntryLoops::bonusEntry(Value i) {
  Value sum = overChannels(number(0), [&](Value d, Value sum) {
    Value key = multiply(load(op.getK(), i, d),
                         load(operands.bonus.value, i, d));
    return add(sum, multiply(load(op.getQ(), i, d), key));
  });
  if (Value gain = operands.gain.value)
    sum = multiply(sum, math::ExpOp::create(b, load(gain, i)));
  return sum;
}

/// Column j from row j on; `carried` are the entries [T, T] and w.
SmallVector<Value> EntryLoops::column(Value j, ValueRange carried) {
  Value scale = number(op.getScale().convertToFloat());
  bool pre = op.getRead() == Read::Pre;
  auto set = [&](Value entries, Value i, Value value) {
    return put(multiply(value, scale), entries, {i, j});
  };
  Value entries = carried[0], vector = keyVector(j, carried[1]);
  if (!pre)
    entries = set(entries, j, innerProduct(op.getQ(), j, vector));
  else if (operands.bonus.value)
    entries = set(entries, j, bonusEntry(j));
  Value next = arith::AddIOp::create(b, j, index(1));
  return loop(next, rows, {entries, vector},
              [&](Value i, ValueRange values) -> SmallVector<Value> {
                // w is read before it is moved in place.
                Value product, w = values[1];
                if (pre)
                  product = innerProduct(op.getQ(), i, w);
                w = moved(i, w);
                if (!pre)
                  product = innerProduct(op.getQ(), i, w);
                return {set(values[0], i, product), w};
              });
}

Value EntryLoops::entries(const MatrixSizes &sizes) {
  Value empty = tensor::EmptyOp::create(b, sizes.asArray(), element);
  Value zeros = linalg::FillOp::create(b, number(0), empty).getResult(0);
  rows = getValueOrCreateConstantIndexOp(b, b.getLoc(), sizes.rows);
  auto forall = scf::ForallOp::create(
      b, ArrayRef<OpFoldResult>{sizes.batch, sizes.heads}, zeros, std::nullopt);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(forall.getTerminator());
  entry = forall.getInductionVars()[0], head = forall.getInductionVars()[1];
  Value whole = forall.getRegionOutArgs()[0];
  OpFoldResult zero = b.getIndexAttr(0), one = b.getIndexAttr(1);
  SmallVector<OpFoldResult> offsets = {entry, head, zero, zero},
                            extents = {one, one, sizes.rows, sizes.columns},
                            strides(4, one);
  ArrayRef<int64_t> known = cast<RankedTensorType>(whole.getType()).getShape();
  auto triangle = RankedTensorType::get(known.take_back(2), element);
  Value slice = tensor::ExtractSliceOp::create(b, triangle, whole, offsets,
                                               extents, strides);
  int64_t room = operands.dense.value ? 2 * keySize : keySize;
  Value vector = tensor::EmptyOp::create(b, ArrayRef<int64_t>{room}, element);
  Value done = loop(index(0), rows, {slice, vector},
                    [&](Value j, ValueRange carried) {
                      return column(j, carried);
                    })[0];
  b.setInsertionPointToStart(forall.getTerminator().getBody());
  tensor::ParallelInsertSliceOp::create(b, done, whole, offsets, extents,
                                        strides);
  return forall.getResult(0);
}

Value weft::mixer::semiseparableEntries(OpBuilder &builder, SemiseparableOp op,
                                        const MatrixSizes &sizes) {
  return EntryLoops(builder, op).entries(sizes);
}
