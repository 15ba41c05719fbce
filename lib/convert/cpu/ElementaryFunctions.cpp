// Polynomials are minimax fits with coefficients rounded to f32, the constant
// terms exact where a function has an exact value.
#include "ElementaryFunctions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace weft;

static constexpr double infinity = std::numeric_limits<double>::infinity();
static constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
static constexpr double ln2 = 0.6931471805599453;
static constexpr double log2OfE = 1.4426950408889634;

/// Added to |t| < 2^22, leaves round(t) in the low bits of the sum.
static constexpr double roundingShift = 12582912.0; // 1.5 * 2^23
static constexpr int mantissaBits = 23, exponentBias = 127;

/// The difference to the bits of 3/4, without its mantissa, is k 2^23 for what
/// is 2^k times a number from 3/4 to 3/2.
static constexpr int32_t bitsOfThreeQuarters = 0x3f400000,
                         exponentMask = -(1 << mantissaBits);

/// e^r and 2^r, from the highest power down. They hold for r to -1/2 and 1/2 of
/// ln 2 or of 1, and less closely to the whole of it: 2^128 has no f32, so that
/// powers next to it are 2^127 2^r.
static constexpr double powersOfE[] = {
    0.0016019814647734165, 0.008341855369508266, 0.04162441939115524,
    0.16666781902313232,   0.5000019669532776,   1.0,
    1.0};
static constexpr double powersOfTwo[] = {
    0.00017763279902283102, 0.0013347378699108958, 0.009608409367501736,
    0.05550447851419449,    0.24022744596004486,   0.6931471824645996,
    1.0};

/// (e^r - 1) / r, as close for small r.
static constexpr double growthOfE[] = {
    0.00022567393898498267, 0.0013891290873289108, 0.00832814909517765,
    0.0416669026017189,     0.1666668951511383,    0.5,
    1.0};

/// (log(1 + m) - m + m²/2) / m³ for m from -1/4 to 1/2.
static constexpr double logTail[] = {
    -0.0451497882604599,  0.10472933948040009, -0.1316470503807068,
    0.14477959275245667,  -0.16646884381771088, 0.1999082714319229,
    -0.25000107288360596, 0.3333345055580139};

/// (tanh(x) - x) / x³ as a function of x², for |x| < 0.55.
static constexpr double tanhTail[] = {0.01643787883222103, -0.05267200991511345,
                                      0.1332072913646698, -0.3333294689655304};

/// erf(x) / x as a function of u = 2 (x / 3.75)² - 1, for |x| <= 3.75.
static constexpr double erfRatio[] = {
    0.0008805805700831115, -0.0022296220995485783, 0.0018727759597823024,
    -0.0029837905894964933, 0.009161649271845818, -0.01675180345773697,
    0.024902591481804848, -0.03730851411819458, 0.05364419147372246,
    -0.0716126412153244, 0.09073495119810104, -0.11193984001874924,
    0.13926921784877777, -0.18803001940250397, 0.37705692648887634};

ElementaryFunctions::ElementaryFunctions(Operation *op)
    : b(op->getLoc(), op), type(op->getResult(0).getType()),
      intType(b.getI32Type()) {
  if (auto vector = dyn_cast<VectorType>(type))
    intType = vector.clone(b.getI32Type());
}

Value ElementaryFunctions::splat(Type of, TypedAttr element) {
  if (auto vector = dyn_cast<VectorType>(of))
    return arith::ConstantOp::create(b, DenseElementsAttr::get(vector, element));
  return arith::ConstantOp::create(b, element);
}
Value ElementaryFunctions::number(double value) {
  return splat(type, b.getF32FloatAttr(value));
}
Value ElementaryFunctions::integer(int32_t value) {
  return splat(intType, b.getI32IntegerAttr(value));
}
Value ElementaryFunctions::bits(Value x) {
  return arith::BitcastOp::create(b, intType, x);
}
Value ElementaryFunctions::fromBits(Value x) {
  return arith::BitcastOp::create(b, type, x);
}
Value ElementaryFunctions::add(Value x, Value y) {
  return arith::AddFOp::create(b, x, y);
}
Value ElementaryFunctions::subtract(Value x, Value y) {
  return arith::SubFOp::create(b, x, y);
}
Value ElementaryFunctions::multiply(Value x, Value y) {
  return arith::MulFOp::create(b, x, y);
}
Value ElementaryFunctions::fma(Value x, Value y, Value z) {
  return math::FmaOp::create(b, x, y, z);
}
Value ElementaryFunctions::negate(Value x) {
  return arith::NegFOp::create(b, x);
}
Value ElementaryFunctions::absolute(Value x) {
  return math::AbsFOp::create(b, x);
}
Value ElementaryFunctions::withSignOf(Value magnitude, Value x) {
  return math::CopySignOp::create(b, magnitude, x);
}
Value ElementaryFunctions::select(Value condition, Value yes, Value no) {
  return arith::SelectOp::create(b, condition, yes, no);
}
Value ElementaryFunctions::less(Value x, Value y) {
  return arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, x, y);
}

