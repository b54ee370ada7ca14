#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "include/tk_rows.h"
#include "row_moments.h"

typedef struct {
  const float *x, *upstream, *scale, *shift;
  float *y;
  size_t rows, columns, block;
  double epsilon;
  /* Of each block: the sums of upstream u and of upstream. */
  double *partial;
} job;

static TK_CLONES void normalize_rows(const float *x, float *restrict y, size_t rows,
                                     size_t columns, const float *restrict scale,
                                     const float *restrict shift, double epsilon) {
  for (size_t row = 0; row < rows; row++) {
    const float *from = x + row * columns;
    float *to = y + row * columns;
    tk_moments m = tk_moments_of(from, columns, epsilon);
    for (size_t i = 0; i < columns; i++) {
      to[i] = (from[i] - m.mean) * m.inverse * scale[i] + shift[i];
    }
  }
}

static void forward_work(void *context, size_t begin, size_t end) {
  const job *job = context;
  normalize_rows(job->x + begin * job->columns, job->y + begin * job->columns, end - begin,
                 job->columns, job->scale, job->shift, job->epsilon);
}

void tk_layer_norm(const float *x, float *y, size_t rows, size_t columns, const float *scale,
                   const float *shift, double epsilon) {
  if (columns == 0) return;
  job job = {.x = x, .scale = scale, .shift = shift, .y = y, .columns = columns,
             .epsilon = epsilon};
  tk_parallel(rows, tk_ceil_divide(TK_LIGHT_GRAIN, columns), forward_work, &job);
}

/* With u = (x - mean) / s and h = scale upstream: dx = (h - mean(h) - u mean(h u)) / s. */
static TK_CLONES void gradient_rows(const float *x, const float *upstream, float *restrict dx,
                                    size_t rows, size_t columns, const float *restrict scale,
                                    double epsilon, float *restrict dscale,
                                    float *restrict dshift) {
  for (size_t row = 0; row < rows; row++) {
    const float *from = x + row * columns, *g = upstream + row * columns;
    float *to = dx + row * columns;
    tk_moments m = tk_moments_of(from, columns, epsilon);
    float sum, product;
    TK_ROW_SUM(sum, columns, TK_LANES(g + i) * TK_LANES(scale + i), g[i] * scale[i]);
    TK_ROW_SUM(product, columns,
               TK_LANES(g + i) * TK_LANES(scale + i) * (TK_LANES(from + i) - m.mean),
               g[i] * scale[i] * (from[i] - m.mean));
    float meanH = sum / (float)columns;
    float meanHU = product * m.inverse / (float)columns;
    for (size_t i = 0; i < columns; i++) {
      float u = (from[i] - m.mean) * m.inverse;
      to[i] = m.inverse * (g[i] * scale[i] - meanH - u * meanHU);
      dscale[i] += g[i] * u;
      dshift[i] += g[i];
    }
  }
}

/* Blocks begin ..< end of rows. */
static void backward_work(void *context, size_t begin, size_t end) {
  const job *job = context;
  size_t columns = job->columns;
  float *sums = tk_allocate(2 * columns * sizeof(float));
  for (size_t block = begin; block < end; block++) {
    size_t first = block * job->block, rows = tk_min(job->block, job->rows - first);
    memset(sums, 0, 2 * columns * sizeof(float));
    gradient_rows(job->x + first * columns, job->upstream + first * columns,
                  job->y + first * columns, rows, columns, job->scale, job->epsilon, sums,
                  sums + columns);
    for (size_t i = 0; i < 2 * columns; i++) {
      job->partial[block * 2 * columns + i] = (double)sums[i];
    }
  }
  free(sums);
}

void tk_layer_norm_gradient(const float *x, const float *upstream, size_t rows, size_t columns,
                            const float *scale, double epsilon, float *dx, float *dscale,
                            float *dshift) {
  if (columns == 0) return;
  size_t block = tk_min(tk_max(16384 / columns, 8), 128);
  size_t blocks = tk_ceil_divide(rows, block);
  job job = {x, upstream, scale, NULL, dx, rows, columns, block, epsilon};
  float *totals = tk_allocate(2 * columns * sizeof(float));
  job.partial = tk_allocate(2 * blocks * columns * sizeof(double));
  tk_parallel(blocks, tk_ceil_divide(TK_HEAVY_GRAIN, block * columns), backward_work, &job);
  tk_add_blocks(job.partial, blocks, 2 * columns, totals);
  memcpy(dscale, totals, columns * sizeof(float));
  memcpy(dshift, totals + columns, columns * sizeof(float));
  free(job.partial);
  free(totals);
}
