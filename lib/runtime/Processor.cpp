#include "lib/runtime/Processor.h"

bool weft::runtime::processorHasLevel(uint32_t level) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  auto has = [](bool a, bool b, bool c, bool d) { return a && b && c && d; };
  bool v2 = has(__builtin_cpu_supports("sse4.2"),
                __builtin_cpu_supports("popcnt"), true, true);
  bool v3 = v2 && has(__builtin_cpu_supports("avx2"),
                      __builtin_cpu_supports("fma"),
                      __builtin_cpu_supports("bmi"),
                      __builtin_cpu_supports("bmi2"));
  bool v4 = v3 && has(__builtin_cpu_supports("avx512f"),
                      __builtin_cpu_supports("avx512bw"),
                      __builtin_cpu_supports("avx512dq"),
                      __builtin_cpu_supports("avx512vl"));
  return level <= 1 || (level == 2 ? v2 : level == 3 ? v3 : v4);
#else
  return level == 0;
#endif
}
