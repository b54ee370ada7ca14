#include "math_f32.h"

#include "include/tk_rows.h"
#include "lanes.h"

/* Rows are taken sixteen elements at a time, the last ones filled up with -infinity, whose
 * exponential is 0: rows of ten classes are vectors too. */
enum { LANES = 16 };

TK_INLINE void load_rest(const float *x, size_t count, float *lanes) {
  for (size_t i = 0; i < LANES; i++) lanes[i] = i < count ? x[i] : -INFINITY;
}

TK_INLINE float maximum_of(const float *x, size_t count) {
  float largest[LANES], rest[LANES];
  size_t whole = count / LANES * LANES;
  load_rest(x + whole, count - whole, largest);
  for (size_t at = 0; at < whole; at += LANES) {
    memcpy(rest, x + at, sizeof rest);
    for (int i = 0; i < LANES; i++) largest[i] = rest[i] > largest[i] ? rest[i] : largest[i];
  }
  for (int half = LANES / 2; half > 0; half /= 2) {
    for (int i = 0; i < half; i++) {
      largest[i] = largest[i + half] > largest[i] ? largest[i + half] : largest[i];
    }
  }
  return largest[0];
}

/* Replaces lanes by exp(lanes - shift) and adds them to sums. */
TK_INLINE void add_exponentials(float *lanes, float shift, float *sums) {
  for (int i = 0; i < LANES; i++) {
    lanes[i] = tk_exp(lanes[i] - shift);
    sums[i] += lanes[i];
  }
}

/* The sum of exp(x - shift), in float32 over 4096 terms, in float64 over these sums; the terms go
 * to `terms` where it is not null. */
TK_INLINE float sum_exponentials(const float *x, size_t count, float shift, float *terms) {
  double total = 0;
  for (size_t begin = 0; begin < count; begin += 4096) {
    size_t end = tk_min(begin + 4096, count), at = begin;
    float sums[LANES] = {0}, lanes[LANES];
    for (; at + LANES <= end; at += LANES) {
      memcpy(lanes, x + at, sizeof lanes);
      add_exponentials(lanes, shift, sums);
      if (terms) memcpy(terms + at, lanes, sizeof lanes);
    }
    if (at < end) {
      load_rest(x + at, end - at, lanes);
      add_exponentials(lanes, shift, sums);
      if (terms) memcpy(terms + at, lanes, (end - at) * sizeof(float));
    }
    for (int half = LANES / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) sums[i] += sums[i + half];
    }
    total += (double)sums[0];
  }
  return (float)total;
}

static TK_CLONES void softmax_rows(const float *x, float *y, size_t rows, size_t columns,
                                   int logarithm) {
  for (size_t row = 0; row < rows; row++) {
    const float *from = x + row * columns;
    float *to = y + row * columns;
    float shift = maximum_of(from, columns);
    if (logarithm) {
      float rest = tk_log(sum_exponentials(from, columns, shift, NULL));
      TK_VECTORISE for (size_t i = 0; i < columns; i++) to[i] = (from[i] - shift) - rest;
    } else {
      float factor = 1.0f / sum_exponentials(from, columns, shift, to);
      TK_VECTORISE for (size_t i = 0; i < columns; i++) to[i] *= factor;
    }
  }
}

static TK_CLONES void softmax_gradient_rows(const float *y, const float *upstream, float *dx,
                                            size_t rows, size_t columns, int logarithm) {
  for (size_t row = 0; row < rows; row++) {
    const float *from = y + row * columns, *g = upstream + row * columns;
    float *to = dx + row * columns;
    float sum;
    if (logarithm) {
      TK_ROW_SUM(sum, columns, TK_LANES(g + i), g[i]);
      TK_VECTORISE for (size_t i = 0; i < columns; i++) to[i] = g[i] - tk_exp(from[i]) * sum;
    } else {
      TK_ROW_SUM(sum, columns, TK_LANES(g + i) * TK_LANES(from + i), g[i] * from[i]);
      TK_VECTORISE for (size_t i = 0; i < columns; i++) to[i] = from[i] * (g[i] - sum);
    }
  }
}

static TK_CLONES void cross_entropy_rows(const float *x, const int32_t *labels, float *losses,
                                         size_t rows, size_t columns) {
  for (size_t row = 0; row < rows; row++) {
    const float *from = x + row * columns;
    float shift = maximum_of(from, columns);
    float sum = sum_exponentials(from, columns, shift, NULL);
    losses[row] = (shift - from[labels[row]]) + tk_log(sum);
  }
}

static TK_CLONES void cross_entropy_gradient_rows(const float *x, const int32_t *labels,
                                                  const float *upstream, float *dx, size_t rows,
                                                  size_t columns) {
  for (size_t row = 0; row < rows; row++) {
    const float *from = x + row * columns;
    float *to = dx + row * columns;
    float factor =
        upstream[row] / sum_exponentials(from, columns, maximum_of(from, columns), to);
    TK_VECTORISE for (size_t i = 0; i < columns; i++) to[i] *= factor;
    to[labels[row]] -= upstream[row];
  }
}

typedef struct {
  const float *x, *upstream;
  const int32_t *labels;
  float *y;
  size_t columns;
  int logarithm;
} job;

static void softmax_work(void *context, size_t begin, size_t end) {
  const job *job = context;
  size_t at = begin * job->columns;
  softmax_rows(job->x + at, job->y + at, end - begin, job->columns, job->logarithm);
}

static void softmax_gradient_work(void *context, size_t begin, size_t end) {
  const job *job = context;
  size_t at = begin * job->columns;
  softmax_gradient_rows(job->x + at, job->upstream + at, job->y + at, end - begin, job->columns,
                        job->logarithm);
}

static void cross_entropy_work(void *context, size_t begin, size_t end) {
  const job *job = context;
  cross_entropy_rows(job->x + begin * job->columns, job->labels + begin, job->y + begin,
                     end - begin, job->columns);
}

static void cross_entropy_gradient_work(void *context, size_t begin, size_t end) {
  const job *job = context;
  size_t at = begin * job->columns;
  cross_entropy_gradient_rows(job->x + at, job->labels + begin, job->upstream + begin,
                              job->y + at, end - begin, job->columns);
}

static void for_rows(size_t rows, tk_body body, job *job) {
  if (job->columns == 0) return;
  tk_parallel(rows, tk_ceil_divide(TK_HEAVY_GRAIN, job->columns), body, job);
}

void tk_softmax(const float *x, float *y, size_t rows, size_t columns, int logarithm) {
  for_rows(rows, softmax_work, &(job){x, NULL, NULL, y, columns, logarithm});
}

void tk_softmax_gradient(const float *y, const float *upstream, float *dx, size_t rows,
                         size_t columns, int logarithm) {
  for_rows(rows, softmax_gradient_work, &(job){y, upstream, NULL, dx, columns, logarithm});
}

void tk_cross_entropy(const float *logits, const int32_t *labels, float *losses, size_t rows,
                      size_t columns) {
  for_rows(rows, cross_entropy_work, &(job){logits, NULL, labels, losses, columns, 0});
}

void tk_cross_entropy_gradient(const float *logits, const int32_t *labels, const float *upstream,
                               float *dx, size_t rows, size_t columns) {
  for_rows(rows, cross_entropy_gradient_work, &(job){logits, upstream, labels, dx, columns, 0});
}
