#include "include/tk_reductions.h"

#include <math.h>
#include <stdlib.h>

#include "columns.h"
#include "lanes.h"

/* Elements of a row that are summed up in float32, and that are one item of work. */
enum { SEGMENT = 4096 };

typedef struct {
  tk_reduction reduction;
  const float *x;
  float *y;
  size_t extent, inner;
  tk_columns plan;
  double *partial;
} job;

/* NaN passes, from either side. */
TK_INLINE float larger(float a, float b) { return a > b || a != a ? a : b; }

static TK_CLONES void sum_rows(const float *x, size_t rows, size_t columns, float *y) {
  for (size_t row = 0; row < rows; row++) {
    const float *values = x + row * columns;
    float sum;
    TK_ROW_SUM(sum, columns, TK_LANES(values + i), values[i]);
    y[row] = sum;
  }
}

static TK_CLONES float maximum_of_row(const float *x, size_t count) {
  size_t at = 0;
  if (count < 64) {
    /* Filling the lanes would cost many times a short row, such as the pieces of a maxout. */
    float result = -INFINITY;
    for (; at < count; at++) result = larger(x[at], result);
    return result;
  }
  float lanes[64];
  for (int i = 0; i < 64; i++) lanes[i] = -INFINITY;
  for (; at + 64 <= count; at += 64) {
    for (int i = 0; i < 64; i++) lanes[i] = larger(x[at + i], lanes[i]);
  }
  float result = -INFINITY;
  for (; at < count; at++) result = larger(x[at], result);
  for (int i = 0; i < 64; i++) result = larger(lanes[i], result);
  return result;
}

/* Rows begin ..< end, each short enough for one sum. */
static void row_work(void *context, size_t begin, size_t end) {
  const job *job = context;
  const float *x = job->x + begin * job->extent;
  if (job->reduction == TK_SUM) {
    sum_rows(x, end - begin, job->extent, job->y + begin);
    return;
  }
  for (size_t row = begin; row < end; row++, x += job->extent) {
    job->y[row] = maximum_of_row(x, job->extent);
  }
}

/* Segments begin ..< end of the rows. */
static void segment_work(void *context, size_t begin, size_t end) {
  const job *job = context;
  size_t segments = tk_ceil_divide(job->extent, SEGMENT);
  for (size_t item = begin; item < end; item++) {
    size_t first = item % segments * SEGMENT;
    const float *x = job->x + item / segments * job->extent + first;
    size_t count = tk_min(SEGMENT, job->extent - first);
    float result;
    if (job->reduction == TK_SUM) {
      sum_rows(x, 1, count, &result);
    } else {
      result = maximum_of_row(x, count);
    }
    job->partial[item] = (double)result;
  }
}

/* The sum or the maximum of partial results. */
static float combined(tk_reduction reduction, const double *partial, size_t count, size_t step) {
  if (reduction == TK_SUM) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += partial[i * step];
    return (float)sum;
  }
  float result = -INFINITY;
  for (size_t i = 0; i < count; i++) result = larger((float)partial[i * step], result);
  return result;
}

static void reduce_rows(job *job, size_t rows) {
  if (job->extent <= SEGMENT) {
    tk_parallel(rows, tk_ceil_divide(TK_LIGHT_GRAIN, tk_max(job->extent, 1)), row_work, job);
    return;
  }
  size_t segments = tk_ceil_divide(job->extent, SEGMENT);
  job->partial = tk_allocate(rows * segments * sizeof(double));
  tk_parallel(rows * segments, TK_LIGHT_GRAIN / SEGMENT, segment_work, job);
  for (size_t row = 0; row < rows; row++) {
    job->y[row] = combined(job->reduction, job->partial + row * segments, segments, 1);
  }
  free(job->partial);
}

static TK_CLONES void maximum_in_places(const float *restrict x, size_t count, size_t length,
                                        float *restrict places) {
  for (size_t at = 0; at < count; at += length) {
    size_t size = tk_min(length, count - at);
    for (size_t i = 0; i < size; i++) places[i] = larger(x[at + i], places[i]);
  }
}

/* Blocks begin ..< end, counted over all outer indices. */
static void column_work(void *context, size_t begin, size_t end) {
  const job *job = context;
  const tk_columns *plan = &job->plan;
  float *places = tk_allocate(plan->length * sizeof(float));
  for (size_t item = begin; item < end; item++) {
    size_t outer = item / plan->blocks, block = item % plan->blocks;
    const float *x = job->x + outer * plan->rows * plan->columns + block * plan->block;
    size_t count = tk_block_size(plan, block);
    double *partial = job->partial + item * plan->columns;
    float start = job->reduction == TK_SUM ? 0.0f : -INFINITY;
    for (size_t i = 0; i < plan->length; i++) places[i] = start;
    if (job->reduction == TK_SUM) {
      tk_add_to_places(x, count, plan->length, places);
      for (size_t c = 0; c < plan->columns; c++) partial[c] = tk_fold(plan, places, c);
    } else {
      maximum_in_places(x, count, plan->length, places);
      for (size_t c = 0; c < plan->columns; c++) {
        float result = -INFINITY;
        for (size_t i = c; i < plan->length; i += plan->columns) {
          result = larger(places[i], result);
        }
        partial[c] = (double)result;
      }
    }
  }
  free(places);
}

