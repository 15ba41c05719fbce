#include "dialects/mixer/EntryBuilder.h"
#include "dialects/mixer/Mixer.h"
#include "dialects/mixer/Shapes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace weft::mixer;

static SizeSources headsOf(Value tensor) {
  SizeSources sources;
  sources[1] = {{tensor, 0}};
  return sources;
}

/// A lower triangle, Toeplitz, whose blocks below the diagonal have this rank.
static Structure systemOf(int64_t order) {
  Structure result;
  result.restrictTo({0, std::nullopt});
  result.order = order;
  result.toeplitz = true;
  return result;
}

static DenseMatrix lowerTriangle(OpBuilder &builder, Location loc,
                                 Value entries, const MatrixSizes &sizes) {
  return restrictPresent(builder, loc, {entries, {}}, sizes,
                         [](const Scalars &s) {
                           return s.lessOrEqual(s.index('j'), s.index('i'));
                         });
}

static Value multiplyAdd(const Scalars &s, ValueRange in, Value sum) {
  return s.add(sum, s.multiply(in[0], in[1]));
}

static LogicalResult verifyRunAs(Operation *op,
                                 std::optional<StringRef> runAs) {
  if (runAs && *runAs != "scan" && *runAs != "convolution")
    return op->emitOpError(
               "expects run_as to be \"scan\" or \"convolution\", got \"")
           << *runAs << '"';
  return success();
}

//===-- vandermonde --------------------------------------------------------===//

LogicalResult VandermondeOp::verify() {
  if (failed(verifyStatic(*this, {"c_re", getCRe()}, {0, 1})) ||
      failed(verifyFiniteScale(*this, getScale())))
    return failure();
  return verifyRunAs(*this, getRunAs());
}

static Value widen(const Scalars &s, Value x) {
  Type wide = s.builder.getF64Type();
  if (x.getType() == wide)
    return x;
  return arith::ExtFOp::create(s.builder, s.loc, wide, x);
}

static Value narrow(const Scalars &s, Value x, Type element) {
  if (x.getType() == element)
    return x;
  return arith::TruncFOp::create(s.builder, s.loc, element, x);
}

/// Real and imaginary part of λ^power in f64, 0 ≤ power: an angle of many turns
/// has no digits left in f32.
static std::pair<Value, Value> powerOf(const Scalars &s, Value logAbs,
                                       Value angle, Value power) {
  OpBuilder &b = s.builder;
  Value whole = arith::IndexCastOp::create(b, s.loc, b.getI64Type(), power);
  Value factor = arith::SIToFPOp::create(b, s.loc, b.getF64Type(), whole);
  Value size = s.exp(s.multiply(factor, widen(s, logAbs)));
  Value turn = s.multiply(factor, widen(s, angle));
  return {s.multiply(size, math::CosOp::create(b, s.loc, turn)),
          s.multiply(size, math::SinOp::create(b, s.loc, turn))};
}

/// scale · Re c λ^power, or - scale · Im c λ^power; `parts` are c and λ.
static Value scaledPower(const Scalars &s, ValueRange parts, double scale,
                         Value power, bool imaginary) {
  auto [re, im] = powerOf(s, parts[2], parts[3], power);
  Value cRe = widen(s, parts[0]), cIm = widen(s, parts[1]);
  Value factor = s.constant(s.builder.getF64Type(), scale);
  Value value = imaginary ? s.add(s.multiply(cRe, im), s.multiply(cIm, re))
                          : s.subtract(s.multiply(cRe, re), s.multiply(cIm, im));
  if (imaginary)
    factor = s.constant(s.builder.getF64Type(), -scale);
  return s.multiply(factor, value);
}

// With l = 64 a + r: taps[h, l] = scale · Re Σ_n (c λ^{64 a}) λ^r, a product of
// matrices with two powers of each λ for every 64 taps.
Value VandermondeOp::taps(OpBuilder &builder, Value count) {
  constexpr int64_t kGroup = 64;
  Location loc = getLoc();
  RankedTensorType type = getCRe().getType();
  Type element = type.getElementType();
  OpFoldResult H = builder.getIndexAttr(type.getDimSize(0)),
               N = builder.getIndexAttr(type.getDimSize(1)),
               R = builder.getIndexAttr(kGroup), zero = builder.getIndexAttr(0),
               one = builder.getIndexAttr(1);
  Value groups = arith::CeilDivUIOp::create(
      builder, loc, count,
      arith::ConstantIndexOp::create(builder, loc, kGroup));
  OpFoldResult A = getAsOpFoldResult(groups);
  Value sum;
  for (bool imaginary : {false, true}) {
    Value left = buildEntries(
        builder, loc, "hn,hn,hn,hn->han",
        {getCRe(), getCIm(), getLogAbs(), getAngle()}, {H, A, N}, element,
        [&](const Scalars &s, ValueRange in, Value) {
          Value power = arith::MulIOp::create(s.builder, s.loc, s.index('a'),
                                              s.indexConstant(kGroup));
          return narrow(s, scaledPower(s, in, getScale().convertToDouble(),
                                       power, imaginary),
                        element);
        });
    Value right = buildEntries(
        builder, loc, "hn,hn->hnr", {getLogAbs(), getAngle()}, {H, N, R},
        element, [&](const Scalars &s, ValueRange in, Value) {
          auto [re, im] = powerOf(s, in[0], in[1], s.index('r'));
          return narrow(s, imaginary ? im : re, element);
        });
    Value product = buildEntries(builder, loc, "han,hnr->har", {left, right},
                                 {H, A, R}, element, multiplyAdd);
    sum = !sum ? product
               : buildEntries(builder, loc, "har,har->har", {sum, product},
                              {H, A, R}, element,
                              [](const Scalars &s, ValueRange in, Value) {
                                return s.add(in[0], in[1]);
                              });
  }
  SmallVector<ReassociationIndices> join{{0}, {1, 2}};
  Value all = tensor::CollapseShapeOp::create(builder, loc, sum, join);
  return tensor::ExtractSliceOp::create(
      builder, loc, all, ArrayRef<OpFoldResult>{zero, zero},
      ArrayRef<OpFoldResult>{H, getAsOpFoldResult(count)},
      ArrayRef<OpFoldResult>{one, one});
}

