#include "math_f32.h"

#include "include/tk_rows.h"
#include "parallel.h"

enum { LANES = 16, BLOCK = 4096 };

/* t softplus(-z) + (1 - t) softplus(z) = log(1 + e^-|z|) + t max(-z, 0) + (1 - t) max(z, 0):
 * nothing cancels, however sure the logit. */
TK_INLINE float loss(float z, float target) {
  float wrong = z < 0.0f ? -z * target : z * (1.0f - target);
  return tk_softplus(-tk_abs(z)) + wrong;
}

/* Sixteen partial sums in float32 over a block, added up in float64 over the blocks. */
TK_CLONES double tk_binary_cross_entropy(const float *logits, size_t count, float target) {
  double total = 0;
  for (size_t begin = 0; begin < count; begin += BLOCK) {
    size_t end = tk_min(begin + BLOCK, count), at = begin;
    float sums[LANES] = {0};
    for (; at + LANES <= end; at += LANES) {
      TK_VECTORISE for (size_t i = 0; i < LANES; i++) {
        sums[i] += loss(logits[at + i], target);
      }
    }
    for (; at < end; at++) sums[0] += loss(logits[at], target);
    for (int i = 0; i < LANES; i++) total += (double)sums[i];
  }
  return total;
}

TK_CLONES void tk_binary_cross_entropy_gradient(const float *logits, float *dx, size_t count,
                                                float target, float scale) {
  TK_VECTORISE for (size_t i = 0; i < count; i++) {
    dx[i] = scale * (tk_sigmoid(logits[i]) - target);
  }
}
