#include <stdlib.h>
#include <string.h>

#include "include/tk_images.h"
#include "parallel.h"

/* The two source positions of a target position, and the weight of the second. */
typedef struct {
  ptrdiff_t low, high;
  float fraction;
} source;

static source source_of(ptrdiff_t target, ptrdiff_t from, ptrdiff_t to, int bilinear) {
  double scale = (double)from / (double)to;
  double place = bilinear ? ((double)target + 0.5) * scale - 0.5 : (double)target * scale;
  if (place < 0) place = 0;
  ptrdiff_t low = (ptrdiff_t)place < from - 1 ? (ptrdiff_t)place : from - 1;
  ptrdiff_t high = low + 1 < from ? low + 1 : from - 1;
  source source = {low, high, bilinear ? (float)(place - (double)low) : 0.0f};
  return source;
}

typedef struct {
  const float *from;
  float *to;
  size_t channels;
  tk_size input, output;
  int bilinear;
  const source *rows, *columns;
} job;

/* Rows begin ..< end of [batch, output height]. */
static TK_CLONES void forward_work(void *context, size_t begin, size_t end) {
  const job *job = context;
  size_t channels = job->channels;
  size_t line = (size_t)job->input.width * channels;
  for (size_t item = begin; item < end; item++) {
    size_t image = item / (size_t)job->output.height;
    source row = job->rows[item % (size_t)job->output.height];
    const float *top = job->from + (image * (size_t)job->input.height + (size_t)row.low) * line;
    const float *bottom =
        job->from + (image * (size_t)job->input.height + (size_t)row.high) * line;
    float *restrict y = job->to + item * (size_t)job->output.width * channels;
    for (ptrdiff_t j = 0; j < job->output.width; j++, y += channels) {
      source column = job->columns[j];
      size_t left = (size_t)column.low * channels, right = (size_t)column.high * channels;
      const float *restrict a = top + left, *restrict b = top + right;
      const float *restrict c = bottom + left, *restrict d = bottom + right;
      if (!job->bilinear) {
        for (size_t i = 0; i < channels; i++) y[i] = a[i];
        continue;
      }
      float across = column.fraction, down = row.fraction;
      for (size_t i = 0; i < channels; i++) {
        float upper = a[i] * (1.0f - across) + b[i] * across;
        float lower = c[i] * (1.0f - across) + d[i] * across;
        y[i] = upper * (1.0f - down) + lower * down;
      }
    }
  }
}

TK_INLINE void add_scaled(const float *restrict g, float *restrict x, size_t count,
                          float weight) {
  for (size_t i = 0; i < count; i++) x[i] += weight * g[i];
}

/* Images begin ..< end. */
static TK_CLONES void transpose_work(void *context, size_t begin, size_t end) {
  const job *job = context;
  size_t channels = job->channels;
  size_t line = (size_t)job->input.width * channels;
  size_t size = (size_t)job->input.height * line;
  memset(job->to + begin * size, 0, (end - begin) * size * sizeof(float));
  const float *g =
      job->from + begin * (size_t)(job->output.height * job->output.width) * channels;
  for (size_t image = begin; image < end; image++) {
    for (ptrdiff_t i = 0; i < job->output.height; i++) {
      source row = job->rows[i];
      float *top = job->to + image * size + (size_t)row.low * line;
      float *bottom = job->to + image * size + (size_t)row.high * line;
      float down = row.fraction;
      for (ptrdiff_t j = 0; j < job->output.width; j++, g += channels) {
        source column = job->columns[j];
        size_t left = (size_t)column.low * channels, right = (size_t)column.high * channels;
        if (!job->bilinear) {
          add_scaled(g, top + left, channels, 1.0f);
          continue;
        }
        float across = column.fraction;
        add_scaled(g, top + left, channels, (1.0f - down) * (1.0f - across));
        add_scaled(g, top + right, channels, (1.0f - down) * across);
        add_scaled(g, bottom + left, channels, down * (1.0f - across));
        add_scaled(g, bottom + right, channels, down * across);
      }
    }
  }
}

static void run(const float *from, float *to, size_t batch, size_t channels, tk_size input,
                tk_size output, int bilinear, int isTransposed) {
  size_t height = (size_t)output.height, width = (size_t)output.width;
  source *sources = tk_allocate((height + width) * sizeof(source));
  for (ptrdiff_t i = 0; i < output.height; i++) {
    sources[i] = source_of(i, input.height, output.height, bilinear);
  }
  for (ptrdiff_t j = 0; j < output.width; j++) {
    sources[height + (size_t)j] = source_of(j, input.width, output.width, bilinear);
  }
  job job = {from, to, channels, input, output, bilinear, sources, sources + height};
  size_t row = tk_max(width * channels, 1);
  if (isTransposed) {
    size_t image = tk_max(row * height, 1);
    tk_parallel(batch, tk_ceil_divide(TK_LIGHT_GRAIN, image), transpose_work, &job);
  } else {
    tk_parallel(batch * height, tk_ceil_divide(TK_LIGHT_GRAIN, row), forward_work, &job);
  }
  free(sources);
}

void tk_resample(const float *x, float *y, size_t batch, size_t channels, tk_size input,
                 tk_size output, int bilinear) {
  run(x, y, batch, channels, input, output, bilinear, 0);
}

void tk_resample_transpose(const float *y, float *x, size_t batch, size_t channels, tk_size input,
                           tk_size output, int bilinear) {
  run(y, x, batch, channels, input, output, bilinear, 1);
}
