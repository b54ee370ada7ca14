#include "include/tk_movement.h"

#include <string.h>

#include "transpose.h"
#include "walk.h"

enum { SOURCE, TARGET };

#define STRIDED(Element)                                                                      \
  do {                                                                                        \
    const Element *from = source;                                                             \
    Element *to = target;                                                                     \
    for (size_t i = 0; i < count; i++) {                                                      \
      to[(ptrdiff_t)i * target_step] = from[(ptrdiff_t)i * source_step];                      \
    }                                                                                         \
  } while (0)

static void copy_row(const void *source, ptrdiff_t source_step, void *target,
                     ptrdiff_t target_step, size_t element_size, size_t count) {
  if (source_step == 1 && target_step == 1) {
    memcpy(target, source, count * element_size);
    return;
  }
  switch (element_size) {
    case 2: STRIDED(uint16_t); break;
    case 4:
      if (source_step == 0 && target_step == 1) {
        uint32_t value;
        memcpy(&value, source, sizeof value);
        for (size_t i = 0; i < count; i++) ((uint32_t *)target)[i] = value;
      } else {
        STRIDED(uint32_t);
      }
      break;
    default: STRIDED(uint64_t);
  }
}

typedef struct {
  tk_walk walk;
  const char *source;
  char *target;
  size_t element_size;
} job;

/* A transposed plane is cut into pieces of so many places along the target's rows and columns. */
enum { PIECE_LENGTH = 1024, PIECE_BREADTH = 64 };

/* Elements begin ..< end in the order of the walk. */
static void copy_work(void *context, size_t begin, size_t end) {
  const job *job = context;
  const tk_walk *walk = &job->walk;
  size_t columns = (size_t)walk->extents[0], size = job->element_size;
  const ptrdiff_t *steps = walk->strides[0];
  tk_cursor row = tk_cursor_at(walk, 1, begin / columns);
  size_t column = begin % columns;
  while (begin < end) {
    size_t count = tk_min(columns - column, end - begin);
    ptrdiff_t from = row.offsets[SOURCE] + (ptrdiff_t)column * steps[SOURCE];
    ptrdiff_t to = row.offsets[TARGET] + (ptrdiff_t)column * steps[TARGET];
    copy_row(job->source + from * (ptrdiff_t)size, steps[SOURCE],
             job->target + to * (ptrdiff_t)size, steps[TARGET], size, count);
    begin += count;
    column = 0;
    tk_cursor_advance(walk, 1, &row);
  }
}

/* Pieces begin ..< end of the planes of a transposition. */
static void transpose_work(void *context, size_t begin, size_t end) {
  const job *job = context;
  const tk_walk *walk = &job->walk;
  size_t length = (size_t)walk->extents[0], breadth = (size_t)walk->extents[1];
  size_t across = tk_ceil_divide(length, PIECE_LENGTH);
  size_t pieces = across * tk_ceil_divide(breadth, PIECE_BREADTH), size = job->element_size;
  for (size_t item = begin; item < end; item++) {
    tk_cursor plane = tk_cursor_at(walk, 2, item / pieces);
    size_t i = item % pieces % across * PIECE_LENGTH;
    size_t j = item % pieces / across * PIECE_BREADTH;
    ptrdiff_t from = plane.offsets[SOURCE] + (ptrdiff_t)i * walk->strides[0][SOURCE] + (ptrdiff_t)j;
    ptrdiff_t to = plane.offsets[TARGET] + (ptrdiff_t)i + (ptrdiff_t)j * walk->strides[1][TARGET];
    tk_transpose_plane(job->source + from * (ptrdiff_t)size, walk->strides[0][SOURCE],
                       job->target + to * (ptrdiff_t)size, walk->strides[1][TARGET], size,
                       tk_min(PIECE_LENGTH, length - i), tk_min(PIECE_BREADTH, breadth - j));
  }
}

/* The axis along which the source is contiguous, where the target's is another; else 0. */
static int transposed_axis(const tk_walk *walk) {
  if (walk->strides[0][TARGET] != 1 || walk->strides[0][SOURCE] <= 1) return 0;
  for (int axis = 1; axis < walk->rank; axis++) {
    if (walk->strides[axis][SOURCE] == 1) return axis;
  }
  return 0;
}

