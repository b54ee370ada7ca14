#include <math.h>
#include <string.h>

#include "include/tk_images.h"
#include "parallel.h"

/* The pixels of the image under one window: rows top ..< bottom, columns left ..< right. */
typedef struct {
  ptrdiff_t top, bottom, left, right;
} area;

TK_INLINE area area_under(const tk_pooling *pooling, ptrdiff_t row, ptrdiff_t column) {
  ptrdiff_t top = row * pooling->stride.height - pooling->padding.height;
  ptrdiff_t left = column * pooling->stride.width - pooling->padding.width;
  ptrdiff_t bottom = top + pooling->window.height, right = left + pooling->window.width;
  area area = {top > 0 ? top : 0,
               bottom < pooling->input.height ? bottom : pooling->input.height,
               left > 0 ? left : 0,
               right < pooling->input.width ? right : pooling->input.width};
  return area;
}

typedef struct {
  const tk_pooling *pooling;
  const float *x, *upstream;
  float *y;
  int32_t *places;
} job;

TK_INLINE ptrdiff_t pixel_offset(const tk_pooling *pooling, ptrdiff_t image, ptrdiff_t row,
                                 ptrdiff_t column) {
  return ((image * pooling->input.height + row) * pooling->input.width + column)
         * pooling->channels;
}

/* NaN passes, from either side. */
TK_INLINE float larger(float a, float b) { return a > b || a != a ? a : b; }

/* Rows begin ..< end of [batch, output height]. */
static TK_CLONES void max_work(void *context, size_t begin, size_t end) {
  const job *job = context;
  const tk_pooling *pooling = job->pooling;
  ptrdiff_t channels = pooling->channels;
  for (size_t item = begin; item < end; item++) {
    ptrdiff_t image = (ptrdiff_t)item / pooling->output.height;
    ptrdiff_t row = (ptrdiff_t)item % pooling->output.height;
    float *restrict y = job->y + (ptrdiff_t)item * pooling->output.width * channels;
    for (ptrdiff_t column = 0; column < pooling->output.width; column++, y += channels) {
      area area = area_under(pooling, row, column);
      for (ptrdiff_t c = 0; c < channels; c++) y[c] = -INFINITY;
      for (ptrdiff_t i = area.top; i < area.bottom; i++) {
        for (ptrdiff_t j = area.left; j < area.right; j++) {
          const float *restrict x = job->x + pixel_offset(pooling, image, i, j);
          for (ptrdiff_t c = 0; c < channels; c++) y[c] = larger(x[c], y[c]);
        }
      }
    }
  }
}

/* Channels that are searched together. */
enum { CHUNK = 128 };

/* The flat positions of the first maxima of `count` channels from `first` on. */
TK_INLINE void find_maxima(const job *job, ptrdiff_t image, area area, ptrdiff_t first,
                           ptrdiff_t count, int32_t *restrict places) {
  float best[CHUNK];
  int32_t start =
      (int32_t)(pixel_offset(job->pooling, image, area.top, area.left) + first);
  for (ptrdiff_t c = 0; c < count; c++) {
    best[c] = -INFINITY;
    places[c] = start + (int32_t)c;
  }
  for (ptrdiff_t i = area.top; i < area.bottom; i++) {
    for (ptrdiff_t j = area.left; j < area.right; j++) {
      ptrdiff_t offset = pixel_offset(job->pooling, image, i, j) + first;
      const float *x = job->x + offset;
      for (ptrdiff_t c = 0; c < count; c++) {
        int isBetter = x[c] > best[c];
        best[c] = isBetter ? x[c] : best[c];
        places[c] = isBetter ? (int32_t)(offset + c) : places[c];
      }
    }
  }
}

/* Rows begin ..< end of [batch, output height]. */
static TK_CLONES void indices_work(void *context, size_t begin, size_t end) {
  const job *job = context;
  const tk_pooling *pooling = job->pooling;
  ptrdiff_t channels = pooling->channels;
  for (size_t item = begin; item < end; item++) {
    ptrdiff_t image = (ptrdiff_t)item / pooling->output.height;
    ptrdiff_t row = (ptrdiff_t)item % pooling->output.height;
    int32_t *places = job->places + (ptrdiff_t)item * pooling->output.width * channels;
    for (ptrdiff_t column = 0; column < pooling->output.width; column++, places += channels) {
      area area = area_under(pooling, row, column);
      for (ptrdiff_t c = 0; c < channels; c += CHUNK) {
        ptrdiff_t count = channels - c < CHUNK ? channels - c : CHUNK;
        find_maxima(job, image, area, c, count, places + c);
      }
    }
  }
}

/* Images begin ..< end: every pixel of a window compares its place with the maximum's, which
 * vectorises where a scattered addition would not. */
