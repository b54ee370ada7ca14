#include "include/tk_convert.h"

#include "math_f32.h"

typedef struct {
  const void *x;
  void *y;
} job;

#define CONVERSION(name, From, To, expression)                                                \
  static TK_CLONES void name##_loop(const From *restrict source, To *restrict target,         \
                                    size_t count) {                                           \
    for (size_t i = 0; i < count; i++) {                                                      \
      From x = source[i];                                                                     \
      target[i] = (expression);                                                               \
    }                                                                                         \
  }                                                                                           \
  static void name##_work(void *context, size_t begin, size_t end) {                          \
    const job *job = context;                                                                 \
    name##_loop((const From *)job->x + begin, (To *)job->y + begin, end - begin);             \
  }                                                                                           \
  void tk_##name(const From *x, To *y, size_t count) {                                        \
    job job = {x, y};                                                                         \
    tk_parallel(count, TK_LIGHT_GRAIN, name##_work, &job);                                    \
  }

/* A NaN must stay one: rounding could carry its fraction into the exponent. */
TK_INLINE uint16_t rounded(float x) {
  uint32_t bits = tk_bits(x);
  uint32_t nearest = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  return (uint16_t)(x != x ? (bits >> 16) | 0x40 : nearest);
}

TK_INLINE int32_t truncated(float x) {
  float bounded = x < -0x1p31f ? -0x1p31f : x;
  bounded = bounded > 0x1.fffffep30f ? 0x1.fffffep30f : bounded;
  int32_t whole = (int32_t)(bounded == bounded ? bounded : 0.0f);
  return x >= 0x1p31f ? INT32_MAX : whole;
}

CONVERSION(float32_to_bfloat16, float, uint16_t, rounded(x))
CONVERSION(bfloat16_to_float32, uint16_t, float, tk_float((uint32_t)x << 16))
CONVERSION(float32_to_float64, float, double, (double)x)
CONVERSION(float64_to_float32, double, float, (float)x)
CONVERSION(float32_to_int32, float, int32_t, truncated(x))
CONVERSION(int32_to_float32, int32_t, float, (float)x)
CONVERSION(int32_to_float64, int32_t, double, (double)x)
