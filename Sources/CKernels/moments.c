#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "include/tk_normalization.h"

/* sums += x - shift, squares += (x - shift)^2, place by place. */
static TK_CLONES void add_moments(const float *restrict x, size_t count, size_t length,
                                  const float *restrict shift, float *restrict sums,
                                  float *restrict squares) {
  size_t at = 0;
  for (; at + 4 * length <= count; at += 4 * length) {
    const float *a = x + at, *b = a + length, *c = b + length, *d = c + length;
    for (size_t i = 0; i < length; i++) {
      float da = a[i] - shift[i], db = b[i] - shift[i];
      float dc = c[i] - shift[i], dd = d[i] - shift[i];
      sums[i] += (da + db) + (dc + dd);
      squares[i] += (da * da + db * db) + (dc * dc + dd * dd);
    }
  }
  for (; at < count; at += length) {
    size_t size = tk_min(length, count - at);
    for (size_t i = 0; i < size; i++) {
      float d = x[at + i] - shift[i];
      sums[i] += d;
      squares[i] += d * d;
    }
  }
}

typedef struct {
  tk_columns plan;
  const float *x;
  /* Of each block and channel: the mean, and the sum of the squared distances from it. */
  double *means, *distances;
} job;

/* Blocks begin ..< end. Distances are taken from the mean of the block's first strip: since that
 * strip is an eighth of the block, they are at most a few times those from the block's mean, and
 * the difference of the two loses no more than a digit. */
static void work(void *context, size_t begin, size_t end) {
  const job *job = context;
  const tk_columns *plan = &job->plan;
  size_t length = plan->length, columns = plan->columns;
  float *memory = tk_allocate((3 * length + columns) * sizeof(float));
  float *shift = memory, *sums = shift + length, *squares = sums + length;
  float *first = squares + length;
  for (size_t block = begin; block < end; block++) {
    const float *x = job->x + block * plan->block;
    size_t count = tk_block_size(plan, block), head = tk_min(plan->strip, count);
    memset(sums, 0, 2 * length * sizeof(float));
    tk_add_to_places(x, head, length, sums);
    for (size_t c = 0; c < columns; c++) {
      first[c] = (float)(tk_fold(plan, sums, c) / (double)(head / columns));
    }
    tk_spread(plan, first, shift);
    memset(sums, 0, length * sizeof(float));
    add_moments(x, count, length, shift, sums, squares);
    double n = (double)(count / columns);
    double *means = job->means + block * columns, *distances = job->distances + block * columns;
    for (size_t c = 0; c < columns; c++) {
      double sum = tk_fold(plan, sums, c), square = tk_fold(plan, squares, c);
      means[c] = (double)shift[c] + sum / n;
      distances[c] = fmax(square - sum * sum / n, 0);
    }
  }
  free(memory);
}

void tk_channel_moments(const float *x, size_t rows, size_t channels, float *mean,
                        float *variance) {
  job job = {tk_columns_of(rows, channels), x};
  const tk_columns *plan = &job.plan;
  job.means = tk_allocate(2 * plan->blocks * channels * sizeof(double));
  job.distances = job.means + plan->blocks * channels;
  tk_parallel(plan->blocks, 1, work, &job);
  double total = (double)rows;
  for (size_t c = 0; c < channels; c++) {
    double sum = 0, distance = 0;
    for (size_t b = 0; b < plan->blocks; b++) {
      double n = (double)(tk_block_size(plan, b) / channels);
      sum += n * job.means[b * channels + c];
    }
    double centre = sum / total;
    for (size_t b = 0; b < plan->blocks; b++) {
      double n = (double)(tk_block_size(plan, b) / channels);
      double away = job.means[b * channels + c] - centre;
      distance += job.distances[b * channels + c] + n * away * away;
    }
    mean[c] = (float)centre;
    variance[c] = (float)(distance / total);
  }
  free(job.means);
}