/// One instruction on x86 in this order of operands; NaN stays NaN.
Value ElementaryFunctions::atLeast(double bound, Value x) {
  Value limit = number(bound);
  return select(arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, limit, x),
                limit, x);
}
Value ElementaryFunctions::atMost(double bound, Value x) {
  Value limit = number(bound);
  return select(less(limit, x), limit, x);
}

/// Coefficients from the highest power down.
Value ElementaryFunctions::polynomial(Value r, ArrayRef<double> coefficients) {
  Value p = number(coefficients.front());
  for (double c : coefficients.drop_front())
    p = fma(p, r, number(c));
  return p;
}

/// n and 2^(n - halvings) of `shifted`, n + shift, whose low bits are the
/// exponent of that power: 0 for the lowest n. Above the highest it stays there.
ElementaryFunctions::Power
ElementaryFunctions::split(Value shifted, double shift, Sign sign) {
  // As integers, for which more units than for numbers can be had.
  if (sign != Sign::NotPositive)
    shifted = fromBits(arith::MinSIOp::create(
        b, bits(shifted),
        bits(number(roundingShift + 2 * exponentBias))));
  Value exponent =
      arith::ShLIOp::create(b, bits(shifted), integer(mantissaBits));
  return {subtract(shifted, number(shift)), fromBits(exponent), {}};
}

/// x = n ln 2 + r. Where n is bounded above r grows with x, and so does what
/// is made of it; where x is bounded below 2^(n - halvings) is 0.
ElementaryFunctions::Power
ElementaryFunctions::powerOfE(Value x, int halvings, Sign sign) {
  if (sign != Sign::NotNegative)
    x = atLeast((halvings - exponentBias + 0.04) * ln2, x);
  double shift = roundingShift + exponentBias - halvings;
  Power power = split(fma(x, number(log2OfE), number(shift)), shift, sign);
  // ln 2 in two parts; with both below 0 a -0 stays one.
  power.r = fma(power.n, number(-0.693145751953125), x);
  power.r = fma(power.n, number(-1.428606765330187e-06), power.r);
  return power;
}

/// e^x = 2^n e^r
Value ElementaryFunctions::exp(Value x, Sign sign) {
  Power power = powerOfE(x, 0, sign);
  return multiply(polynomial(power.r, powersOfE), power.scale);
}

/// 2^x = 2^n 2^r with r = x - n
Value ElementaryFunctions::exp2(Value x) {
  x = atLeast(0.04 - exponentBias, x);
  double shift = roundingShift + exponentBias;
  Power power = split(add(x, number(shift)), shift, Sign::Any);
  power.r = subtract(x, power.n);
  return multiply(polynomial(power.r, powersOfTwo), power.scale);
}

/// e^r - 1
Value ElementaryFunctions::growth(const Power &power) {
  return multiply(power.r, polynomial(power.r, growthOfE));
}

/// e^x - 1 = 2^n (e^r - 1) - (1 - 2^n), in this form for the sake of -0.
Value ElementaryFunctions::expm1(Value x) {
  Power power = powerOfE(x, 0, Sign::Any);
  return fma(growth(power), power.scale,
             negate(subtract(number(1.0), power.scale)));
}

/// u (1 + e^x) = s (e^r - 1) + s + u with s = 2^n u and u = 2^-halvings: the
/// larger of s and u last, which is the only rounding that counts.
Value ElementaryFunctions::onePlusExp(Value x, int halvings, Sign sign) {
  Power power = powerOfE(x, halvings, sign);
  double unit = std::ldexp(1.0, -halvings);
  bool isLarger = sign == Sign::NotNegative;
  Value smaller = isLarger ? number(unit) : atMost(unit, power.scale);
  Value larger = isLarger ? power.scale : atLeast(unit, power.scale);
  return add(fma(growth(power), power.scale, smaller), larger);
}

