#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "functions.h"
#include "include/tk_normalization.h"

/* y = (x - mean) factor + shift, place by place. */
static TK_CLONES void normalize(const float *restrict x, float *restrict y, size_t count,
                                size_t length, const float *restrict mean,
                                const float *restrict factor, const float *restrict shift) {
  for (size_t at = 0; at < count; at += length) {
    size_t size = tk_min(length, count - at);
    for (size_t i = 0; i < size; i++) {
      y[at + i] = (x[at + i] - mean[i]) * factor[i] + shift[i];
    }
  }
}

typedef struct {
  tk_columns plan;
  const float *x;
  float *y;
  const float *mean, *factor, *shift;
  tk_unary_loop activation;
  float p, q;
} forward_job;

/* Blocks begin ..< end, from the last to the first: what the moments' kernel read last is still
 * in the cache. */
static void forward_work(void *context, size_t begin, size_t end) {
  const forward_job *job = context;
  const tk_columns *plan = &job->plan;
  for (size_t block = end; block-- > begin;) {
    size_t first = block * plan->block, count = tk_block_size(plan, block);
    for (size_t at = first; at < first + count; at += plan->strip) {
      size_t size = tk_min(plan->strip, first + count - at);
      normalize(job->x + at, job->y + at, size, plan->length, job->mean, job->factor, job->shift);
      if (job->activation) job->activation(job->y + at, job->y + at, size, job->p, job->q);
    }
  }
}

void tk_batch_norm(const float *x, float *y, size_t rows, size_t channels, const float *mean,
                   const float *variance, const float *scale, const float *shift, double epsilon,
                   tk_activation activation) {
  forward_job job = {tk_columns_of(rows, channels), x, y};
  const tk_columns *plan = &job.plan;
  size_t length = plan->length;
  float *memory = tk_allocate((3 * length + channels) * sizeof(float));
  float *factor = memory + 3 * length;
  for (size_t c = 0; c < channels; c++) {
    factor[c] = (float)((double)scale[c] / sqrt((double)variance[c] + epsilon));
  }
  tk_spread(plan, mean, memory);
  tk_spread(plan, factor, memory + length);
  tk_spread(plan, shift, memory + 2 * length);
  job.mean = memory;
  job.factor = memory + length;
  job.shift = memory + 2 * length;
  job.activation = activation.exists ? tk_unary_loop_of(activation.function, activation.p) : NULL;
  job.p = activation.p;
  job.q = activation.q;
  tk_parallel(plan->blocks, 1, forward_work, &job);
  free(memory);
}

/* sums += dz, products += dz (x - mean), place by place. */
static TK_CLONES void add_products(const float *restrict dz, const float *restrict x,
                                   size_t count, size_t length, const float *restrict mean,
                                   float *restrict sums, float *restrict products) {
  size_t at = 0;
  for (; at + 2 * length <= count; at += 2 * length) {
    const float *ga = dz + at, *gb = ga + length, *xa = x + at, *xb = xa + length;
    for (size_t i = 0; i < length; i++) {
      sums[i] += ga[i] + gb[i];
      products[i] += ga[i] * (xa[i] - mean[i]) + gb[i] * (xb[i] - mean[i]);
    }
  }
  for (; at < count; at += length) {
    size_t size = tk_min(length, count - at);
    for (size_t i = 0; i < size; i++) {
      sums[i] += dz[at + i];
      products[i] += dz[at + i] * (x[at + i] - mean[i]);
    }
  }
}

/* dx = a dz - b (x - mean) - c, place by place; dx may be dz. */
static TK_CLONES void combine(const float *dz, const float *x, float *dx, size_t count,
                              size_t length, const float *mean, const float *a, const float *b,
                              const float *c) {
  for (size_t at = 0; at < count; at += length) {
    size_t size = tk_min(length, count - at);
    TK_VECTORISE for (size_t i = 0; i < size; i++) {
      dx[at + i] = a[i] * dz[at + i] - (b[i] * (x[at + i] - mean[i]) + c[i]);
    }
  }
}

typedef struct {
  tk_columns plan;
  const float *x, *upstream, *output;
  float *dx;
  const float *mean;
  tk_gradient_loop activation;
  float p, q;
  /* Of each block and channel: sum of dz and of dz (x - mean). */
  double *sums, *products;
  const float *a, *b, *c;
} backward_job;

