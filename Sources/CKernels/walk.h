/* Loops over several arrays at once, with as few axes as their strides allow. */
#ifndef TK_WALK_H
#define TK_WALK_H

#include "parallel.h"

enum { TK_MAXIMAL_RANK = 16, TK_MAXIMAL_ARRAYS = 3 };

/* Axes from the innermost out; strides in elements. The innermost axis is always there. */
typedef struct {
  int arrays;
  int rank;
  ptrdiff_t extents[TK_MAXIMAL_RANK];
  ptrdiff_t strides[TK_MAXIMAL_RANK][TK_MAXIMAL_ARRAYS];
} tk_walk;

/* The walk over `rank` axes given from the outermost in: axes of extent 1 are dropped, and axes
 * that all arrays cross in equal steps become one. */
tk_walk tk_walk_over(size_t rank, const ptrdiff_t *extents, int arrays,
                     const ptrdiff_t *const *strides);

/* The number of rows, which are all axes but the innermost `inner`. */
TK_INLINE size_t tk_walk_rows(const tk_walk *walk, int inner) {
  size_t rows = 1;
  for (int axis = inner; axis < walk->rank; axis++) rows *= (size_t)walk->extents[axis];
  return rows;
}

/* A row of a walk: where it starts in each array. */
typedef struct {
  ptrdiff_t index[TK_MAXIMAL_RANK];
  ptrdiff_t offsets[TK_MAXIMAL_ARRAYS];
} tk_cursor;

/* The cursor at row number `row`, counted over all axes but the innermost `inner`. */
tk_cursor tk_cursor_at(const tk_walk *walk, int inner, size_t row);

/* Moves to the next row. */
TK_INLINE void tk_cursor_advance(const tk_walk *walk, int inner, tk_cursor *cursor) {
  for (int axis = inner; axis < walk->rank; axis++) {
    for (int array = 0; array < walk->arrays; array++) {
      cursor->offsets[array] += walk->strides[axis][array];
    }
    if (++cursor->index[axis] < walk->extents[axis]) return;
    cursor->index[axis] = 0;
    for (int array = 0; array < walk->arrays; array++) {
      cursor->offsets[array] -= walk->extents[axis] * walk->strides[axis][array];
    }
  }
}

#endif