/// x / (1 + e^-x). Below -88.7 the divisor is beyond f32 and the quotient is
/// not: it is divided by 2^8. Where x / 2^-8 is beyond f32 the result is x.
Value ElementaryFunctions::silu(Value x) {
  const int halvings = 8;
  Value divisor = onePlusExp(negate(x), halvings, Sign::Any);
  Value quotient = multiply(arith::DivFOp::create(b, x, divisor),
                            number(std::ldexp(1.0, -halvings)));
  return select(less(number(64.0), x), x, quotient);
}

/// log(1 + m) for m from -1/4 to 1/2.
Value ElementaryFunctions::logOfOnePlus(Value m) {
  Value tail = fma(polynomial(m, logTail), m, number(-0.5));
  return fma(tail, multiply(m, m), m);
}

/// -infinity for 0, NaN below.
Value ElementaryFunctions::logOfZeroOrLess(Value isZero) {
  return select(isZero, number(-infinity), number(notANumber));
}

/// x = 2^k (1 + m)
Value ElementaryFunctions::log(Value x) {
  // Numbers without a leading one get it, and an exponent, by a factor 2^23.
  Value tiny = less(x, number(0x1p-126));
  Value scaled = select(tiny, multiply(x, number(0x1p23)), x);
  Value k = arith::AndIOp::create(
      b,
      arith::SubIOp::create(b, bits(scaled), integer(bitsOfThreeQuarters)),
      integer(exponentMask));
  Value m = subtract(fromBits(arith::SubIOp::create(b, bits(scaled), k)),
                     number(1.0));
  Value exponent = add(arith::SIToFPOp::create(b, type, k),
                       select(tiny, number(-23 * 0x1p23), number(0.0)));
  Value y = fma(exponent, number(ln2 * 0x1p-23), logOfOnePlus(m));
  y = select(less(x, number(infinity)), y, x);
  Value isZero = arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, x,
                                       number(0.0));
  Value isOutside = arith::CmpFOp::create(b, arith::CmpFPredicate::OLE, x,
                                          number(0.0));
  return select(isOutside, logOfZeroOrLess(isZero), y);
}

/// 1 + x = 2^k (1 + m), m = 2^-k x - (1 - 2^-k), for x above -1. All in -k, and
/// in this form, for the sake of -0; 2^(2-k) has an exponent where 2^-k may not.
Value ElementaryFunctions::log1pInside(Value x) {
  Value minusK = arith::AndIOp::create(
      b,
      arith::SubIOp::create(b, integer(bitsOfThreeQuarters - exponentMask - 1),
                            bits(add(x, number(1.0)))),
      integer(exponentMask));
  Value fourfold = fromBits(
      arith::AddIOp::create(b, minusK, integer(0x40800000))); // bits of 4
  Value scale = multiply(fourfold, number(0.25));
  Value m = fma(x, scale, negate(subtract(number(1.0), scale)));
  return fma(arith::SIToFPOp::create(b, type, minusK),
             number(-ln2 * 0x1p-23), logOfOnePlus(m));
}

Value ElementaryFunctions::log1p(Value x) {
  Value y = select(less(x, number(infinity)), log1pInside(x), x);
  Value isEnd = arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, x,
                                      number(-1.0));
  Value isOutside = arith::CmpFOp::create(b, arith::CmpFPredicate::OLE, x,
                                          number(-1.0));
  return select(isOutside, logOfZeroOrLess(isEnd), y);
}

Value ElementaryFunctions::softplusOfNotPositive(Value x) {
  return log1pInside(exp(x, Sign::NotPositive));
}

Value ElementaryFunctions::softplus(Value x) {
  Value zero = number(0.0);
  return add(select(less(zero, x), x, zero),
             softplusOfNotPositive(negate(absolute(x))));
}

/// tanh |x| = 1 - 2 / (1 + e^2|x|), near 0 a polynomial.
Value ElementaryFunctions::tanh(Value x) {
  Value a = absolute(x), square = multiply(a, a);
  Value near = fma(polynomial(square, tanhTail), multiply(a, square), a);
  Value far = subtract(
      number(1.0), arith::DivFOp::create(
                       b, number(2.0),
                       onePlusExp(add(a, a), 0, Sign::NotNegative)));
  return withSignOf(select(less(a, number(0.55)), near, far), x);
}

/// x times a polynomial of x²; beyond its end the product grows with x and is
/// cut at 1.
Value ElementaryFunctions::erf(Value x) {
  const double end = 3.75;
  Value square = atMost(end * end, multiply(x, x));
  Value u = fma(square, number(2 / (end * end)), number(-1.0));
  return atMost(1.0, atLeast(-1.0, multiply(x, polynomial(u, erfRatio))));
}
