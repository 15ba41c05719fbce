// PCG32 (XSH RR 64/32, O'Neill 2014): the same numbers on every machine and
// with every standard library, which <random>'s distributions do not promise.
#ifndef WEFT_RUNTIME_RANDOM_H
#define WEFT_RUNTIME_RANDOM_H

#include <cstdint>

namespace weft::runtime {

class Random {
public:
  explicit Random(uint64_t seed) {
    next();
    state += seed;
    next();
  }

  uint32_t next() {
    uint64_t old = state;
    state = old * 6364136223846793005u + increment;
    uint32_t shifted = static_cast<uint32_t>(((old >> 18) ^ old) >> 27);
    uint32_t rotation = static_cast<uint32_t>(old >> 59);
    return (shifted >> rotation) | (shifted << ((32 - rotation) & 31));
  }

  /// Uniform in [0, 1), a multiple of 2^-53.
  double uniform() {
    uint64_t high = next() >> 5, low = next() >> 6;
    return static_cast<double>((high << 26) | low) * 0x1p-53;
  }

private:
  static constexpr uint64_t increment = 1442695040888963407u;
  uint64_t state = 0;
};

} // namespace weft::runtime

#endif // WEFT_RUNTIME_RANDOM_H
