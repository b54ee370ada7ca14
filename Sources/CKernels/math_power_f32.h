/* Powers in float32; see math_f32.h. */
#ifndef TK_MATH_POWER_F32_H
#define TK_MATH_POWER_F32_H

#include "math_f32.h"

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