/* Blocks begin ..< end: the sums. With an activation, dz is left in dx. */
static void sum_work(void *context, size_t begin, size_t end) {
  const backward_job *job = context;
  const tk_columns *plan = &job->plan;
  size_t length = plan->length, columns = plan->columns;
  float *sums = tk_allocate(2 * length * sizeof(float)), *products = sums + length;
  for (size_t block = begin; block < end; block++) {
    size_t first = block * plan->block, count = tk_block_size(plan, block);
    memset(sums, 0, 2 * length * sizeof(float));
    for (size_t at = first; at < first + count; at += plan->strip) {
      size_t size = tk_min(plan->strip, first + count - at);
      const float *dz = job->upstream + at;
      if (job->activation) {
        job->activation(job->output + at, dz, job->dx + at, size, job->p, job->q);
        dz = job->dx + at;
      }
      add_products(dz, job->x + at, size, length, job->mean, sums, products);
    }
    for (size_t c = 0; c < columns; c++) {
      job->sums[block * columns + c] = tk_fold(plan, sums, c);
      job->products[block * columns + c] = tk_fold(plan, products, c);
    }
  }
  free(sums);
}

/* Blocks begin ..< end, from the last, which is still in the cache: dx. */
static void input_work(void *context, size_t begin, size_t end) {
  const backward_job *job = context;
  const tk_columns *plan = &job->plan;
  const float *dz = job->activation ? job->dx : job->upstream;
  for (size_t block = end; block-- > begin;) {
    size_t at = block * plan->block;
    combine(dz + at, job->x + at, job->dx + at, tk_block_size(plan, block), plan->length,
            job->mean, job->a, job->b, job->c);
  }
}

void tk_batch_norm_gradient(const float *x, const float *upstream, const float *output,
                            size_t rows, size_t channels, const float *mean,
                            const float *variance, const float *scale, double epsilon,
                            tk_activation activation, float *dx, float *dscale, float *dshift) {
  backward_job job = {tk_columns_of(rows, channels), x, upstream, output, dx};
  const tk_columns *plan = &job.plan;
  size_t length = plan->length, blocks = plan->blocks;
  if (activation.exists) {
    job.activation = tk_gradient_loop_of(activation.function, activation.p);
    job.p = activation.p;
    job.q = activation.q;
  }
  float *places = tk_allocate((4 * length + 3 * channels) * sizeof(float));
  double *sums = tk_allocate(2 * blocks * channels * sizeof(double));
  tk_spread(plan, mean, places);
  job.mean = places;
  job.sums = sums;
  job.products = sums + blocks * channels;
  tk_parallel(blocks, 1, sum_work, &job);

  /* dx = scale / s (dz - dshift / m - u dscale / m) with u = (x - mean) / s. */
  float *a = places + 4 * length, *b = a + channels, *c = b + channels;
  double m = (double)tk_max(rows, 1);
  for (size_t i = 0; i < channels; i++) {
    double sum = 0, product = 0;
    for (size_t block = 0; block < blocks; block++) {
      sum += job.sums[block * channels + i];
      product += job.products[block * channels + i];
    }
    double inverse = 1 / sqrt((double)variance[i] + epsilon);
    double factor = (double)scale[i] * inverse;
    dshift[i] = (float)sum;
    dscale[i] = (float)(product * inverse);
    a[i] = (float)factor;
    b[i] = (float)(factor * inverse * inverse * product / m);
    c[i] = (float)(factor * sum / m);
  }
  tk_spread(plan, a, places + length);
  tk_spread(plan, b, places + 2 * length);
  tk_spread(plan, c, places + 3 * length);
  job.a = places + length;
  job.b = places + 2 * length;
  job.c = places + 3 * length;
  tk_parallel(blocks, 1, input_work, &job);
  free(sums);
  free(places);
}

/* Blocks begin ..< end: dz, and its sums. */
static void bias_work(void *context, size_t begin, size_t end) {
  const backward_job *job = context;
  const tk_columns *plan = &job->plan;
  float *sums = tk_allocate(plan->length * sizeof(float));
  for (size_t block = begin; block < end; block++) {
    size_t first = block * plan->block, count = tk_block_size(plan, block);
    memset(sums, 0, plan->length * sizeof(float));
    for (size_t at = first; at < first + count; at += plan->strip) {
      size_t size = tk_min(plan->strip, first + count - at);
      job->activation(job->output + at, job->upstream + at, job->dx + at, size, job->p, job->q);
      tk_add_to_places(job->dx + at, size, plan->length, sums);
    }
    for (size_t c = 0; c < plan->columns; c++) {
      job->sums[block * plan->columns + c] = tk_fold(plan, sums, c);
    }
  }
  free(sums);
}

void tk_activation_gradient(tk_activation activation, const float *output, const float *upstream,
                            float *dz, size_t rows, size_t channels, float *bias) {
  if (bias == NULL) {
    tk_unary_gradient(activation.function, output, upstream, dz, rows * channels, activation.p,
                      activation.q);
    return;
  }
  backward_job job = {tk_columns_of(rows, channels), NULL, upstream, output, dz};
  job.activation = tk_gradient_loop_of(activation.function, activation.p);
  job.p = activation.p;
  job.q = activation.q;
  job.sums = tk_allocate(job.plan.blocks * channels * sizeof(double));
  tk_parallel(job.plan.blocks, 1, bias_work, &job);
  tk_add_blocks(job.sums, job.plan.blocks, channels, bias);
  free(job.sums);
}
