// Exponentials, logarithms and what is made of them, as arithmetic.
#ifndef WEFT_LIB_CONVERT_CPU_ELEMENTARYFUNCTIONS_H
#define WEFT_LIB_CONVERT_CPU_ELEMENTARYFUNCTIONS_H

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace weft {

/// What is known of an argument; the bound that it cannot meet costs nothing.
enum class Sign { Any, NotPositive, NotNegative };

/// Functions of f32 as arithmetic. Scalars and vectors get the same operations
/// and so the same bits. What the largest errors are is in
/// docs/logs/functions.txt.
class ElementaryFunctions {
public:
  /// Emits before `op`, for values of the type of its result.
  explicit ElementaryFunctions(mlir::Operation *op);

  mlir::Value exp(mlir::Value x, Sign sign);
  mlir::Value exp2(mlir::Value x);
  mlir::Value expm1(mlir::Value x);
  mlir::Value log(mlir::Value x);
  mlir::Value log1p(mlir::Value x);
  mlir::Value tanh(mlir::Value x);
  mlir::Value erf(mlir::Value x);
  /// 1 + e^x, rounded once where adding to exp(x) rounds twice.
  mlir::Value onePlusExp(mlir::Value x) { return onePlusExp(x, 0, Sign::Any); }
  /// log(1 + e^x) for x <= 0.
  mlir::Value softplusOfNotPositive(mlir::Value x);
  /// log(1 + e^x) = max(x, 0) + log(1 + e^-|x|), for e^x may overflow.
  mlir::Value softplus(mlir::Value x);
  /// x / (1 + e^-x).
  mlir::Value silu(mlir::Value x);

private:
  /// 2^n and the r that is left, of which e^r or 2^r is a polynomial.
  struct Power {
    mlir::Value n, scale, r;
  };

  mlir::Value splat(mlir::Type of, mlir::TypedAttr element);
  mlir::Value number(double value);
  mlir::Value integer(int32_t value);
  mlir::Value bits(mlir::Value x);
  mlir::Value fromBits(mlir::Value x);
  mlir::Value add(mlir::Value x, mlir::Value y);
  mlir::Value subtract(mlir::Value x, mlir::Value y);
  mlir::Value multiply(mlir::Value x, mlir::Value y);
  mlir::Value fma(mlir::Value x, mlir::Value y, mlir::Value z);
  mlir::Value negate(mlir::Value x);
  mlir::Value absolute(mlir::Value x);
  mlir::Value withSignOf(mlir::Value magnitude, mlir::Value x);
  mlir::Value select(mlir::Value condition, mlir::Value yes, mlir::Value no);
  mlir::Value less(mlir::Value x, mlir::Value y);
  mlir::Value atLeast(double bound, mlir::Value x);
  mlir::Value atMost(double bound, mlir::Value x);
  mlir::Value polynomial(mlir::Value r, llvm::ArrayRef<double> coefficients);

  Power split(mlir::Value shifted, double shift, Sign sign);
  Power powerOfE(mlir::Value x, int halvings, Sign sign);
  mlir::Value growth(const Power &power);
  mlir::Value onePlusExp(mlir::Value x, int halvings, Sign sign);
  mlir::Value logOfOnePlus(mlir::Value m);
  mlir::Value log1pInside(mlir::Value x);
  mlir::Value logOfZeroOrLess(mlir::Value isZero);

  mlir::ImplicitLocOpBuilder b;
  mlir::Type type, intType;
};

} // namespace weft

#endif
