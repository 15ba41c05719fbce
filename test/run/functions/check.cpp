// Compares the elementary functions of a compiled model with the C library.
//
//   check sample     every sign and exponent with 2^13 mantissas, in long double
//   check all        all 2^32 inputs, in double
//
// Prints a line for each function: its largest error, where, and the limit.
#include "functions.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

namespace {
const weft_api *api;
weft_model *model;

// Rows of 1024 fill vectors, rows of 7 do not; a block is a number of both.
constexpr int64_t vectorWidth = 1024, scalarWidth = 7;
constexpr int64_t blockSize = 8 * vectorWidth * scalarWidth;

enum class Limit { TwoUlp, Absolute };

/// The largest error so far.
struct Worst {
  double error = 0;
  float at = 0;
};

void run(const std::string &entry, const float *x, float *y, int64_t width) {
  weft_error error;
  auto tensor = [&](const char *name, void *data) {
    weft_tensor t = {name, data, blockSize * 4, WEFT_F32, 2,
                     {blockSize / width, width}};
    return t;
  };
  weft_tensor in = tensor("x", const_cast<float *>(x)), out = tensor("y", y);
  if (api->run(model, nullptr, entry.c_str(), &in, 1, &out, 1, &error)) {
    fprintf(stderr, "%s: %s\n", entry.c_str(), error.message);
    exit(2);
  }
}

uint32_t bitsOf(float x) {
  uint32_t bits;
  memcpy(&bits, &x, 4);
  return bits;
}

float fromBits(uint32_t bits) {
  float x;
  memcpy(&x, &bits, 4);
  return x;
}

/// Infinity counts as 2^128, the first number that f32 has not.
template <typename T> T finite(T x) {
  return std::isinf(x) || std::fabs(x) > T(0x1p128)
             ? std::copysign(T(0x1p128), x)
             : x;
}

/// The distance of two f32 at `exact`.
double ulp(double exact) {
  uint64_t bits;
  memcpy(&bits, &exact, 8);
  bits &= uint64_t(0x7ff) << 52;
  double power;
  memcpy(&power, &bits, 8);
  return std::max(power, 0x1p-126) * 0x1p-23;
}

/// In ulp, or in 2^-22 max(1, |x|); infinite for a wrong special value.
template <typename T> double errorOf(Limit limit, float x, float y, T exact) {
  const double wrong = std::numeric_limits<double>::infinity();
  if (std::isnan(exact) || std::isnan(y))
    return std::isnan(exact) && std::isnan(y) ? 0 : wrong;
  if (exact == 0)
    return y == 0 && std::signbit(y) == std::signbit(exact) ? 0 : wrong;
  if (std::fabs(exact) > T(0x1.000004p128) && !std::isinf(y))
    return wrong;
  T distance = std::fabs(finite(T(y)) - finite(exact));
  if (limit == Limit::Absolute)
    return std::isinf(x) ? 0 : double(distance * T(0x1p22) / std::max(T(1), std::fabs(T(x))));
  if (std::fabs(exact) < T(0x1p-126) && y == 0)
    return 0;
  return double(distance) / ulp(double(finite(exact)));
}

/// Four doubles, and their functions in the C library's library of vectors.
/// Beyond `end`, where f32 does not see the result change, that is slow.
typedef double Vector __attribute__((ext_vector_type(4)));
Vector within(Vector x, double end) {
  x = x > end && x < std::numeric_limits<double>::infinity() ? end : x;
  return x < -end && x > -std::numeric_limits<double>::infinity() ? -end : x;
}
#define OF_VECTORS(NAME, END)                                                  \
  extern "C" Vector _ZGVdN4v_##NAME(Vector);                                   \
  Vector NAME(Vector x) { return _ZGVdN4v_##NAME(within(x, END)); }            \
  using std::NAME;
OF_VECTORS(exp, 300)
OF_VECTORS(exp2, 300)
OF_VECTORS(expm1, 300)
OF_VECTORS(log, 0x1p128)
OF_VECTORS(log1p, 0x1p128)
OF_VECTORS(tanh, 40)
OF_VECTORS(erf, 10)
#undef OF_VECTORS

template <typename T> T positive(T x) { return x > 0 ? x : T(0); }
template <typename T> T magnitude(T x) { return x > 0 ? x : -x; }
template <typename T> T softplusOfMinus(T x) {
  return log1p(exp(-magnitude(x)));
}

#define FUNCTION(NAME, LIMIT, FORMULA)                                         \
  struct NAME##_function {                                                     \
    static constexpr const char *name = #NAME;                                 \
    static constexpr Limit limit = Limit::LIMIT;                               \
    template <typename T> static T exact(T x) { return FORMULA; }              \
  };
FUNCTION(exp, TwoUlp, exp(x))
FUNCTION(exp2, TwoUlp, exp2(x))
FUNCTION(expm1, TwoUlp, expm1(x))
FUNCTION(log, TwoUlp, log(x))
FUNCTION(log1p, TwoUlp, log1p(x))
FUNCTION(tanh, TwoUlp, tanh(x))
FUNCTION(erf, Absolute, erf(x))
FUNCTION(sigmoid, TwoUlp, 1 / (1 + exp(-x)))
FUNCTION(silu, TwoUlp, x / (1 + exp(-x)))
FUNCTION(silu_product, TwoUlp, x / (1 + exp(-x)))
FUNCTION(softplus, TwoUlp, positive(x) + softplusOfMinus(x))
FUNCTION(softplus_plain, TwoUlp, positive(x) + softplusOfMinus(x))
FUNCTION(log_sigmoid, TwoUlp, (x < 0 ? x : T(0)) - softplusOfMinus(x))
FUNCTION(gelu, Absolute, T(0.5) * x * (1 + erf(x * T(0.70710678118654752440L))))
FUNCTION(gelu_tanh, Absolute,
         T(0.5) * x * (1 + tanh(T(0.79788456080286535588L) * (x + T(0.044715L) * x * x * x))))
#undef FUNCTION

/// Most values, for which no division is needed to see that they are no worse:
/// an ulp is more than 2^-24 of a number.
template <typename T>
bool isNoWorse(Limit limit, float x, float y, T exact, double worst) {
  if (exact == 0)
    return false;
  if (T(y) == exact)
    return true;
  T distance = std::fabs(T(y) - exact), size = std::fabs(exact);
  if (limit == Limit::Absolute)
    return distance * T(0x1p22) <= worst * std::max(T(1), std::fabs(T(x)));
  return size < T(0x1p-126) ? y == 0
                            : size < T(0x1p127) &&
                                  distance <= worst * T(0x1p-24) * size;
}

template <typename F>
void compute(const std::vector<float> &x, std::vector<long double> &exact) {
  for (int64_t i = 0; i < blockSize; ++i)
    exact[i] = F::exact(static_cast<long double>(x[i]));
}

template <typename F>
void compute(const std::vector<float> &x, std::vector<double> &exact) {
  for (int64_t i = 0; i < blockSize; i += 4) {
    Vector four = {x[i], x[i + 1], x[i + 2], x[i + 3]};
    four = F::exact(four);
    memcpy(&exact[i], &four, sizeof four);
  }
}

template <typename F, typename T>
void judge(const std::vector<float> &x, const std::vector<float> &y,
           Worst &worst) {
  static std::vector<T> exact(blockSize);
  compute<F>(x, exact);
  for (int64_t i = 0; i < blockSize; ++i) {
    if (isNoWorse<T>(F::limit, x[i], y[i], exact[i], worst.error))
      continue;
    double error = errorOf<T>(F::limit, x[i], y[i], exact[i]);
    if (error > worst.error) {
      worst.error = error;
      worst.at = x[i];
    }
  }
}

/// Patterns of f32, in order: all of them, or for each sign and exponent 2^13
/// mantissas, of which the first and last 256 are neighbours.
class Inputs {
public:
  explicit Inputs(bool all) : all(all) {}
  bool fill(std::vector<float> &x) {
    if (next >= count())
      return false;
    for (int64_t i = 0; i < blockSize; ++i)
      x[i] = fromBits(pattern(std::min(next + i, count() - 1)));
    next += blockSize;
    return true;
  }

private:
  int64_t count() const { return all ? int64_t(1) << 32 : int64_t(512) << 13; }
  uint32_t pattern(int64_t index) const {
    if (all)
      return uint32_t(index);
    uint32_t head = uint32_t(index >> 13), step = index & 0x1fff;
    uint32_t mantissa = step < 256 ? step
                        : step >= 0x1f00
                            ? 0x800000 - (0x2000 - step)
                            : step * 1024 + (step * 2654435761u >> 22);
    return head << 23 | mantissa;
  }

