#include "columns.h"

/* Four rows at a time: fewer passes over the sums, and fewer roundings. */
TK_CLONES void tk_add_to_places(const float *restrict x, size_t count, size_t length,
                                float *restrict sums) {
  size_t at = 0;
  for (; at + 4 * length <= count; at += 4 * length) {
    const float *a = x + at, *b = a + length, *c = b + length, *d = c + length;
    for (size_t i = 0; i < length; i++) sums[i] += (a[i] + b[i]) + (c[i] + d[i]);
  }
  for (; at < count; at += length) {
    size_t size = tk_min(length, count - at);
    for (size_t i = 0; i < size; i++) sums[i] += x[at + i];
  }
}

void tk_add_blocks(const double *partial, size_t blocks, size_t columns, float *totals) {
  for (size_t c = 0; c < columns; c++) {
    double sum = 0;
    for (size_t block = 0; block < blocks; block++) sum += partial[block * columns + c];
    totals[c] = (float)sum;
  }
}
