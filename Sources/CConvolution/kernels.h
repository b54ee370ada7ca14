// The register-blocked product and the tile transpose that every operation is made of.
#ifndef TANDEM_CCONVOLUTION_KERNELS_H
#define TANDEM_CCONVOLUTION_KERNELS_H

#include <immintrin.h>
#include <stddef.h>

#include "CConvolution.h"

#define AVX512 __attribute__((target("avx512f")))
#define INLINE_AVX512 static inline __attribute__((target("avx512f"), always_inline))

/// Full unrolling is what lets the compiler keep arrays of accumulators in registers.
#define UNROLL _Pragma("clang loop unroll(full)")

enum {
  LANES = 16,
  /// Columns of a panel of packed weights: four vectors, which with six rows fill the registers.
  PANEL = 64,
  MAXIMUM_ROWS = 6,
  /// Most of a panel that is used for all rows before the next part: half of a level 2 cache
  /// of 1 MiB, beside which the rows fit.
  BLOCK_BYTES = 512 * 1024,
};

static inline int smaller(int a, int b) { return a < b ? a : b; }
static inline int larger(int a, int b) { return a > b ? a : b; }
static inline int ceiling(int a, int b) { return (a + b - 1) / b; }
static inline size_t aligned(size_t floats) { return (floats + LANES - 1) / LANES * LANES; }

/// Columns of a panel rounded up to whole vectors.
static inline int padded_columns(int columns) { return ceiling(columns, LANES) * LANES; }

/// The lanes of vector `v` that hold one of `columns`.
INLINE_AVX512 __mmask16 lanes(int columns, int v) {
  int left = columns - v * LANES;
  return left >= LANES ? 0xffff : left <= 0 ? 0 : (__mmask16)((1u << left) - 1);
}

/// Rows of a product: where each row of the left operand and of the result starts.
///
/// Row r of the left operand is made of segments of `run` floats, `pitch` apart, the first at
/// `a[r] + a_offset`; row r of the result is at `c[r] + c_offset`.
typedef struct {
  const float *const *a;
  float *const *c;
  ptrdiff_t a_offset, c_offset, pitch;
  int run;
} rows;

/// `c = f(a b + bias)` for `count` rows and `columns` <= PANEL columns; the panel b has a line of
/// `padded_columns(columns)` floats for every element of a row of a.
void multiply_panel(
  const rows *rows, int count, int columns, int segments, const float *b,
  cconv_epilogue epilogue);

/// `to[i][j] = from[j][i]` for `rows` x `columns` <= 16 x 16 elements of `to`, whose rows are
/// written to full vectors filled with zeros where `fill` is set.
void transpose_tile(
  const float *const *from, float *const *to, int rows, int columns, int fill);

/// Runs `body` on every thread of the default team.
void in_parallel(void (*body)(void *context, int thread, int threads), void *context);
int thread_count(void);

/// The part of `count` items that is the thread's.
static inline void share(int count, int thread, int threads, int *begin, int *end) {
  *begin = (int)((long)count * thread / threads);
  *end = (int)((long)count * (thread + 1) / threads);
}

#endif
