/* What layer normalisation divides a row by. */
#ifndef TK_ROW_MOMENTS_H
#define TK_ROW_MOMENTS_H

#include <math.h>

#include "lanes.h"

typedef struct {
  float mean, inverse;
} tk_moments;

/* Mean and one over the standard deviation of a row, the latter from distances to the former. */
TK_INLINE tk_moments tk_moments_of(const float *x, size_t count, double epsilon) {
  float sum, square;
  TK_ROW_SUM(sum, count, TK_LANES(x + i), x[i]);
  float mean = sum / (float)count;
  TK_ROW_SUM(square, count, (TK_LANES(x + i) - mean) * (TK_LANES(x + i) - mean),
             (x[i] - mean) * (x[i] - mean));
  tk_moments result = {mean, (float)(1 / sqrt((double)(square / (float)count) + epsilon))};
  return result;
}

/* Back through `u = (x - mean) inverse` of a row: dx from the gradient g of u, which may be dx. */
TK_INLINE void tk_normalized_row_back(const float *u, float inverse, const float *g, float *dx,
                                      size_t count) {
  float sum, product;
  TK_ROW_SUM(sum, count, TK_LANES(g + i), g[i]);
  TK_ROW_SUM(product, count, TK_LANES(g + i) * TK_LANES(u + i), g[i] * u[i]);
  float mean = sum / (float)count, mean_product = product / (float)count;
  for (size_t i = 0; i < count; i++) dx[i] = inverse * (g[i] - mean - u[i] * mean_product);
}

#endif
