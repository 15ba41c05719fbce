#include "Fft.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <cmath>

using namespace mlir;
using namespace weft;

Fft::Fft(BlockBuilder &b, int64_t rows, int64_t columns, Type element)
    : b(b), rows(rows), columns(columns), element(element) {}

static Value plus(BlockBuilder &b, Value x, Value y) {
  return arith::AddFOp::create(b, x, y);
}
static Value minus(BlockBuilder &b, Value x, Value y) {
  return arith::SubFOp::create(b, x, y);
}
static Value times(BlockBuilder &b, Value x, Value y) {
  return arith::MulFOp::create(b, x, y);
}

//===-- twiddles -----------------------------------------------------------===//

/// cos or -sin of 2π p / rows for p < rows / 2, exact where they are 0 and ±1.
Value Fft::table(bool imaginary) {
  SmallVector<Attribute> values;
  for (int64_t p = 0; p < rows / 2; ++p) {
    double angle = 2 * M_PI * double(p) / double(rows);
    double value = imaginary ? -std::sin(angle) : std::cos(angle);
    if (4 * p == rows)
      value = imaginary ? -1 : 0;
    values.push_back(b.getFloatAttr(element, value));
  }
  auto type = RankedTensorType::get({rows / 2}, element);
  return arith::ConstantOp::create(b, DenseElementsAttr::get(type, values));
}

/// exp(-2πi p / length) for p < length / 2: every (rows / length)th entry.
Value Fft::twiddles(bool imaginary, int64_t length) {
  auto type = RankedTensorType::get({length / 2}, element);
  OpFoldResult offset = b.getIndexAttr(0), size = b.getIndexAttr(length / 2),
               stride = b.getIndexAttr(rows / length);
  return tensor::ExtractSliceOp::create(b, type, table(imaginary), offset, size,
                                        stride);
}

//===-- stages -------------------------------------------------------------===//

/// Both halves of the rows, [p, q, columns]: row p · stride + q of the half.
std::pair<Value, Value> Fft::half(Value tile, int64_t length) {
  int64_t m = length / 2;
  auto type = RankedTensorType::get({m, rows / length, columns}, element);
  SmallVector<ReassociationIndices> groups{{0, 1}, {2}};
  auto part = [&](int64_t first) -> Value {
    Value rowsOfHalf =
        b.slice(tile, {range(first, rows / 2), all(columns)});
    return tensor::ExpandShapeOp::create(b, type, rowsOfHalf, groups);
  };
  return {part(0), part(rows / 2)};
}

// With s transforms of n numbers interleaved, a = x[p, q], b = x[p + n / 2, q]:
// y[2p, q] = a + b, y[2p + 1, q] = (a - b) exp(-2πi p / n).
ComplexTile Fft::stage(int64_t length, ComplexTile from, ComplexTile to) {
  int64_t m = length / 2, s = rows / length;
  auto [aRe, bRe] = half(from.re, length);
  auto [aIm, bIm] = half(from.im, length);
  auto pairs = RankedTensorType::get({m, 2, s, columns}, element);
  SmallVector<ReassociationIndices> groups{{0, 1, 2}, {3}};
  Values y{tensor::ExpandShapeOp::create(b, pairs, to.re, groups),
           tensor::ExpandShapeOp::create(b, pairs, to.im, groups)};
  // One op for each of the two rows: two outputs in one tensor would be
  // buffers of their own.
  auto write = [&](int64_t row, ArrayRef<StringRef> maps, ValueRange ins,
                   function_ref<Values(ValueRange)> body) {
    SmallVector<Axis> axes{all(m), at(row), all(s), all(columns)};
    Values made = b.generic("pqc", maps, ins,
                            {b.slice(y[0], axes), b.slice(y[1], axes)}, body);
    for (int64_t part : {0, 1})
      y[part] = b.insert(made[part], y[part], axes);
  };
  StringRef all3 = "pqc";
  write(0, {all3, all3, all3, all3, all3, all3}, {aRe, bRe, aIm, bIm},
        [&](ValueRange x) -> Values {
          return {plus(b, x[0], x[1]), plus(b, x[2], x[3])};
        });
  if (length == 2) {
    write(1, {all3, all3, all3, all3, all3, all3}, {aRe, bRe, aIm, bIm},
          [&](ValueRange x) -> Values {
            return {minus(b, x[0], x[1]), minus(b, x[2], x[3])};
          });
  } else {
    write(1, {all3, all3, all3, all3, "p", "p", all3, all3},
          {aRe, bRe, aIm, bIm, twiddles(false, length), twiddles(true, length)},
          [&](ValueRange x) -> Values {
            Value re = minus(b, x[0], x[1]), im = minus(b, x[2], x[3]);
            return {minus(b, times(b, re, x[4]), times(b, im, x[5])),
                    plus(b, times(b, re, x[5]), times(b, im, x[4]))};
          });
  }
  auto rowsOfTile = [&](Value tile) {
    return tensor::CollapseShapeOp::create(b, tile, groups);
  };
  return {rowsOfTile(y[0]), rowsOfTile(y[1])};
}