static void exchange(tk_walk *walk, int a, int b) {
  ptrdiff_t extent = walk->extents[a];
  walk->extents[a] = walk->extents[b];
  walk->extents[b] = extent;
  for (int array = 0; array < walk->arrays; array++) {
    ptrdiff_t stride = walk->strides[a][array];
    walk->strides[a][array] = walk->strides[b][array];
    walk->strides[b][array] = stride;
  }
}

void tk_copy(const void *source, void *target, size_t element_size, size_t rank,
             const ptrdiff_t *extents, const ptrdiff_t *source_strides,
             const ptrdiff_t *target_strides) {
  const ptrdiff_t *strides[] = {source_strides, target_strides};
  job job = {tk_walk_over(rank, extents, 2, strides), source, target, element_size};
  size_t count = tk_walk_rows(&job.walk, 0);
  if (count == 0) return;
  int axis = transposed_axis(&job.walk);
  if (axis == 0) {
    tk_parallel(count, TK_LIGHT_GRAIN, copy_work, &job);
    return;
  }
  exchange(&job.walk, 1, axis);
  size_t pieces = tk_walk_rows(&job.walk, 2)
                  * tk_ceil_divide((size_t)job.walk.extents[0], PIECE_LENGTH)
                  * tk_ceil_divide((size_t)job.walk.extents[1], PIECE_BREADTH);
  tk_parallel(pieces, tk_ceil_divide(TK_LIGHT_GRAIN, tk_ceil_divide(count, pieces)),
              transpose_work, &job);
}

void tk_fill(void *target, size_t element_size, size_t count, uint32_t pattern) {
  if (pattern == 0) {
    memset(target, 0, count * element_size);
  } else if (element_size == 2) {
    for (size_t i = 0; i < count; i++) ((uint16_t *)target)[i] = (uint16_t)pattern;
  } else {
    for (size_t i = 0; i < count; i++) ((uint32_t *)target)[i] = pattern;
  }
}

typedef struct {
  const char *x;
  const int32_t *indices;
  char *y;
  size_t element_size, extent, picks, inner;
} gather_job;

/* Rows begin ..< end of [outer, picks]. */
static void gather_work(void *context, size_t begin, size_t end) {
  const gather_job *job = context;
  size_t bytes = job->inner * job->element_size;
  for (size_t row = begin; row < end; row++) {
    size_t outer = row / job->picks;
    size_t source = outer * job->extent + (size_t)job->indices[row % job->picks];
    if (bytes == 4) {
      memcpy(job->y + row * 4, job->x + source * 4, 4);
    } else {
      memcpy(job->y + row * bytes, job->x + source * bytes, bytes);
    }
  }
}

void tk_gather(const void *x, const int32_t *indices, void *y, size_t element_size, size_t outer,
               size_t extent, size_t picks, size_t inner) {
  if (inner == 0) return;
  gather_job job = {x, indices, y, element_size, extent, picks, inner};
  tk_parallel(outer * picks, tk_ceil_divide(TK_LIGHT_GRAIN, inner), gather_work, &job);
}

typedef struct {
  const float *x;
  const int32_t *indices;
  float *y;
  size_t outer, extent, picks, inner;
} scatter_job;

static TK_CLONES void add_row(const float *restrict x, float *restrict y, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] += x[i];
}

/* Places begin ..< end of the extent: each thread looks at all indices and adds its own. */
static void scatter_work(void *context, size_t begin, size_t end) {
  const scatter_job *job = context;
  size_t inner = job->inner;
  for (size_t outer = 0; outer < job->outer; outer++) {
    const float *x = job->x + outer * job->picks * inner;
    float *y = job->y + outer * job->extent * inner;
    memset(y + begin * inner, 0, (end - begin) * inner * sizeof(float));
    for (size_t j = 0; j < job->picks; j++) {
      size_t place = (size_t)job->indices[j];
      if (place < begin || place >= end) continue;
      if (inner == 1) {
        y[place] += x[j];
      } else {
        add_row(x + j * inner, y + place * inner, inner);
      }
    }
  }
}

void tk_scatter_add(const float *x, const int32_t *indices, float *y, size_t outer,
                    size_t extent, size_t picks, size_t inner) {
  if (outer * inner == 0) return;
  scatter_job job = {x, indices, y, outer, extent, picks, inner};
  size_t work = outer * inner * (picks + extent);
  tk_parallel(extent, tk_ceil_divide(TK_LIGHT_GRAIN * extent, tk_max(work, 1)) + 1, scatter_work,
              &job);
}
