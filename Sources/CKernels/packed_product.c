#include "packed_product.h"

#include <string.h>

#include "lanes.h"

/* The matrix lies in panels of `PANEL` vectors of 16 columns, the last panel of as many as are
 * left: element k of a panel's rows is `vectors` vectors beside each other. Columns beyond the
 * matrix are zero. Inside a panel the k are cut into even blocks, whose share of the panel stays
 * near while the rows of `a` pass by. */
enum { LANES = 16, PANEL = 4, LONGEST_INNER = 256, MOST_ROWS = 6 };

size_t tk_packed_size(size_t inner, size_t columns) {
  return inner * tk_ceil_divide(columns, LANES) * LANES;
}

typedef struct {
  const float *b;
  size_t inner, columns, inner_stride, column_stride;
  float *packed;
} packing;

static void pack_work(void *context, size_t begin, size_t end) {
  const packing *it = context;
  for (size_t panel = begin; panel < end; panel++) {
    size_t first = panel * PANEL * LANES;
    size_t width = tk_min(tk_ceil_divide(it->columns - first, LANES), PANEL) * LANES;
    size_t filled = tk_min(it->columns - first, width);
    float *to = it->packed + first * it->inner;
    if (it->column_stride == 1) {
      for (size_t k = 0; k < it->inner; k++) {
        memcpy(to + k * width, it->b + k * it->inner_stride + first, filled * sizeof(float));
        memset(to + k * width + filled, 0, (width - filled) * sizeof(float));
      }
      continue;
    }
    /* Transposed: by tiles, so that both sides are read and written by whole lines. */
    memset(to, 0, filled == width ? 0 : it->inner * width * sizeof(float));
    for (size_t k0 = 0; k0 < it->inner; k0 += LANES) {
      size_t k1 = tk_min(k0 + LANES, it->inner);
      for (size_t n = 0; n < filled; n++) {
        const float *from = it->b + (first + n) * it->column_stride;
        for (size_t k = k0; k < k1; k++) to[k * width + n] = from[k * it->inner_stride];
      }
    }
  }
}

void tk_pack(const float *b, size_t inner, size_t columns, size_t inner_stride,
             size_t column_stride, float *packed) {
  packing it = {b, inner, columns, inner_stride, column_stride, packed};
  size_t panel = inner * PANEL * LANES;
  tk_parallel(tk_ceil_divide(columns, PANEL * LANES), tk_ceil_divide(TK_HEAVY_GRAIN, panel + 1),
              pack_work, &it);
}

/* The first `count` floats from `from` on in a vector, zeros behind them. */
TK_INLINE void load_part(tk_lanes *to, const float *from, size_t count) {
  float whole[LANES] = {0};
  memcpy(whole, from, count * sizeof(float));
  memcpy(to, whole, sizeof whole);
}

/* `rows` x `vectors` vectors of c, kept in registers over the whole inner block. */
TK_INLINE void block(const int rows, const int vectors, const float *a, size_t a_stride,
                     size_t inner, const float *panel, const float *start, size_t start_stride,
                     float *c, size_t c_stride, size_t columns) {
  tk_lanes sum[MOST_ROWS][PANEL];
#pragma unroll
  for (int row = 0; row < rows; row++) {
#pragma unroll
    for (int v = 0; v < vectors; v++) {
      if (start == NULL) {
        sum[row][v] = 0.0f;
      } else if (columns >= (size_t)(v + 1) * LANES) {
        sum[row][v] = TK_LANES(start + row * start_stride + v * LANES);
      } else {
        load_part(&sum[row][v], start + row * start_stride + v * LANES, columns - v * LANES);
      }
    }
  }
  for (size_t k = 0; k < inner; k++) {
    const float *b = panel + k * vectors * LANES;
#pragma unroll
    for (int row = 0; row < rows; row++) {
      float x = a[row * a_stride + k];
#pragma unroll
      for (int v = 0; v < vectors; v++) sum[row][v] += x * TK_LANES(b + v * LANES);
    }
  }
#pragma unroll
  for (int row = 0; row < rows; row++) {
#pragma unroll
    for (int v = 0; v < vectors; v++) {
      float *to = c + row * c_stride + v * LANES;
      size_t count = tk_min(columns - v * LANES, LANES);
      memcpy(to, &sum[row][v], count == LANES ? LANES * sizeof(float) : count * sizeof(float));
    }
  }
}

#define TK_BLOCK_OF(rows, vectors)                                                               \
  case (rows)*8 + (vectors):                                                                     \
    block(rows, vectors, a, a_stride, inner, panel, start, start_stride, c, c_stride, columns);  \
    break;
#define TK_BLOCKS_OF(rows)                                                                       \
  TK_BLOCK_OF(rows, 1) TK_BLOCK_OF(rows, 2) TK_BLOCK_OF(rows, 3) TK_BLOCK_OF(rows, 4)

static TK_CLONES void rows_of_block(size_t rows, size_t vectors, const float *a, size_t a_stride,
                                    size_t inner, const float *panel, const float *start,
                                    size_t start_stride, float *c, size_t c_stride,
                                    size_t columns) {
  switch (rows * 8 + vectors) {
    TK_BLOCKS_OF(1) TK_BLOCKS_OF(2) TK_BLOCKS_OF(3) TK_BLOCKS_OF(4) TK_BLOCKS_OF(5)
    TK_BLOCKS_OF(6)
  }
}

/* Rows that the registers hold: 32 of 16 floats, or 16 of 8. */
static size_t most_rows(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512f") ? MOST_ROWS : 2;
#else
  return 2;
#endif
}

void tk_packed_multiply(const float *a, size_t rows, size_t inner, size_t a_stride,
                        const float *packed, size_t columns, const float *start,
                        size_t start_stride, float *c, size_t c_stride) {
  size_t blocks = tk_ceil_divide(rows, most_rows());
  size_t longest = tk_ceil_divide(inner, tk_max(tk_ceil_divide(inner, LONGEST_INNER), 1));
  for (size_t first = 0; first < columns; first += PANEL * LANES) {
    size_t width = tk_min(columns - first, PANEL * LANES);
    size_t vectors = tk_ceil_divide(width, LANES);
    const float *panel = packed + first * inner;
    for (size_t k = 0; k == 0 || k < inner; k += longest) {
      size_t depth = tk_min(inner - k, longest);
      /* What the blocks before have left in c is where the next one starts. */
      const float *from = k > 0 ? c : start;
      size_t from_stride = k > 0 ? c_stride : start_stride;
      for (size_t index = 0; index < blocks; index++) {
        size_t row = rows * index / blocks, end = rows * (index + 1) / blocks;
        rows_of_block(end - row, vectors, a + row * a_stride + k, a_stride, depth,
                      panel + k * vectors * LANES,
                      from == NULL ? NULL : from + row * from_stride + first, from_stride,
                      c + row * c_stride + first, c_stride, width);
      }
    }
  }
}
