/* A matrix product for one thread, with one operand laid out for it beforehand: for products of
 * few rows that are repeated with the same matrix, as a recurrent network's steps are. A library
 * would lay the matrix out again at every step, and split every step over the threads. */
#ifndef TK_PACKED_PRODUCT_H
#define TK_PACKED_PRODUCT_H

#include "parallel.h"

/* Floats that a packed [inner, columns] matrix takes. */
size_t tk_packed_size(size_t inner, size_t columns);

/* Lays out the matrix b[k][n] = b[k inner_stride + n column_stride], by all threads. */
void tk_pack(const float *b, size_t inner, size_t columns, size_t inner_stride,
             size_t column_stride, float *packed);

/* c = start + a b for `rows` rows of a, whose lengths are `inner`; the strides are from row to
 * row. c may be `start`; a null `start` is zero, and one with a stride of zero a row that all
 * share. */
void tk_packed_multiply(const float *a, size_t rows, size_t inner, size_t a_stride,
                        const float *packed, size_t columns, const float *start,
                        size_t start_stride, float *c, size_t c_stride);

#endif
