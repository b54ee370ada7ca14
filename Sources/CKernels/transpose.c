#include "transpose.h"

#include <string.h>

#include "parallel.h"

typedef uint32_t word8 __attribute__((ext_vector_type(8)));

TK_INLINE void load(word8 *vector, const uint32_t *from) { memcpy(vector, from, sizeof *vector); }
TK_INLINE void store(uint32_t *to, const word8 *vector) { memcpy(to, vector, sizeof *vector); }

#define LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13)
#define HIGH(a, b) __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15)
#define LOW_PAIRS(a, b) __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13)
#define HIGH_PAIRS(a, b) __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15)
#define LOW_HALVES(a, b) __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11)
#define HIGH_HALVES(a, b) __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15)

/* 8 x 8 words in registers: words, then pairs, then halves change places. */
TK_INLINE void transpose_block(const uint32_t *source, ptrdiff_t source_stride, uint32_t *target,
                               ptrdiff_t target_stride) {
  word8 r[8], s[8];
  for (int i = 0; i < 8; i++) load(&r[i], source + i * source_stride);
  for (int i = 0; i < 8; i += 2) {
    s[i] = LOW(r[i], r[i + 1]);
    s[i + 1] = HIGH(r[i], r[i + 1]);
  }
  for (int i = 0; i < 8; i += 4) {
    r[i] = LOW_PAIRS(s[i], s[i + 2]);
    r[i + 1] = HIGH_PAIRS(s[i], s[i + 2]);
    r[i + 2] = LOW_PAIRS(s[i + 1], s[i + 3]);
    r[i + 3] = HIGH_PAIRS(s[i + 1], s[i + 3]);
  }
  for (int i = 0; i < 4; i++) {
    s[i] = LOW_HALVES(r[i], r[i + 4]);
    s[i + 4] = HIGH_HALVES(r[i], r[i + 4]);
  }
  for (int i = 0; i < 8; i++) store(target + i * target_stride, &s[i]);
}

static TK_CLONES void transpose_words(const uint32_t *source, ptrdiff_t source_stride,
                                      uint32_t *target, ptrdiff_t target_stride, size_t rows,
                                      size_t columns) {
  size_t whole_rows = rows / 8 * 8, whole_columns = columns / 8 * 8;
  /* 16 columns at a time read whole lines of the cache. */
  for (size_t j = 0; j < whole_columns; j += 16) {
    for (size_t i = 0; i < whole_rows; i += 8) {
      for (size_t k = j; k < tk_min(j + 16, whole_columns); k += 8) {
        transpose_block(source + (ptrdiff_t)i * source_stride + k, source_stride,
                        target + (ptrdiff_t)k * target_stride + i, target_stride);
      }
    }
  }
  for (size_t j = 0; j < columns; j++) {
    for (size_t i = j < whole_columns ? whole_rows : 0; i < rows; i++) {
      target[(ptrdiff_t)j * target_stride + (ptrdiff_t)i] =
          source[(ptrdiff_t)i * source_stride + (ptrdiff_t)j];
    }
  }
}

#define SIMPLE(Element)                                                                       \
  for (size_t j = 0; j < columns; j++) {                                                      \
    for (size_t i = 0; i < rows; i++) {                                                       \
      ((Element *)target)[(ptrdiff_t)j * target_stride + (ptrdiff_t)i] =                      \
          ((const Element *)source)[(ptrdiff_t)i * source_stride + (ptrdiff_t)j];             \
    }                                                                                         \
  }

void tk_transpose_plane(const void *source, ptrdiff_t source_stride, void *target,
                        ptrdiff_t target_stride, size_t element_size, size_t rows,
                        size_t columns) {
  switch (element_size) {
    case 2: SIMPLE(uint16_t) break;
    case 4: transpose_words(source, source_stride, target, target_stride, rows, columns); break;
    default: SIMPLE(uint64_t)
  }
}
