#include "include/tk_products.h"
#include "lanes.h"

typedef struct {
  const float *a, *b, *start;
  size_t rows, inner, columns, start_stride;
  float *c;
} job;

static TK_CLONES void dots(const job *it, size_t begin, size_t end) {
  for (size_t column = begin; column < end; column++) {
    const float *b = it->b + column * it->inner;
    for (size_t row = 0; row < it->rows; row++) {
      const float *a = it->a + row * it->inner;
      float sum;
      TK_ROW_SUM(sum, it->inner, TK_LANES(a + i) * TK_LANES(b + i), a[i] * b[i]);
      it->c[row * it->columns + column] =
        sum + (it->start == NULL ? 0.0f : it->start[row * it->start_stride + column]);
    }
  }
}

static void work(void *context, size_t begin, size_t end) { dots(context, begin, end); }

void tk_dot_multiply(const float *a, size_t rows, size_t inner, const float *b, size_t columns,
                     const float *start, size_t start_stride, float *c) {
  job it = {a, b, start, rows, inner, columns, start_stride, c};
  /* Reading b is the work: twice as much as a light loop's grain before it is worth a thread. */
  tk_parallel(columns, tk_ceil_divide(2 * TK_LIGHT_GRAIN, inner + 1), work, &it);
}