static void reduce_columns(job *job, size_t outer) {
  job->plan = tk_columns_of(job->extent, job->inner);
  const tk_columns *plan = &job->plan;
  size_t items = outer * plan->blocks, columns = plan->columns;
  job->partial = tk_allocate(items * columns * sizeof(double));
  size_t elements = tk_min(plan->block, plan->rows * plan->columns);
  tk_parallel(items, tk_ceil_divide(TK_LIGHT_GRAIN, elements), column_work, job);
  for (size_t o = 0; o < outer; o++) {
    const double *partial = job->partial + o * plan->blocks * columns;
    float *y = job->y + o * columns;
    for (size_t c = 0; c < columns; c++) {
      y[c] = combined(job->reduction, partial + c, plan->blocks, columns);
    }
  }
  free(job->partial);
}

/* The middle axis of [outer, extent, inner]. */
static void reduce_middle(tk_reduction reduction, const float *x, float *y, size_t outer,
                          size_t extent, size_t inner) {
  job job = {reduction, x, y, extent, inner};
  if (outer * inner == 0) return;
  if (extent == 0) {
    for (size_t i = 0; i < outer * inner; i++) y[i] = reduction == TK_SUM ? 0.0f : -INFINITY;
  } else if (inner == 1) {
    reduce_rows(&job, outer);
  } else {
    reduce_columns(&job, outer);
  }
}

void tk_reduce(tk_reduction reduction, const float *x, float *y, size_t rank,
               const ptrdiff_t *extents, uint32_t axes) {
  /* Neighbouring axes of one kind become one; then the reduced ones go, from the last to the
   * first, each the middle of three. */
  size_t merged[32];
  int isReduced[32];
  int count = 0;
  for (size_t axis = 0; axis < rank; axis++) {
    int reduced = (int)(axes >> axis & 1);
    if (count > 0 && (isReduced[count - 1] == reduced || extents[axis] == 1)) {
      merged[count - 1] *= (size_t)extents[axis];
    } else {
      merged[count] = (size_t)extents[axis];
      isReduced[count++] = reduced;
    }
  }
  int remaining = 0;
  for (int i = 0; i < count; i++) remaining += isReduced[i];
  size_t inner = 1;
  float *owned = NULL;
  for (int axis = count - 1; axis >= 0; axis--) {
    if (!isReduced[axis]) {
      inner *= merged[axis];
      continue;
    }
    size_t outer = 1;
    for (int i = 0; i < axis; i++) outer *= merged[i];
    float *target = --remaining > 0 ? tk_allocate(outer * inner * sizeof(float)) : y;
    reduce_middle(reduction, x, target, outer, merged[axis], inner);
    free(owned);
    owned = target == y ? NULL : target;
    x = target;
  }
  if (x != y) {
    size_t total = 1;
    for (int i = 0; i < count; i++) total *= merged[i];
    memcpy(y, x, total * sizeof(float));
  }
}

typedef struct {
  const float *x;
  double *partial;
  size_t count;
} square_job;

static TK_CLONES double square_segment(const float *x, size_t count) {
  double sums[16] = {0};
  size_t at = 0;
  for (; at + 16 <= count; at += 16) {
    for (int i = 0; i < 16; i++) sums[i] += (double)x[at + i] * (double)x[at + i];
  }
  double total = 0;
  for (; at < count; at++) total += (double)x[at] * (double)x[at];
  for (int i = 0; i < 16; i++) total += sums[i];
  return total;
}

static void square_work(void *context, size_t begin, size_t end) {
  const square_job *job = context;
  for (size_t i = begin; i < end; i++) {
    size_t first = i * SEGMENT;
    job->partial[i] = square_segment(job->x + first, tk_min(SEGMENT, job->count - first));
  }
}

double tk_sum_of_squares(const float *x, size_t count) {
  size_t segments = tk_ceil_divide(count, SEGMENT);
  if (segments <= 1) return square_segment(x, count);
  square_job job = {x, tk_allocate(segments * sizeof(double)), count};
  tk_parallel(segments, TK_LIGHT_GRAIN / SEGMENT, square_work, &job);
  double total = 0;
  for (size_t i = 0; i < segments; i++) total += job.partial[i];
  free(job.partial);
  return total;
}
