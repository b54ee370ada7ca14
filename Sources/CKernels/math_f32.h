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

/* exp(t^2) erfc(t) for t in [0, 10.2]: (1 + 2 t) times it is a polynomial in (t - 3) / (t + 3). */
TK_INLINE float tk_erfc_factor(float t) {
  float s = (t - 3.0f) / (t + 3.0f);
  float p = -2.671765476e-4f;
  p = p * s - 7.751115592e-4f;
  p = p * s + 2.003354121e-3f;
  p = p * s + 2.566556787e-3f;
  p = p * s - 2.379854037e-2f;
  p = p * s + 6.829575116e-2f;
  p = p * s - 0.119270795f;
  p = p * s + 0.1296464336f;
  p = p * s - 4.756240969e-2f;
  p = p * s - 0.1356211401f;
  p = p * s + 1.253008059f;
  return p / (1.0f + 2.0f * t);
}

/* exp(-t^2): the square in two parts, since its rounding alone would cost t^2 roundings. */
TK_INLINE float tk_exp_minus_square(float t) {
  t = t > 12.0f ? 12.0f : t;
  float head = tk_float(tk_bits(t) & 0xfffff000);
  return tk_exp_corrected(-(head * head), -((t - head) * (t + head)));
}

/* erf(x) for |x| <= 1, an odd polynomial. */
TK_INLINE float tk_erf_near(float x) {
  float z = x * x;
  float p = 7.853860784e-5f;
  p = p * z - 8.010193446e-4f;
  p = p * z + 5.188327665e-3f;
  p = p * z - 2.685381192e-2f;
  p = p * z + 0.1128358515f;
  p = p * z - 0.3761262582f;
  p = p * z + 1.128379166f;
  return x * p;
}

/* erf(x), 3 ulp; beyond 1 it is 1 - erfc(|x|). */
TK_INLINE float tk_erf(float x) {
  float t = tk_abs(x);
  float bounded = t > 12.0f ? 12.0f : t;
  float far = 1.0f - tk_exp_minus_square(bounded) * tk_erfc_factor(bounded);
  return t < 1.0f ? tk_erf_near(x) : tk_copysign(far, x);
}

/* The normal distribution: density(x) sqrt(2 pi), and the factor that makes of it the tail beyond
 * |x|. */
typedef struct {
  float density, factor;
} tk_normal;

TK_INLINE tk_normal tk_normal_at(float x) {
  float t = tk_abs(x);
  t = t > 17.0f ? 17.0f : t;
  float head = tk_float(tk_bits(t) & 0xfffff000);
  float density = tk_exp_corrected(-0.5f * (head * head), -0.5f * ((t - head) * (t + head)));
  float scaled = t * 0.707106781f;
  tk_normal normal = {density, 0.5f * tk_erfc_factor(scaled > 12.0f ? 12.0f : scaled)};
  return normal;
}

/* x Phi(x), 5 ulp, the tail included as far as exp(-x^2 / 2) is no denormal. */
TK_INLINE float tk_gelu(float x) {
  tk_normal normal = tk_normal_at(x);
  /* At -infinity the product would be infinity times 0. */
  float bounded = x < -20.0f ? -20.0f : x;
  float far = x > 0.0f ? x * (1.0f - normal.density * normal.factor)
                       : normal.density * (normal.factor * bounded);
  float half = 0.5f * x;
  return tk_abs(x) < 1.0f ? half + half * tk_erf_near(x * 0.707106781f) : far;
}

