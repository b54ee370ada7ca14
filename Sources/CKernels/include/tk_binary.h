/* Functions of two variables with broadcasting. */
#ifndef TK_BINARY_H
#define TK_BINARY_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
  TK_ADD,
  TK_SUBTRACT,
  TK_MULTIPLY,
  TK_DIVIDE,
  TK_MAXIMUM,
  TK_MINIMUM,
  TK_BINARY_POWER,
  TK_GREATER, /* comparisons: 1 or 0 */
  TK_GREATER_OR_EQUAL,
  TK_EQUAL
} tk_binary_function;

/* y = f(a, b) for a result of `rank` extents; each argument has one stride an axis, 0 along the
 * axes by which it is repeated. */
void tk_binary(tk_binary_function f, const float *a, const float *b, float *y, size_t rank,
               const ptrdiff_t *extents, const ptrdiff_t *a_strides, const ptrdiff_t *b_strides);

/* y = f(a, b) for arrays of one size; y may be either argument. */
void tk_binary_same(tk_binary_function f, const float *a, const float *b, float *y, size_t count);

/* The same for int32; f is neither division nor power. */
void tk_binary_int32(tk_binary_function f, const int32_t *a, const int32_t *b, int32_t *y,
                     size_t rank, const ptrdiff_t *extents, const ptrdiff_t *a_strides,
                     const ptrdiff_t *b_strides);

#endif
