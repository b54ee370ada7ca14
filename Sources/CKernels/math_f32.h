/* Elementary functions in float32, written so that the compiler vectorises loops over them:
 * no branches, no tables, no calls.
 *
 * The polynomials are minimax fits by Remez's exchange algorithm in 40 digits; the error of each
 * is at most 1e-8 of the function's value, a sixth of a float's rounding. What the functions
 * promise (largest error in units in the last place, over all floats) is tested against the C
 * library in float64. Denormals are right, NaN stays NaN. */
#ifndef TK_MATH_F32_H
#define TK_MATH_F32_H

#include <math.h>
#include <string.h>

#include "parallel.h"

TK_INLINE uint32_t tk_bits(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

TK_INLINE float tk_float(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

TK_INLINE float tk_abs(float x) { return tk_float(tk_bits(x) & 0x7fffffff); }

TK_INLINE float tk_copysign(float x, float sign) {
  return tk_float(tk_bits(x) | (tk_bits(sign) & 0x80000000));
}

/* No errno, so that loops vectorise. */
TK_INLINE float tk_sqrt(float x) { return __builtin_elementwise_sqrt(x); }

/* x rounded to an integer, for |x| < 2^22, as float and as int: adding 1.5 2^23 leaves the
 * integer in the low bits of the sum. */
TK_INLINE float tk_round(float x, int32_t *integer) {
  float shifted = x + 0x1.8p23f;
  *integer = (int32_t)(tk_bits(shifted) - 0x4b400000);
  return shifted - 0x1.8p23f;
}

/* 2^n for n in -126 ... 127. */
TK_INLINE float tk_power_of_two(int32_t n) { return tk_float((uint32_t)(n + 127) << 23); }

/* exp(r) - 1 = r + r^2 P(r) for |r| <= log(2) / 2. */
TK_INLINE float tk_expm1_reduced(float r) {
  float p = 1.991373792e-4f;
  p = p * r + 1.39403776e-3f;
  p = p * r + 8.333273985e-3f;
  p = p * r + 4.166636543e-2f;
  p = p * r + 0.1666666681f;
  p = p * r + 0.5f;
  return p * (r * r) + r;
}

/* exp(x + low) for a small correction low.
 *
 * x = n log 2 + r: the product of n with the first part of log 2 is exact. The factor 2^n is
 * applied in two halves, which reaches the denormals and infinity. */
TK_INLINE float tk_exp_corrected(float x, float low) {
  x = x < -105.0f ? -105.0f : x;
  x = x > 89.0f ? 89.0f : x;
  int32_t n;
  float rounded = tk_round(x * 1.44269504f, &n);
  float r = x - rounded * 0.693359375f;
  r = r + rounded * 2.12194440e-4f;
  r = r + low;
  float y = 1.0f + tk_expm1_reduced(r);
  int32_t half = n >> 1;
  return y * tk_power_of_two(half) * tk_power_of_two(n - half);
}

/* exp(x), 1 ulp. */
TK_INLINE float tk_exp(float x) { return tk_exp_corrected(x, 0.0f); }

/* log(x) for a normal x, scaled by 2^-shift.
 *
 * x = 2^e (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)); log(1 + f) = f - f^2 / 2 + f^3 Q(f). */
TK_INLINE float tk_log_normal(float x, float shift) {
  uint32_t offset = tk_bits(x) - 0x3f3504f3;
  float e = (float)((int32_t)offset >> 23) - shift;
  float f = tk_float((offset & 0x007fffff) + 0x3f3504f3) - 1.0f;
  float q = -7.634494258e-2f;
  q = q * f + 0.1276157491f;
  q = q * f - 0.131601825f;
  q = q * f + 0.1420175848f;
  q = q * f - 0.1662335738f;
  q = q * f + 0.2000122684f;
  q = q * f - 0.2500082103f;
  q = q * f + 0.3333333171f;
  float square = f * f;
  float y = q * (square * f);
  y = e * -2.12194440e-4f + y;
  y = square * -0.5f + y;
  y = y + f;
  return e * 0.693359375f + y;
}

/* log(x), 1 ulp; -infinity at 0, NaN below. */
TK_INLINE float tk_log(float x) {
  int isTiny = x < 0x1p-126f;
  float y = tk_log_normal(isTiny ? x * 0x1p23f : x, isTiny ? 23.0f : 0.0f);
  y = x == 0.0f ? -INFINITY : y;
  y = x < 0.0f ? NAN : y;
  return x < INFINITY ? y : x;
}

/* log(1 + x) for x in [0, 1], 2 ulp: the rounding of 1 + x is put right to first order. */
TK_INLINE float tk_log1p_unit(float x) {
  float u = 1.0f + x;
  return tk_log_normal(u, 0.0f) + (x - (u - 1.0f)) / u;
}

/* tanh(x) = -m / (2 + m) with m = exp(-2 |x|) - 1, 3 ulp. */
TK_INLINE float tk_tanh(float x) {
  float a = -2.0f * tk_abs(x);
  a = a < -20.0f ? -20.0f : a;
  int32_t n;
  float rounded = tk_round(a * 1.44269504f, &n);
  float r = a - rounded * 0.693359375f;
  r = r + rounded * 2.12194440e-4f;
  float scale = tk_power_of_two(n);
  float m = scale * tk_expm1_reduced(r) + (scale - 1.0f);
  return tk_copysign(-m / (2.0f + m), x);
}

/* 1 / (1 + exp(-x)), 3 ulp: as exp(x) / (1 + exp(x)) below 0, so that the tail is right too. */
TK_INLINE float tk_sigmoid(float x) {
  float e = tk_exp(-tk_abs(x));
  return (x >= 0.0f ? 1.0f : e) / (1.0f + e);
}

/* log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)), 3 ulp. */
TK_INLINE float tk_softplus(float x) {
  return (x < 0.0f ? 0.0f : x) + tk_log1p_unit(tk_exp(-tk_abs(x)));
}

/* x / (1 + exp(-x)), 4 ulp as far as exp(x) is no denormal; 0 at -infinity. */
TK_INLINE float tk_silu(float x) {
  float bounded = x < -200.0f ? -200.0f : x;
  return bounded * tk_sigmoid(bounded);
}

/* s(x) (1 + x s(-x)) with the logistic function s, off by at most 3e-7. */
TK_INLINE float tk_silu_derivative(float x) {
  float bounded = x < -200.0f ? -200.0f : x;
  bounded = bounded > 200.0f ? 200.0f : bounded;
  float e = tk_exp(-tk_abs(bounded));
  float larger = 1.0f / (1.0f + e), smaller = e * larger;
  float s = bounded >= 0.0f ? larger : smaller;
  float complement = bounded >= 0.0f ? smaller : larger;
  return s * (1.0f + bounded * complement);
}

#endif
