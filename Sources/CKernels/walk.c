#include "walk.h"

tk_walk tk_walk_over(size_t rank, const ptrdiff_t *extents, int arrays,
                     const ptrdiff_t *const *strides) {
  tk_walk walk = {.arrays = arrays, .rank = 0};
  for (size_t axis = rank; axis-- > 0;) {
    if (extents[axis] == 1) continue;
    int last = walk.rank - 1;
    int continues = last >= 0;
    for (int array = 0; array < arrays && continues; array++) {
      continues = strides[array][axis] == walk.strides[last][array] * walk.extents[last];
    }
    if (continues) {
      walk.extents[last] *= extents[axis];
      continue;
    }
    walk.extents[walk.rank] = extents[axis];
    for (int array = 0; array < arrays; array++) {
      walk.strides[walk.rank][array] = strides[array][axis];
    }
    walk.rank++;
  }
  if (walk.rank == 0) {
    walk.rank = 1;
    walk.extents[0] = 1;
    for (int array = 0; array < arrays; array++) walk.strides[0][array] = 1;
  }
  return walk;
}

tk_cursor tk_cursor_at(const tk_walk *walk, int inner, size_t row) {
  tk_cursor cursor = {{0}, {0}};
  for (int axis = inner; axis < walk->rank; axis++) {
    size_t extent = (size_t)walk->extents[axis];
    cursor.index[axis] = (ptrdiff_t)(row % extent);
    row /= extent;
    for (int array = 0; array < walk->arrays; array++) {
      cursor.offsets[array] += cursor.index[axis] * walk->strides[axis][array];
    }
  }
  return cursor;
}
