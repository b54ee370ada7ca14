#include <math.h>

#include "include/tk_reductions.h"
#include "parallel.h"
#include "walk.h"

typedef struct {
  const float *x;
  int32_t *y;
  size_t extent, inner;
} job;

/* Columns of one outer index that are searched together. */
enum { CHUNK = 256 };

static TK_CLONES int32_t first_maximum(const float *x, size_t count) {
  float best = -INFINITY;
  float lanes[16];
  for (int i = 0; i < 16; i++) lanes[i] = -INFINITY;
  size_t at = 0;
  for (; at + 16 <= count; at += 16) {
    for (int i = 0; i < 16; i++) lanes[i] = x[at + i] > lanes[i] ? x[at + i] : lanes[i];
  }
  for (; at < count; at++) best = x[at] > best ? x[at] : best;
  for (int i = 0; i < 16; i++) best = lanes[i] > best ? lanes[i] : best;
  for (size_t i = 0; i < count; i++) {
    if (x[i] == best) return (int32_t)i;
  }
  return 0;
}

static TK_CLONES void first_maxima(const float *restrict x, size_t extent, size_t inner,
                                   size_t count, int32_t *restrict places) {
  float best[CHUNK];
  for (size_t c = 0; c < count; c++) {
    best[c] = -INFINITY;
    places[c] = 0;
  }
  for (size_t row = 0; row < extent; row++) {
    for (size_t c = 0; c < count; c++) {
      float value = x[row * inner + c];
      int isBetter = value > best[c];
      best[c] = isBetter ? value : best[c];
      places[c] = isBetter ? (int32_t)row : places[c];
    }
  }
}

static void work(void *context, size_t begin, size_t end) {
  const job *job = context;
  for (size_t o = begin; o < end; o++) {
    const float *x = job->x + o * job->extent * job->inner;
    int32_t *y = job->y + o * job->inner;
    if (job->inner == 1) {
      *y = first_maximum(x, job->extent);
      continue;
    }
    for (size_t c = 0; c < job->inner; c += CHUNK) {
      first_maxima(x + c, job->extent, job->inner, tk_min(CHUNK, job->inner - c), y + c);
    }
  }
}

void tk_argmax(const float *x, int32_t *y, size_t outer, size_t extent, size_t inner) {
  job job = {x, y, extent, inner};
  tk_parallel(outer, tk_ceil_divide(TK_LIGHT_GRAIN, tk_max(extent * inner, 1)), work, &job);
}

void tk_reduce_int32(tk_reduction reduction, const int32_t *x, int32_t *y, size_t rank,
                     const ptrdiff_t *extents, uint32_t axes) {
  /* Strides of the result, 0 along reduced axes: a loop over x that adds to y in place. */
  ptrdiff_t strides[2][TK_MAXIMAL_RANK];
  ptrdiff_t full = 1, kept = 1;
  for (size_t axis = rank; axis-- > 0;) {
    int isReduced = (int)(axes >> axis & 1);
    strides[0][axis] = full;
    strides[1][axis] = isReduced ? 0 : kept;
    full *= extents[axis];
    if (!isReduced) kept *= extents[axis];
  }
  for (ptrdiff_t i = 0; i < kept; i++) y[i] = reduction == TK_SUM ? 0 : INT32_MIN;
  if (full == 0) return;
  const ptrdiff_t *both[] = {strides[0], strides[1]};
  tk_walk walk = tk_walk_over(rank, extents, 2, both);
  tk_cursor cursor = tk_cursor_at(&walk, 0, 0);
  for (ptrdiff_t i = 0; i < full; i++) {
    int32_t *place = y + cursor.offsets[1], value = x[i];
    if (reduction == TK_SUM) {
      *place = (int32_t)((uint32_t)*place + (uint32_t)value);
    } else if (value > *place) {
      *place = value;
    }
    tk_cursor_advance(&walk, 0, &cursor);
  }
}
