#include "Fft.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <cmath>

using namespace mlir;
using namespace weft;

Fft::Fft(BlockBuilder &b, int64_t rows, int64_t columns, Type element)
    : b(b), rows(rows), columns(columns), quarter(rows / 4), element(element) {}

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

/// cos or -sin of 2π p / rows for p < 3 rows / 4, exact where they are 0 and ±1.
Value Fft::table(bool imaginary) {
  SmallVector<Attribute> values;
  for (int64_t p = 0; p < 3 * quarter; ++p) {
    double angle = 2 * M_PI * double(p) / double(rows);
    double value = imaginary ? -std::sin(angle) : std::cos(angle);
    if (p % quarter == 0) {
      constexpr double cosines[] = {1, 0, -1}, sines[] = {0, -1, 0};
      value = imaginary ? sines[p / quarter] : cosines[p / quarter];
    }
    values.push_back(b.getFloatAttr(element, value));
  }
  auto type = RankedTensorType::get({3 * quarter}, element);
  return arith::ConstantOp::create(b, DenseElementsAttr::get(type, values));
}

/// exp(-2πi power p / length) for p < length / 4.
Value Fft::twiddles(bool imaginary, int64_t length, int64_t power) {
  auto type = RankedTensorType::get({length / 4}, element);
  OpFoldResult offset = b.getIndexAttr(0), size = b.getIndexAttr(length / 4),
               stride = b.getIndexAttr(power * (rows / length));
  return tensor::ExtractSliceOp::create(b, type, table(imaginary), offset, size,
                                        stride);
}

//===-- stages -------------------------------------------------------------===//

/// A quarter as `groups` groups of rows, [groups, rows of a group, columns].
Value Fft::view(Value tile, int64_t groups) {
  auto type =
      RankedTensorType::get({groups, quarter / groups, columns}, element);
  SmallVector<ReassociationIndices> split{{0, 1}, {2}};
  return tensor::ExpandShapeOp::create(b, type, tile, split);
}

Value Fft::flat(Value tile) {
  SmallVector<ReassociationIndices> joined{{0, 1}, {2}};
  return tensor::CollapseShapeOp::create(b, tile, joined);
}

// With s transforms of n numbers interleaved and x_j = x[p + j n / 4, q]:
// y[4p + k, q] = exp(-2πi k p / n) Σ_j (-i)^{jk} x_j, over [p, q, columns].
Values Fft::butterfly(int64_t length, const Radix4 &points) {
  Values ins = points.ins;
  SmallVector<StringRef> maps(8, "pqc");
  if (length > 4)
    for (int64_t k : {1, 2, 3})
      for (bool imaginary : {false, true}) {
        ins.push_back(twiddles(imaginary, length, k));
        maps.push_back("p");
      }
  maps.append(8, "pqc");
  auto body = [&](ValueRange x) -> Values {
    auto re = [&](int64_t j) { return x[2 * j]; };
    auto im = [&](int64_t j) { return x[2 * j + 1]; };
    Value evenRe = plus(b, re(0), re(2)), evenIm = plus(b, im(0), im(2));
    Value apartRe = minus(b, re(0), re(2)), apartIm = minus(b, im(0), im(2));
    Value oddRe = plus(b, re(1), re(3)), oddIm = plus(b, im(1), im(3));
    // -i (x_1 - x_3)
    Value turnedRe = minus(b, im(1), im(3)), turnedIm = minus(b, re(3), re(1));
    Values y{plus(b, evenRe, oddRe),      plus(b, evenIm, oddIm),
             plus(b, apartRe, turnedRe),  plus(b, apartIm, turnedIm),
             minus(b, evenRe, oddRe),     minus(b, evenIm, oddIm),
             minus(b, apartRe, turnedRe), minus(b, apartIm, turnedIm)};
    for (int64_t k = 1; k < 4 && length > 4; ++k) {
      Value wRe = x[6 + 2 * k], wIm = x[7 + 2 * k];
      Value yRe = y[2 * k], yIm = y[2 * k + 1];
      y[2 * k] = minus(b, times(b, yRe, wRe), times(b, yIm, wIm));
      y[2 * k + 1] = plus(b, times(b, yRe, wIm), times(b, yIm, wRe));
    }
    return y;
  };
  return b.generic("pqc", maps, ins, points.outs, body);
}

