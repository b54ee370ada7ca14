/* Sums and maxima over axes. */
#ifndef TK_REDUCTIONS_H
#define TK_REDUCTIONS_H

#include <stddef.h>
#include <stdint.h>

typedef enum { TK_SUM, TK_MAXIMUM_OF } tk_reduction;

/* y = the sum or the maximum of x over the axes whose bit is set in `axes` (bit 0 is the
 * outermost). Sums are added up in float32 in blocks of a few dozen terms, the blocks in float64.
 * NaN is the maximum of what it is among; the maximum of nothing is -infinity. */
void tk_reduce(tk_reduction reduction, const float *x, float *y, size_t rank,
               const ptrdiff_t *extents, uint32_t axes);

/* The same for int32; sums wrap around. */
void tk_reduce_int32(tk_reduction reduction, const int32_t *x, int32_t *y, size_t rank,
                     const ptrdiff_t *extents, uint32_t axes);

/* y[o, i] = position of the first maximum along the middle axis of x [outer, extent, inner]. */
void tk_argmax(const float *x, int32_t *y, size_t outer, size_t extent, size_t inner);

/* The sum of all squares, in float64. */
double tk_sum_of_squares(const float *x, size_t count);

#endif
