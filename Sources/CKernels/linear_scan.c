#include "include/tk_linear_scan.h"

#include <stdlib.h>
#include <string.h>

#include "parallel.h"

typedef struct {
  const float *a, *b;
  float *h;
  size_t steps, columns;
  /* From a step to the next one in the scan's order: columns, or its negative; and the first. */
  ptrdiff_t stride, first;
  /* [columns], or one row for each chunk: what stands before its first step. */
  const float *initial;
  /* [chunks, columns]. */
  double *product, *end;
} job;

/* `steps` steps of `count` columns. */
static TK_CLONES void scan(const float *a, const float *b, float *h, const float *initial,
                           size_t steps, size_t count, ptrdiff_t stride) {
  const float *before = initial;
  for (size_t step = 0; step < steps; step++) {
    TK_VECTORISE
    for (size_t i = 0; i < count; i++) h[i] = a[i] * before[i] + b[i];
    before = h;
    a += stride;
    b += stride;
    h += stride;
  }
}

/* The product of all coefficients of `steps` steps, and where a scan from zero ends. */
static TK_CLONES void summarize(const float *a, const float *b, double *product, double *end,
                                size_t steps, size_t count, ptrdiff_t stride) {
  for (size_t i = 0; i < count; i++) {
    product[i] = 1;
    end[i] = 0;
  }
  for (size_t step = 0; step < steps; step++) {
    TK_VECTORISE
    for (size_t i = 0; i < count; i++) {
      product[i] *= (double)a[i];
      end[i] = (double)a[i] * end[i] + (double)b[i];
    }
    a += stride;
    b += stride;
  }
}

/* Columns begin ..< end. */
static void column_work(void *context, size_t begin, size_t end) {
  const job *job = context;
  ptrdiff_t at = job->first + (ptrdiff_t)begin;
  scan(job->a + at, job->b + at, job->h + at, job->initial + begin, job->steps, end - begin,
       job->stride);
}

static size_t chunk_steps(const job *job, size_t chunk) {
  return tk_min(TK_SCAN_CHUNK, job->steps - chunk * TK_SCAN_CHUNK);
}

static ptrdiff_t chunk_start(const job *job, size_t chunk) {
  return job->first + (ptrdiff_t)(chunk * TK_SCAN_CHUNK) * job->stride;
}

/* Chunks begin ..< end. */
static void summary_work(void *context, size_t begin, size_t end) {
  const job *job = context;
  for (size_t chunk = begin; chunk < end; chunk++) {
    ptrdiff_t at = chunk_start(job, chunk);
    summarize(job->a + at, job->b + at, job->product + chunk * job->columns,
              job->end + chunk * job->columns, chunk_steps(job, chunk), job->columns, job->stride);
  }
}

/* Chunks begin ..< end. */
static void chunk_work(void *context, size_t begin, size_t end) {
  const job *job = context;
  for (size_t chunk = begin; chunk < end; chunk++) {
    ptrdiff_t at = chunk_start(job, chunk);
    scan(job->a + at, job->b + at, job->h + at, job->initial + chunk * job->columns,
         chunk_steps(job, chunk), job->columns, job->stride);
  }
}

static void scan_chunks(job *job, const float *initial) {
  size_t columns = job->columns, chunks = tk_ceil_divide(job->steps, TK_SCAN_CHUNK);
  size_t grain = tk_ceil_divide(TK_HEAVY_GRAIN, TK_SCAN_CHUNK * columns);
  job->product = tk_allocate(2 * chunks * columns * sizeof(double));
  job->end = job->product + chunks * columns;
  float *starts = tk_allocate(chunks * columns * sizeof(float));
  tk_parallel(chunks, grain, summary_work, job);
  memcpy(starts, initial, columns * sizeof(float));
  for (size_t i = 0; i < columns; i++) {
    double h = (double)initial[i];
    for (size_t chunk = 1; chunk < chunks; chunk++) {
      size_t before = (chunk - 1) * columns + i;
      /* A product may have overflowed; of nothing it makes nothing. */
      h = (h == 0 ? 0 : job->product[before] * h) + job->end[before];
      starts[chunk * columns + i] = (float)h;
    }
  }
  job->initial = starts;
  tk_parallel(chunks, grain, chunk_work, job);
  free(starts);
  free(job->product);
}

void tk_linear_scan(const float *a, const float *b, const float *initial, float *h, size_t steps,
                    size_t columns, int reversed) {
  if (steps == 0 || columns == 0) return;
  job job = {.a = a, .b = b, .h = h, .steps = steps, .columns = columns, .initial = initial};
  job.stride = reversed ? -(ptrdiff_t)columns : (ptrdiff_t)columns;
  job.first = reversed ? (ptrdiff_t)((steps - 1) * columns) : 0;
  if (columns < TK_SCAN_COLUMNS && steps >= 2 * TK_SCAN_CHUNK) {
    scan_chunks(&job, initial);
  } else {
    tk_parallel(columns, tk_max(tk_ceil_divide(TK_LIGHT_GRAIN, steps), 16), column_work, &job);
  }
}
