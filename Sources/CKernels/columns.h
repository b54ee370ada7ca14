/* Sums over the rows of [rows, columns], column by column.
 *
 * The rows are cut into blocks whose size depends on the shape alone. Within a block sums grow in
 * float32 in an array of at least 64 places, so that few columns are repeated side by side and
 * still fill the vector registers; the blocks' sums are added in float64, in order. */
#ifndef TK_COLUMNS_H
#define TK_COLUMNS_H

#include "parallel.h"

typedef struct {
  size_t rows, columns;
  /* Places of the array: the columns, repeated. */
  size_t length;
  /* Elements of a block and of the strips in which a kernel goes through it so that they stay in
   * the first-level cache: multiples of the length. */
  size_t block, strip;
  size_t blocks;
} tk_columns;

TK_INLINE tk_columns tk_columns_of(size_t rows, size_t columns) {
  tk_columns plan = {.rows = rows, .columns = columns};
  plan.length = columns == 0 ? 1 : columns * (columns < 64 ? tk_ceil_divide(64, columns) : 1);
  plan.strip = plan.length * tk_max(4096 / plan.length, 1);
  plan.block = plan.strip * tk_max(32768 / plan.strip, plan.length > 4096 ? 16 : 1);
  plan.blocks = tk_ceil_divide(rows * columns, plan.block);
  return plan;
}

/* The elements of block `block`. */
TK_INLINE size_t tk_block_size(const tk_columns *plan, size_t block) {
  return tk_min(plan->block, plan->rows * plan->columns - block * plan->block);
}

/* Adds the places of one column. */
TK_INLINE double tk_fold(const tk_columns *plan, const float *places, size_t column) {
  double sum = 0;
  for (size_t i = column; i < plan->length; i += plan->columns) sum += (double)places[i];
  return sum;
}

/* Repeats a value of each column over the places. */
TK_INLINE void tk_spread(const tk_columns *plan, const float *values, float *places) {
  for (size_t i = 0; i < plan->length; i += plan->columns) {
    for (size_t c = 0; c < plan->columns; c++) places[i + c] = values[c];
  }
}

/* sums[place] += x over `count` elements. */
void tk_add_to_places(const float *x, size_t count, size_t length, float *sums);

/* totals[c] = sum over blocks of partial[block, c]. */
void tk_add_blocks(const double *partial, size_t blocks, size_t columns, float *totals);

#endif
