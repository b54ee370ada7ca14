#include "include/tk_binary.h"

#include "math_power_f32.h"
#include "walk.h"

/* f over one row, with both arguments running, or one of them standing still. */
typedef void (*row_loop)(const float *a, const float *b, float *y, size_t count);
typedef struct {
  row_loop both, first, second;
} row_loops;

#define ROW(name, A, B, expression)                                                           \
  static TK_CLONES void name(const float *first, const float *second, float *target,          \
                             size_t count) {                                                  \
    TK_VECTORISE for (size_t i = 0; i < count; i++) {                                         \
      float a = first[A], b = second[B];                                                      \
      target[i] = (expression);                                                               \
    }                                                                                         \
  }

#define LOOPS(name, expression)                                                               \
  ROW(name##_both, i, i, expression)                                                          \
  ROW(name##_first, i, 0, expression)                                                         \
  ROW(name##_second, 0, i, expression)

LOOPS(add, a + b)
LOOPS(subtract, a - b)
LOOPS(multiply, a * b)
LOOPS(divide, a / b)
/* NaN passes, from either side. */
LOOPS(maximum, a > b || a != a ? a : b)
LOOPS(minimum, a < b || a != a ? a : b)
LOOPS(power, tk_pow(a, b))
LOOPS(greater, a > b ? 1.0f : 0.0f)
LOOPS(greater_or_equal, a >= b ? 1.0f : 0.0f)
LOOPS(equal, a == b ? 1.0f : 0.0f)

#define TABLE(name) {name##_both, name##_first, name##_second}

static const row_loops loops_of[] = {
    TABLE(add),     TABLE(subtract), TABLE(multiply), TABLE(divide),           TABLE(maximum),
    TABLE(minimum), TABLE(power),    TABLE(greater),  TABLE(greater_or_equal), TABLE(equal)};

static size_t grain_of(tk_binary_function f) {
  return f == TK_BINARY_POWER ? TK_HEAVY_GRAIN : TK_LIGHT_GRAIN;
}

typedef struct {
  row_loop loop;
  const float *a, *b;
  float *y;
} same_job;

static void same_work(void *context, size_t begin, size_t end) {
  const same_job *job = context;
  job->loop(job->a + begin, job->b + begin, job->y + begin, end - begin);
}

void tk_binary_same(tk_binary_function f, const float *a, const float *b, float *y,
                    size_t count) {
  same_job job = {loops_of[f].both, a, b, y};
  tk_parallel(count, grain_of(f), same_work, &job);
}

typedef struct {
  tk_walk walk;
  row_loops loops;
  const float *a, *b;
  float *y;
} job;

/* Elements begin ..< end of the result, row by row. */
static void work(void *context, size_t begin, size_t end) {
  const job *job = context;
  const tk_walk *walk = &job->walk;
  size_t columns = (size_t)walk->extents[0];
  tk_cursor row = tk_cursor_at(walk, 1, begin / columns);
  size_t column = begin % columns;
  ptrdiff_t a_step = walk->strides[0][0], b_step = walk->strides[0][1];
  row_loop loop = a_step == 0   ? job->loops.second
                  : b_step == 0 ? job->loops.first
                                : job->loops.both;
  while (begin < end) {
    size_t count = tk_min(columns - column, end - begin);
    loop(job->a + row.offsets[0] + (ptrdiff_t)column * a_step,
         job->b + row.offsets[1] + (ptrdiff_t)column * b_step, job->y + begin, count);
    begin += count;
    column = 0;
    tk_cursor_advance(walk, 1, &row);
  }
}

/* Short rows [rows, columns] with one argument the same in all of them: that argument is repeated
 * to a length worth a loop. */
enum { TILE = 1024, SHORT_ROW = 192 };

typedef struct {
  row_loop loop;
  int repeats_first;
  size_t length, count;
  const float *whole;
  const float *tile;
  float *y;
} tile_job;

/* Tiles begin ..< end. */
static void tile_work(void *context, size_t begin, size_t end) {
  const tile_job *job = context;
  for (size_t at = begin * job->length; at < tk_min(end * job->length, job->count);
       at += job->length) {
    const float *whole = job->whole + at;
    job->loop(job->repeats_first ? job->tile : whole, job->repeats_first ? whole : job->tile,
              job->y + at, tk_min(job->length, job->count - at));
  }
}

static void repeat_rows(row_loop loop, int repeats_first, const float *whole, const float *row,
                        float *y, size_t rows, size_t columns, size_t grain) {
  float tile[TILE];
  size_t repeats = tk_min(TILE / columns, rows);
  for (size_t i = 0; i < repeats; i++) memcpy(tile + i * columns, row, columns * sizeof(float));
  tile_job job = {loop, repeats_first, repeats * columns, rows * columns, whole, tile, y};
  tk_parallel(tk_ceil_divide(job.count, job.length), tk_ceil_divide(grain, job.length), tile_work,
              &job);
}

void tk_binary(tk_binary_function f, const float *a, const float *b, float *y, size_t rank,
               const ptrdiff_t *extents, const ptrdiff_t *a_strides, const ptrdiff_t *b_strides) {
  const ptrdiff_t *strides[] = {a_strides, b_strides};
  job job = {tk_walk_over(rank, extents, 2, strides), loops_of[f], a, b, y};
  const tk_walk *walk = &job.walk;
  size_t count = tk_walk_rows(walk, 0);
  if (count == 0) return;
  if (walk->rank == 2 && walk->extents[0] <= SHORT_ROW && walk->strides[0][0] == 1
      && walk->strides[0][1] == 1) {
    size_t rows = (size_t)walk->extents[1], columns = (size_t)walk->extents[0];
    if (walk->strides[1][0] == 0) {
      repeat_rows(job.loops.both, 1, b, a, y, rows, columns, grain_of(f));
      return;
    }
    if (walk->strides[1][1] == 0) {
      repeat_rows(job.loops.both, 0, a, b, y, rows, columns, grain_of(f));
      return;
    }
  }
  tk_parallel(count, grain_of(f), work, &job);
}
