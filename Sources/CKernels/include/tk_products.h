/* Matrix products of very few rows; a library has the others. */
#ifndef TK_PRODUCTS_H
#define TK_PRODUCTS_H

#include <stddef.h>

/* c = start + a b^T for dense a[rows][inner], b[columns][inner] and c[rows][columns], by all
 * threads: for so few rows that laying b out would take longer than the product. The stride of
 * `start` is from row to row, zero for a row that all share; a null `start` is zero. */
void tk_dot_multiply(const float *a, size_t rows, size_t inner, const float *b, size_t columns,
                     const float *start, size_t start_stride, float *c);

#endif
