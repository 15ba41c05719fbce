/* What one core can do: multiply-adds and reads in a second. Built with
 * -O3 -march=native, called by machine.py. */
#include <stdint.h>
#include <string.h>
#include <time.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

/* Twelve chains of dependent multiply-adds hide the latency of two units; the
 * empty statement keeps the compiler from folding turns together. */
#define FMA_RATE(NAME, BYTES, CONSTRAINT)                                      \
  static double NAME(int turns) {                                              \
    typedef float Vector __attribute__((vector_size(BYTES)));                  \
    Vector sums[12], factor, term;                                             \
    for (unsigned lane = 0; lane < BYTES / 4; ++lane)                          \
      factor[lane] = 0.9999999f, term[lane] = 1e-9f;                           \
    for (int i = 0; i < 12; ++i)                                               \
      sums[i] = term * (float)i;                                               \
    double start = now();                                                      \
    for (int turn = 0; turn < turns; ++turn)                                   \
      for (int i = 0; i < 12; ++i) {                                           \
        sums[i] = sums[i] * factor + term;                                     \
        __asm__ volatile("" : CONSTRAINT(sums[i]));                            \
      }                                                                        \
    double seconds = now() - start;                                            \
    return 2.0 * 12 * (BYTES / 4) * turns / seconds;                           \
  }

FMA_RATE(rate256, 32, "+x")
#ifdef __AVX512F__
FMA_RATE(rate512, 64, "+v")
#endif

/* f32 operations a second: the best of a few runs of the widest vectors. */
double weft_peak_flops(void) {
  double best = 0;
  for (int run = 0; run < 5; ++run) {
    double rate = rate256(4000000);
    best = rate > best ? rate : best;
#ifdef __AVX512F__
    rate = rate512(4000000);
    best = rate > best ? rate : best;
#endif
  }
  return best;
}

/* Bytes a second of reading a buffer again and again. */
double weft_read_rate(const float *data, int64_t count, int runs) {
  typedef float Vector __attribute__((vector_size(32), aligned(4)));
  double best = 0;
  for (int run = 0; run < runs; ++run) {
    Vector sums[8];
    memset(sums, 0, sizeof(sums));
    double start = now();
    for (int64_t i = 0; i + 64 <= count; i += 64)
      for (int v = 0; v < 8; ++v)
        sums[v] += *(const Vector *)(data + i + 8 * v);
    __asm__ volatile("" ::"m"(sums) : "memory");
    double rate = count * sizeof(float) / (now() - start);
    best = rate > best ? rate : best;
  }
  return best;
}