/* Phi(x) + x phi(x), off by at most 3e-7. */
TK_INLINE float tk_gelu_derivative(float x) {
  tk_normal normal = tk_normal_at(x);
  float bounded = x < -20.0f ? -20.0f : x;
  bounded = bounded > 20.0f ? 20.0f : bounded;
  float tail = normal.density * normal.factor;
  return (x > 0.0f ? 1.0f - tail : tail) + bounded * normal.density * 0.398942280f;
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

/* sin(r) and cos(r) for |r| <= pi / 4. */
TK_INLINE float tk_sin_reduced(float r) {
  float z = r * r;
  float p = 2.71811786e-6f;
  p = p * z - 1.983931188e-4f;
  p = p * z + 8.333329304e-3f;
  p = p * z - 0.1666666664f;
  return p * (z * r) + r;
}

TK_INLINE float tk_cos_reduced(float r) {
  float z = r * r;
  float p = 2.443311983e-5f;
  p = p * z - 1.388731594e-3f;
  p = p * z + 4.166664568e-2f;
  return p * (z * z) + (1.0f - 0.5f * z);
}

/* Largest argument whose reduction in tk_sine is exact enough. */
#define TK_SINE_LIMIT 8.0e6f

/* sin(x + quarters pi / 2) for |x| <= TK_SINE_LIMIT, 2 ulp: x = n pi / 2 + r in float64, whose
 * product of n with the first 30 bits of pi / 2 is exact. */
TK_INLINE float tk_sine(float x, uint32_t quarters) {
  double exact = (double)x;
  double shifted = exact * 0.63661977236758134308 + 0x1.8p52;
  double n = shifted - 0x1.8p52;
  float r = (float)((exact - n * 0x1.921fb54p+0) - n * 0x1.10b4611a62633p-30);
  uint64_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  uint32_t quarter = (uint32_t)bits + quarters;
  float y = quarter & 1 ? tk_cos_reduced(r) : tk_sin_reduced(r);
  return tk_float(tk_bits(y) ^ ((quarter & 2) << 30));
}

/* x^p as the C library's powf, 1 ulp, in float64 inside: 2^(p log2 |x|) with
 * log2 m = s P(s^2), s = (m - 1) / (m + 1), m in [sqrt(1/2), sqrt(2)). */
TK_INLINE float tk_pow(float x, float p) {
  double a = (double)tk_abs(x);
  uint64_t bits;
  memcpy(&bits, &a, sizeof bits);
  uint64_t offset = bits - 0x3fe6a09e667f3bcd;
  double e = (double)((int32_t)(offset >> 32) >> 20);
  bits = (offset & 0x000fffffffffffff) + 0x3fe6a09e667f3bcd;
  double m;
  memcpy(&m, &bits, sizeof m);
  double s = (m - 1.0) / (m + 1.0);
  double z = s * s;
  double q = 0.282908168297141557;
  q = q * z + 0.319905100996329161;
  q = q * z + 0.4122092679050775;
  q = q * z + 0.577077942199592445;
  q = q * z + 0.961796694113958806;
  q = q * z + 2.88539008177784963;
  double logarithm = q * s + e;
  logarithm = a == 0.0 ? (double)-INFINITY : logarithm;
  logarithm = a < (double)INFINITY ? logarithm : a;
  double t = (double)p * logarithm;
  t = t < -200.0 ? -200.0 : t;
  t = t > 200.0 ? 200.0 : t;
  double shifted = t + 0x1.8p52;
  double f = t - (shifted - 0x1.8p52);
  double r = 1.52020192222487205e-5;
  r = r * f + 1.54692911866864398e-4;
  r = r * f + 1.3333922561281113e-3;
  r = r * f + 9.61802725351768057e-3;
  r = r * f + 5.55041035344967332e-2;
  r = r * f + 0.240226511981588701;
  r = r * f + 0.693147180728447041;
  r = r * f + 0.999999999961681591;
  memcpy(&bits, &shifted, sizeof bits);
  bits = (bits + 1023) << 52;
  double scale;
  memcpy(&scale, &bits, sizeof scale);
  float y = (float)(r * scale);
  /* A negative base: the sign of an odd power, no value for a broken one. */
  float magnitude = tk_abs(p);
  float whole = __builtin_elementwise_trunc(p);
  float half = p * 0.5f;
  int isOdd = whole == p && __builtin_elementwise_trunc(half) != half && magnitude < 0x1p24f;
  float sign = isOdd ? x : 0.0f;
  y = x < 0.0f && x > -INFINITY && whole != p ? NAN : tk_copysign(y, sign);
  return p == 0.0f || x == 1.0f ? 1.0f : y;
}

#endif
