/* The transposition of one plane. */
#ifndef TK_TRANSPOSE_H
#define TK_TRANSPOSE_H

#include <stddef.h>

/* target[j * target_stride + i] = source[i * source_stride + j] for i < rows, j < columns. */
void tk_transpose_plane(const void *source, ptrdiff_t source_stride, void *target,
                        ptrdiff_t target_stride, size_t element_size, size_t rows,
                        size_t columns);

#endif
