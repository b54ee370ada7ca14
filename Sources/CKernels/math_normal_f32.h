/* The error function and the normal distribution in float32; see math_f32.h. */
#ifndef TK_MATH_NORMAL_F32_H
#define TK_MATH_NORMAL_F32_H

#include "math_f32.h"

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

#endif