std::pair<ComplexTile, ComplexTile> Fft::transform(ComplexTile z,
                                                   ComplexTile scratch) {
  for (int64_t length = rows; length > 1; length /= 2) {
    ComplexTile next = stage(length, z, scratch);
    scratch = z;
    z = next;
  }
  return {z, scratch};
}

//===-- two real columns in one complex ------------------------------------===//

static Value sidesOf(BlockBuilder &b, Value tile, int64_t columns) {
  int64_t rows = staticDim(tile, 0);
  auto type = RankedTensorType::get({rows, 2, columns}, elementOf(tile));
  SmallVector<ReassociationIndices> groups{{0}, {1, 2}};
  return tensor::ExpandShapeOp::create(b, type, tile, groups);
}

// U[k] = (Z[k] + conj Z[-k]) / 2, V[k] = (Z[k] - conj Z[-k]) / 2i
ComplexTile Fft::splitReal(ComplexTile z, ComplexTile spectra) {
  Value half = b.number(element, 0.5), last = b.index(rows);
  auto row = [&](Value k, ValueRange carried) -> Values {
    Value back = b.createOrFold<arith::RemUIOp>(b.sub(last, k), last);
    Values ins, out(carried);
    for (Value part : {z.re, z.im})
      for (Value at : {k, back})
        ins.push_back(b.slice(part, {weft::at(at), all(columns)}));
    SmallVector<StringRef> maps(6, "c");
    for (int64_t side : {0, 1}) {
      SmallVector<Axis> axes{at(k), at(side), all(columns)};
      auto body = [&](ValueRange x) -> Values {
        Value re = side ? plus(b, x[2], x[3]) : plus(b, x[0], x[1]);
        Value im = side ? minus(b, x[1], x[0]) : minus(b, x[2], x[3]);
        return {times(b, re, half), times(b, im, half)};
      };
      Values made = b.generic(
          "c", maps, ins, {b.slice(out[0], axes), b.slice(out[1], axes)}, body);
      for (int64_t part : {0, 1})
        out[part] = b.insert(made[part], out[part], axes);
    }
    return out;
  };
  Values done = b.forLoop(b.index(0), b.index(rows / 2 + 1), 1,
                          {sidesOf(b, spectra.re, columns),
                           sidesOf(b, spectra.im, columns)},
                          row);
  SmallVector<ReassociationIndices> groups{{0}, {1, 2}};
  return {tensor::CollapseShapeOp::create(b, done[0], groups),
          tensor::CollapseShapeOp::create(b, done[1], groups)};
}

// Z[k] = U[k] + i V[k], Z[-k] = conj U[k] + i conj V[k]
ComplexTile Fft::joinReal(ComplexTile spectra, ComplexTile z) {
  Value sides[] = {sidesOf(b, spectra.re, columns),
                   sidesOf(b, spectra.im, columns)};
  auto write = [&](Value k, Value to, bool conjugate, Values out) -> Values {
    Values ins;
    for (Value part : sides)
      for (int64_t side : {0, 1})
        ins.push_back(b.slice(part, {at(k), at(side), all(columns)}));
    auto body = [&](ValueRange x) -> Values {
      if (conjugate)
        return {plus(b, x[0], x[3]), minus(b, x[1], x[2])};
      return {minus(b, x[0], x[3]), plus(b, x[2], x[1])};
    };
    SmallVector<Axis> axes{at(to), all(columns)};
    SmallVector<StringRef> maps(6, "c");
    Values made = b.generic(
        "c", maps, ins, {b.slice(out[0], axes), b.slice(out[1], axes)}, body);
    for (int64_t part : {0, 1})
      out[part] = b.insert(made[part], out[part], axes);
    return out;
  };
  Values low = b.forLoop(b.index(0), b.index(rows / 2 + 1), 1, {z.re, z.im},
                         [&](Value k, ValueRange carried) {
                           return write(k, k, false, Values(carried));
                         });
  Values both = b.forLoop(
      b.index(1), b.index(rows / 2), 1, low, [&](Value k, ValueRange carried) {
        return write(k, b.sub(b.index(rows), k), true, Values(carried));
      });
  return {both[0], both[1]};
}
