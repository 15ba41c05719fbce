// The scalar ops of arith and math as functions on doubles. Integers are whole
// doubles, true is 1.
#include "lib/transform/Evaluate.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/StringMap.h"

#include <cmath>

using namespace mlir;
using namespace weft;

using Args = llvm::ArrayRef<double>;

/// maximumf and minimumf give NaN for NaN.
static double maximum(double a, double b) {
  return std::isnan(a) || std::isnan(b) ? NAN : std::max(a, b);
}
static double minimum(double a, double b) {
  return std::isnan(a) || std::isnan(b) ? NAN : std::min(a, b);
}
static double identity(Args x) { return x[0]; }

static const llvm::StringMap<ScalarFunction> &functionsByName() {
  static const llvm::StringMap<ScalarFunction> functions = {
      {"arith.addf", [](Args x) { return x[0] + x[1]; }},
      {"arith.subf", [](Args x) { return x[0] - x[1]; }},
      {"arith.mulf", [](Args x) { return x[0] * x[1]; }},
      {"arith.divf", [](Args x) { return x[0] / x[1]; }},
      {"arith.remf", [](Args x) { return std::fmod(x[0], x[1]); }},
      {"arith.negf", [](Args x) { return -x[0]; }},
      {"arith.maximumf", [](Args x) { return maximum(x[0], x[1]); }},
      {"arith.minimumf", [](Args x) { return minimum(x[0], x[1]); }},
      {"arith.maxnumf", [](Args x) { return std::fmax(x[0], x[1]); }},
      {"arith.minnumf", [](Args x) { return std::fmin(x[0], x[1]); }},
      {"arith.select", [](Args x) { return x[0] ? x[1] : x[2]; }},
      {"arith.extf", identity},
      {"arith.truncf", identity},
      {"arith.sitofp", identity},
      {"arith.uitofp", identity},
      {"arith.index_cast", identity},
      {"arith.index_castui", identity},
      {"arith.extui", identity},
      {"arith.addi", [](Args x) { return x[0] + x[1]; }},
      {"arith.subi", [](Args x) { return x[0] - x[1]; }},
      {"arith.muli", [](Args x) { return x[0] * x[1]; }},
      {"arith.divsi", [](Args x) { return std::trunc(x[0] / x[1]); }},
      {"arith.floordivsi", [](Args x) { return std::floor(x[0] / x[1]); }},
      {"arith.remsi", [](Args x) { return std::fmod(x[0], x[1]); }},
      {"arith.maxsi", [](Args x) { return std::max(x[0], x[1]); }},
      {"arith.minsi", [](Args x) { return std::min(x[0], x[1]); }},
      {"arith.andi",
       [](Args x) { return double(int64_t(x[0]) & int64_t(x[1])); }},
      {"arith.ori",
       [](Args x) { return double(int64_t(x[0]) | int64_t(x[1])); }},
      {"arith.xori",
       [](Args x) { return double(int64_t(x[0]) ^ int64_t(x[1])); }},
      {"math.absf", [](Args x) { return std::fabs(x[0]); }},
      {"math.ceil", [](Args x) { return std::ceil(x[0]); }},
      {"math.copysign", [](Args x) { return std::copysign(x[0], x[1]); }},
      {"math.cos", [](Args x) { return std::cos(x[0]); }},
      {"math.erf", [](Args x) { return std::erf(x[0]); }},
      {"math.exp", [](Args x) { return std::exp(x[0]); }},
      {"math.exp2", [](Args x) { return std::exp2(x[0]); }},
      {"math.expm1", [](Args x) { return std::expm1(x[0]); }},
      {"math.floor", [](Args x) { return std::floor(x[0]); }},
      {"math.fma", [](Args x) { return std::fma(x[0], x[1], x[2]); }},
      {"math.log", [](Args x) { return std::log(x[0]); }},
      {"math.log1p", [](Args x) { return std::log1p(x[0]); }},
      {"math.log2", [](Args x) { return std::log2(x[0]); }},
      {"math.powf", [](Args x) { return std::pow(x[0], x[1]); }},
      {"math.round", [](Args x) { return std::round(x[0]); }},
      {"math.rsqrt", [](Args x) { return 1 / std::sqrt(x[0]); }},
      {"math.sin", [](Args x) { return std::sin(x[0]); }},
      {"math.sqrt", [](Args x) { return std::sqrt(x[0]); }},
      {"math.tanh", [](Args x) { return std::tanh(x[0]); }},
  };
  return functions;
}

/// -1, 0 or 1, or 2 where one of them is NaN.
static int compared(double a, double b) {
  if (std::isnan(a) || std::isnan(b))
    return 2;
  return (a > b) - (a < b);
}

/// Bits of a float predicate, as in LLVM: 1 equal, 2 greater, 4 less, 8 NaN.
static ScalarFunction comparison(arith::CmpFPredicate predicate) {
  unsigned bits = unsigned(predicate);
  return [bits](Args x) -> double {
    constexpr unsigned bitOf[] = {4, 1, 2, 8};
    return (bits & bitOf[compared(x[0], x[1]) + 1]) != 0;
  };
}

static ScalarFunction comparison(arith::CmpIPredicate predicate) {
  using P = arith::CmpIPredicate;
  switch (predicate) {
  case P::eq:
    return [](Args x) -> double { return x[0] == x[1]; };
  case P::ne:
    return [](Args x) -> double { return x[0] != x[1]; };
  case P::slt:
  case P::ult:
    return [](Args x) -> double { return x[0] < x[1]; };
  case P::sle:
  case P::ule:
    return [](Args x) -> double { return x[0] <= x[1]; };
  case P::sgt:
  case P::ugt:
    return [](Args x) -> double { return x[0] > x[1]; };
  case P::sge:
  case P::uge:
    return [](Args x) -> double { return x[0] >= x[1]; };
  }
  return {};
}

ScalarFunction weft::scalarFunction(Operation *op) {
  if (auto compare = dyn_cast<arith::CmpFOp>(op))
    return comparison(compare.getPredicate());
  if (auto compare = dyn_cast<arith::CmpIOp>(op))
    return comparison(compare.getPredicate());
  return functionsByName().lookup(op->getName().getStringRef());
}