  bool all;
  int64_t next = 0;
};

template <typename F> bool check(bool all) {
  std::vector<float> x(blockSize), y(blockSize), z(blockSize);
  Worst worst;
  int64_t unequal = 0;
  const std::string name = F::name;
  Inputs inputs(all);
  while (inputs.fill(x)) {
    run(name, x.data(), y.data(), vectorWidth);
    if (all) {
      judge<F, double>(x, y, worst);
      continue;
    }
    judge<F, long double>(x, y, worst);
    run(name + "_scalar", x.data(), z.data(), scalarWidth);
    for (int64_t i = 0; i < blockSize; ++i)
      unequal += bitsOf(y[i]) != bitsOf(z[i]) && !(std::isnan(y[i]) && std::isnan(z[i]));
  }
  bool ulps = F::limit == Limit::TwoUlp;
  double limit = ulps ? 2 : 1;
  bool good = worst.error <= limit && unequal == 0;
  printf("%-16s %7.4f %s at %-16.9g 0x%08x  limit %.0f  %s\n", F::name,
         worst.error, ulps ? "ulp               " : "2^-22 max(1, |x|)",
         worst.at, bitsOf(worst.at), limit, good ? "within" : "FAIL");
  if (unequal)
    printf("%s: FAIL, %lld scalars differ from vectors\n", F::name,
           (long long)unequal);
  fflush(stdout);
  return good;
}

template <typename... F> int checkEach(bool all, const char *only) {
  int failed = 0;
  ((!only || !strcmp(only, F::name) ? void(failed += !check<F>(all)) : void()),
   ...);
  printf("%d of %d failed\n", failed, int(sizeof...(F)));
  return failed != 0;
}
} // namespace

int main(int argc, char **argv) {
  if (argc < 2)
    return 2;
  weft_error error;
  weft_options options = {nullptr, 1, {0}};
  api = functions_weft();
  if (api->open(api, &options, &model, &error)) {
    fprintf(stderr, "%s\n", error.message);
    return 2;
  }
  int result =
      checkEach<exp_function, exp2_function, expm1_function, log_function,
                log1p_function, tanh_function, erf_function, sigmoid_function,
                silu_function, silu_product_function, softplus_function,
                softplus_plain_function, log_sigmoid_function, gelu_function,
                gelu_tanh_function>(!strcmp(argv[1], "all"),
                                    argc > 2 ? argv[2] : nullptr);
  api->close(model);
  return result;
}
