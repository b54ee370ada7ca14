/* Sine and cosine in float32; see math_f32.h. */
#ifndef TK_MATH_SINE_F32_H
#define TK_MATH_SINE_F32_H

#include "math_f32.h"

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

#endif