static TK_CLONES void max_gradient_work(void *context, size_t begin, size_t end) {
  const job *job = context;
  const tk_pooling *pooling = job->pooling;
  ptrdiff_t channels = pooling->channels;
  ptrdiff_t size = pooling->input.height * pooling->input.width * channels;
  memset(job->y + (ptrdiff_t)begin * size, 0, (end - begin) * (size_t)size * sizeof(float));
  const float *g = job->upstream + (ptrdiff_t)begin * pooling->output.height
                                       * pooling->output.width * channels;
  for (ptrdiff_t image = (ptrdiff_t)begin; image < (ptrdiff_t)end; image++) {
    for (ptrdiff_t row = 0; row < pooling->output.height; row++) {
      for (ptrdiff_t column = 0; column < pooling->output.width; column++, g += channels) {
        area area = area_under(pooling, row, column);
        for (ptrdiff_t first = 0; first < channels; first += CHUNK) {
          ptrdiff_t count = channels - first < CHUNK ? channels - first : CHUNK;
          int32_t places[CHUNK];
          find_maxima(job, image, area, first, count, places);
          for (ptrdiff_t i = area.top; i < area.bottom; i++) {
            for (ptrdiff_t j = area.left; j < area.right; j++) {
              ptrdiff_t offset = pixel_offset(pooling, image, i, j) + first;
              float *restrict dx = job->y + offset;
              const float *restrict upstream = g + first;
              for (ptrdiff_t c = 0; c < count; c++) {
                dx[c] += places[c] == (int32_t)(offset + c) ? upstream[c] : 0.0f;
              }
            }
          }
        }
      }
    }
  }
}

TK_INLINE float weight_of(const tk_pooling *pooling, area area) {
  ptrdiff_t pixels = pooling->counts_padding
                         ? pooling->window.height * pooling->window.width
                         : (area.bottom - area.top) * (area.right - area.left);
  return 1.0f / (float)pixels;
}

/* Rows begin ..< end of [batch, output height]. */
static TK_CLONES void average_work(void *context, size_t begin, size_t end) {
  const job *job = context;
  const tk_pooling *pooling = job->pooling;
  ptrdiff_t channels = pooling->channels;
  for (size_t item = begin; item < end; item++) {
    ptrdiff_t image = (ptrdiff_t)item / pooling->output.height;
    ptrdiff_t row = (ptrdiff_t)item % pooling->output.height;
    float *restrict y = job->y + (ptrdiff_t)item * pooling->output.width * channels;
    for (ptrdiff_t column = 0; column < pooling->output.width; column++, y += channels) {
      area area = area_under(pooling, row, column);
      float weight = weight_of(pooling, area);
      for (ptrdiff_t c = 0; c < channels; c++) y[c] = 0.0f;
      for (ptrdiff_t i = area.top; i < area.bottom; i++) {
        for (ptrdiff_t j = area.left; j < area.right; j++) {
          const float *restrict x = job->x + pixel_offset(pooling, image, i, j);
          for (ptrdiff_t c = 0; c < channels; c++) y[c] += x[c];
        }
      }
      for (ptrdiff_t c = 0; c < channels; c++) y[c] *= weight;
    }
  }
}

/* Images begin ..< end. */
static TK_CLONES void spread_work(void *context, size_t begin, size_t end) {
  const job *job = context;
  const tk_pooling *pooling = job->pooling;
  ptrdiff_t channels = pooling->channels;
  ptrdiff_t size = pooling->input.height * pooling->input.width * channels;
  memset(job->y + (ptrdiff_t)begin * size, 0, (end - begin) * (size_t)size * sizeof(float));
  const float *restrict g = job->upstream + (ptrdiff_t)begin * pooling->output.height
                                                * pooling->output.width * channels;
  for (ptrdiff_t image = (ptrdiff_t)begin; image < (ptrdiff_t)end; image++) {
    for (ptrdiff_t row = 0; row < pooling->output.height; row++) {
      for (ptrdiff_t column = 0; column < pooling->output.width; column++, g += channels) {
        area area = area_under(pooling, row, column);
        float weight = weight_of(pooling, area);
        for (ptrdiff_t i = area.top; i < area.bottom; i++) {
          for (ptrdiff_t j = area.left; j < area.right; j++) {
            float *restrict x = job->y + pixel_offset(pooling, image, i, j);
            for (ptrdiff_t c = 0; c < channels; c++) x[c] += weight * g[c];
          }
        }
      }
    }
  }
}

/* Rows of the output, with as many to a thread as read TK_LIGHT_GRAIN elements. */
static void for_rows(tk_body body, job *job) {
  const tk_pooling *pooling = job->pooling;
  size_t work = (size_t)(pooling->output.width * pooling->channels * pooling->window.height
                         * pooling->window.width);
  tk_parallel((size_t)(pooling->batch * pooling->output.height),
              tk_ceil_divide(TK_LIGHT_GRAIN, tk_max(work, 1)), body, job);
}

static void for_images(tk_body body, job *job) {
  const tk_pooling *pooling = job->pooling;
  size_t size = (size_t)(pooling->input.height * pooling->input.width * pooling->channels);
  tk_parallel((size_t)pooling->batch, tk_ceil_divide(TK_LIGHT_GRAIN, tk_max(size, 1)), body, job);
}

void tk_max_pool(const float *x, float *y, const tk_pooling *pooling) {
  for_rows(max_work, &(job){pooling, x, NULL, y, NULL});
}

void tk_max_pool_indices(const float *x, int32_t *places, const tk_pooling *pooling) {
  for_rows(indices_work, &(job){pooling, x, NULL, NULL, places});
}

void tk_max_pool_gradient(const float *x, const float *upstream, float *dx,
                          const tk_pooling *pooling) {
  for_images(max_gradient_work, &(job){pooling, x, upstream, dx, NULL});
}

void tk_average_pool(const float *x, float *y, const tk_pooling *pooling) {
  for_rows(average_work, &(job){pooling, x, NULL, y, NULL});
}

void tk_average_pool_transpose(const float *y, float *x, const tk_pooling *pooling) {
  for_images(spread_work, &(job){pooling, NULL, y, x, NULL});
}