DenseMatrix VandermondeOp::materialize(OpBuilder &builder,
                                       const MatrixSizes &sizes,
                                       MaterializeFn) {
  Type element = getElementTypeOrSelf(getCRe());
  auto term = [&](const Scalars &s, ValueRange in, Value sum) -> Value {
    Value lag = s.subtractIndex(s.index('i'), s.index('j'));
    // Above the diagonal nothing is read; what is computed there is finite.
    Value zero = s.indexConstant(0);
    lag = s.select(s.less(lag, zero), zero, lag);
    Value term = scaledPower(s, in, getScale().convertToDouble(), lag,
                             /*imaginary=*/false);
    return s.add(sum, narrow(s, term, element));
  };
  Value entries = buildEntries(builder, getLoc(), "hn,hn,hn,hn->bhij",
                               {getCRe(), getCIm(), getLogAbs(), getAngle()},
                               sizes.asArray(), element, term);
  return lowerTriangle(builder, getLoc(), entries, sizes);
}

SizeSources VandermondeOp::sizeSources() { return headsOf(getCRe()); }

Structure VandermondeOp::structure(ArrayRef<Structure>) {
  return systemOf(2 * getCRe().getType().getDimSize(1));
}

//===-- powers -------------------------------------------------------------===//

LogicalResult PowersOp::verify() {
  NamedTensor c{"c", getC()}, a{"a", getA()};
  if (failed(verifyStatic(*this, c, {0, 1})) ||
      failed(verifyFiniteScale(*this, getScale())) ||
      failed(verifyRunAs(*this, getRunAs())))
    return failure();
  RankedTensorType expected =
      c.type().clone({c.size(0), c.size(1), c.size(1)});
  if (failed(verifyType(*this, "a", a.type(), expected)))
    return failure();
  return verifyType(*this, "b", getB().getType(), c.type());
}

Value PowersOp::taps(OpBuilder &builder, Value count) {
  Location loc = getLoc();
  RankedTensorType type = getC().getType();
  Type element = type.getElementType();
  OpFoldResult H = builder.getIndexAttr(type.getDimSize(0)),
               N = builder.getIndexAttr(type.getDimSize(1)),
               zero = builder.getIndexAttr(0), one = builder.getIndexAttr(1);
  double scale = getScale().convertToDouble();
  auto index = [&](int64_t value) {
    return arith::ConstantIndexOp::create(builder, loc, value);
  };
  Value taps = tensor::EmptyOp::create(
      builder, loc, {H, getAsOpFoldResult(count)}, element);
  auto step = [&](OpBuilder &b, Location loc, Value l, ValueRange carried) {
    // taps[l] = scale · cᵀ v, v = A v
    Value v = carried[0];
    Value tap = buildEntries(b, loc, "hn,hn->h", {getC(), v}, {H}, element,
                             multiplyAdd);
    tap = buildEntries(b, loc, "h->h", tap, {H}, element,
                       [&](const Scalars &s, ValueRange in, Value) {
                         return s.multiply(in[0], s.constant(element, scale));
                       });
    Value next = tensor::InsertSliceOp::create(
        b, loc, tap, carried[1], ArrayRef<OpFoldResult>{zero, l},
        ArrayRef<OpFoldResult>{H, one}, ArrayRef<OpFoldResult>{one, one});
    v = buildEntries(b, loc, "hmn,hn->hm", {getA(), v}, {H, N}, element,
                     multiplyAdd);
    scf::YieldOp::create(b, loc, ValueRange{v, next});
  };
  auto loop = scf::ForOp::create(builder, loc, index(0), count, index(1),
                                 ValueRange{getB(), taps}, step);
  return loop.getResult(1);
}

DenseMatrix PowersOp::materialize(OpBuilder &builder, const MatrixSizes &sizes,
                                  MaterializeFn) {
  Type element = getElementTypeOrSelf(getC());
  Value count =
      getValueOrCreateConstantIndexOp(builder, getLoc(), sizes.rows);
  Value made = taps(builder, count);
  Value entries = buildEntries(
      builder, getLoc(), "hl->bhij", made, sizes.asArray(), element,
      [&](const Scalars &s, ValueRange in, Value sum) {
        Value lag = s.subtractIndex(s.index('i'), s.index('j'));
        return s.select(s.equalIndex(lag, s.index('l')), in[0], sum);
      });
  return lowerTriangle(builder, getLoc(), entries, sizes);
}

SizeSources PowersOp::sizeSources() { return headsOf(getC()); }

Structure PowersOp::structure(ArrayRef<Structure>) {
  return systemOf(getC().getType().getDimSize(1));
}