static SmallVector<Value *> valuesOf(Quarters &quarters) {
  SmallVector<Value *> values;
  for (ComplexTile &part : quarters.parts)
    values.append({&part.re, &part.im});
  return values;
}

/// All rows are one transform: x_j is quarter j.
Quarters Fft::firstStage(Quarters from, Quarters to) {
  Radix4 points;
  for (Value *value : valuesOf(from))
    points.ins.push_back(view(*value, quarter));
  for (Value *value : valuesOf(to))
    points.outs.push_back(view(*value, quarter));
  for (auto [value, made] : llvm::zip_equal(valuesOf(to), butterfly(rows, points)))
    *value = flat(made);
  return to;
}

// Before it, quarter k has the rows 4p + k of the stage before, [p, q]: those of
// the interleaved transforms k s / 4 + q. After it, quarter k has its own.
Quarters Fft::stage(int64_t length, Quarters from, Quarters to) {
  int64_t m = length / 4, each = quarter / length;
  for (Value *value : valuesOf(to))
    *value = view(*value, m);
  for (int64_t k = 0; k < 4; ++k) {
    Value re = view(from[k].re, length), im = view(from[k].im, length);
    Radix4 points;
    for (int64_t j = 0; j < 4; ++j)
      for (Value part : {re, im})
        points.ins.push_back(b.slice(
            part, {range(j * m, m), all(each), all(columns)}));
    SmallVector<Axis> own{all(m), range(k * each, each), all(columns)};
    for (Value *value : valuesOf(to))
      points.outs.push_back(b.slice(*value, own));
    for (auto [value, made] :
         llvm::zip_equal(valuesOf(to), butterfly(length, points)))
      *value = b.insert(made, *value, own);
  }
  for (Value *value : valuesOf(to))
    *value = flat(*value);
  return to;
}

// Pairs are left where the number of rows is no power of four: y[q] = a + b and
// y[rows / 2 + q] = a - b for a, b = x[0, q], x[1, q].
Quarters Fft::lastPairs(Quarters from, Quarters to) {
  int64_t each = quarter / 2;
  for (int64_t k = 0; k < 4; ++k) {
    ComplexTile &low = to[k / 2], &high = to[2 + k / 2];
    SmallVector<Axis> own{range(k % 2 * each, each), all(columns)};
    Values ins, outs;
    for (Value part : {from[k].re, from[k].im})
      for (int64_t side : {0, 1})
        ins.push_back(b.slice(part, {range(side * each, each), all(columns)}));
    SmallVector<Value *> written{&low.re, &low.im, &high.re, &high.im};
    for (Value *value : written)
      outs.push_back(b.slice(*value, own));
    SmallVector<StringRef> maps(8, "qc");
    Values made = b.generic("qc", maps, ins, outs, [&](ValueRange x) -> Values {
      return {plus(b, x[0], x[1]), plus(b, x[2], x[3]), minus(b, x[0], x[1]),
              minus(b, x[2], x[3])};
    });
    for (auto [value, part] : llvm::zip_equal(written, made))
      *value = b.insert(part, *value, own);
  }
  return to;
}

Quarters Fft::transform(Quarters z, Quarters scratch) {
  Quarters done = firstStage(z, scratch), free = z;
  for (int64_t length = quarter; length > 1; length /= 4) {
    Quarters next = length == 2 ? lastPairs(done, free)
                                : stage(length, done, free);
    free = done;
    done = next;
  }
  return done;
}

//===-- two real columns in one complex ------------------------------------===//

static Value sidesOf(BlockBuilder &b, Value tile, int64_t columns) {
  int64_t rows = staticDim(tile, 0);
  auto type = RankedTensorType::get({rows, 2, columns}, elementOf(tile));
  SmallVector<ReassociationIndices> groups{{0}, {1, 2}};
  return tensor::ExpandShapeOp::create(b, type, tile, groups);
}

namespace {
/// Rows `from` to `to` - 1 of the first half of a spectrum and their mirror
/// images, `from` to zero: each range lies in one quarter.
struct Mirrored {
  int64_t from, to, quarter, mirror;
  /// Row k is row k - begin of the quarter, its image row end - k of the other.
  int64_t begin, end;
};
} // namespace

