/* Sixteen floats at once, and sums of a row by four such sums. The lanes are the same whatever
 * the instruction set, and so is the order of the additions. */
#ifndef TK_LANES_H
#define TK_LANES_H

#include <string.h>

#include "parallel.h"

typedef float tk_lanes __attribute__((ext_vector_type(16)));
typedef float tk_unaligned_lanes __attribute__((ext_vector_type(16), aligned(4), may_alias));

/* The sixteen floats from `pointer` on: a macro, since a function that returns so wide a vector
 * would be called differently on each instruction set. */
#define TK_LANES(pointer) (*(const tk_unaligned_lanes *)(pointer))

/* The sum of the lanes, by halves. */
TK_INLINE float tk_add_lanes(const tk_lanes *lanes) {
  float sums[16];
  memcpy(sums, lanes, sizeof sums);
  for (int half = 8; half > 0; half /= 2) {
    for (int i = 0; i < half; i++) sums[i] += sums[i + half];
  }
  return sums[0];
}

/* The sum over i < count of `term`, an expression of the index i; `lanes` is the same of
 * TK_LANES at i. */
#define TK_ROW_SUM(result, count, lanes, term)                                                \
  do {                                                                                        \
    tk_lanes total0 = 0.0f, total1 = 0.0f, total2 = 0.0f, total3 = 0.0f;                      \
    size_t at = 0;                                                                            \
    for (; at + 64 <= (count); at += 64) {                                                    \
      size_t i = at;                                                                          \
      total0 += (lanes);                                                                      \
      i = at + 16;                                                                            \
      total1 += (lanes);                                                                      \
      i = at + 32;                                                                            \
      total2 += (lanes);                                                                      \
      i = at + 48;                                                                            \
      total3 += (lanes);                                                                      \
    }                                                                                         \
    for (; at + 16 <= (count); at += 16) {                                                    \
      size_t i = at;                                                                          \
      total0 += (lanes);                                                                      \
    }                                                                                         \
    float rest = 0.0f;                                                                        \
    for (; at < (count); at++) {                                                              \
      size_t i = at;                                                                          \
      rest += (term);                                                                         \
    }                                                                                         \
    total0 = (total0 + total1) + (total2 + total3);                                           \
    (result) = tk_add_lanes(&total0) + rest;                                                  \
  } while (0)

#endif