/// Row 0 and row rows / 2 are images of themselves.
static SmallVector<Mirrored> mirroredRows(int64_t quarter) {
  int64_t half = 2 * quarter;
  return {{0, 1, 0, 0, 0, 0},
          {1, quarter, 0, 3, 0, quarter},
          {quarter, quarter + 1, 1, 3, quarter, quarter},
          {quarter + 1, half, 1, 2, quarter, half},
          {half, half + 1, 2, 2, half, half}};
}

// U[k] = (Z[k] + conj Z[-k]) / 2, V[k] = (Z[k] - conj Z[-k]) / 2i
ComplexTile Fft::splitReal(const Quarters &z, ComplexTile spectra) {
  Value factor = b.number(element, 0.5);
  Values out{sidesOf(b, spectra.re, columns), sidesOf(b, spectra.im, columns)};
  for (const Mirrored &range : mirroredRows(quarter)) {
    const ComplexTile &near = z[range.quarter], &far = z[range.mirror];
    auto row = [&](Value k, ValueRange carried) -> Values {
      Values ins, made(carried);
      Value own = b.sub(k, b.index(range.begin));
      Value image = b.sub(b.index(range.end), k);
      for (auto [here, there] : {std::pair{near.re, far.re}, {near.im, far.im}}) {
        ins.push_back(b.slice(here, {at(own), all(columns)}));
        ins.push_back(b.slice(there, {at(image), all(columns)}));
      }
      SmallVector<StringRef> maps(6, "c");
      for (int64_t side : {0, 1}) {
        SmallVector<Axis> axes{at(k), at(side), all(columns)};
        auto body = [&](ValueRange x) -> Values {
          Value re = side ? plus(b, x[2], x[3]) : plus(b, x[0], x[1]);
          Value im = side ? minus(b, x[1], x[0]) : minus(b, x[2], x[3]);
          return {times(b, re, factor), times(b, im, factor)};
        };
        Values rows = b.generic("c", maps, ins,
                                {b.slice(made[0], axes), b.slice(made[1], axes)},
                                body);
        for (int64_t part : {0, 1})
          made[part] = b.insert(rows[part], made[part], axes);
      }
      return made;
    };
    out = b.forLoop(b.index(range.from), b.index(range.to), 1, out, row);
  }
  SmallVector<ReassociationIndices> groups{{0}, {1, 2}};
  return {tensor::CollapseShapeOp::create(b, out[0], groups),
          tensor::CollapseShapeOp::create(b, out[1], groups)};
}

// Z[k] = U[k] + i V[k], Z[-k] = conj U[k] + i conj V[k]
Quarters Fft::joinReal(ComplexTile spectra, Quarters z) {
  Value sides[] = {sidesOf(b, spectra.re, columns),
                   sidesOf(b, spectra.im, columns)};
  auto write = [&](const Mirrored &range, bool image) {
    ComplexTile &to = z[image ? range.mirror : range.quarter];
    auto row = [&](Value k, ValueRange carried) -> Values {
      Value own = image ? b.sub(b.index(range.end), k)
                        : b.sub(k, b.index(range.begin));
      Values ins, made(carried);
      for (Value part : sides)
        for (int64_t side : {0, 1})
          ins.push_back(b.slice(part, {at(k), at(side), all(columns)}));
      auto body = [&](ValueRange x) -> Values {
        if (image)
          return {plus(b, x[0], x[3]), minus(b, x[1], x[2])};
        return {minus(b, x[0], x[3]), plus(b, x[2], x[1])};
      };
      SmallVector<Axis> axes{at(own), all(columns)};
      SmallVector<StringRef> maps(6, "c");
      Values rows = b.generic("c", maps, ins,
                              {b.slice(made[0], axes), b.slice(made[1], axes)},
                              body);
      for (int64_t part : {0, 1})
        made[part] = b.insert(rows[part], made[part], axes);
      return made;
    };
    Values both = b.forLoop(b.index(range.from), b.index(range.to), 1,
                            {to.re, to.im}, row);
    to = {both[0], both[1]};
  };
  for (const Mirrored &range : mirroredRows(quarter)) {
    write(range, false);
    if (range.quarter != range.mirror)
      write(range, true);
  }
  return z;
}
