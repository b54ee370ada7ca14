/* Elements moved, repeated, picked and added up at places. */
#ifndef TK_MOVEMENT_H
#define TK_MOVEMENT_H

#include <stddef.h>
#include <stdint.h>

/* target[i * target_strides] = source[i * source_strides] for every index i within the extents,
 * outermost first; strides in elements of 2, 4 or 8 bytes. The target's places are distinct. */
void tk_copy(const void *source, void *target, size_t element_size, size_t rank,
             const ptrdiff_t *extents, const ptrdiff_t *source_strides,
             const ptrdiff_t *target_strides);

/* Every element gets the bits of `pattern`: the lower half of it where elements have 2 bytes. */
void tk_fill(void *target, size_t element_size, size_t count, uint32_t pattern);

/* y[o, j, :] = x[o, indices[j], :] for x [outer, extent, inner], y [outer, picks, inner];
 * indices are in 0 ..< extent. */
void tk_gather(const void *x, const int32_t *indices, void *y, size_t element_size, size_t outer,
               size_t extent, size_t picks, size_t inner);

/* y[o, e, :] = sum of x[o, j, :] over j with indices[j] = e, in the order of j, for
 * x [outer, picks, inner], y [outer, extent, inner]; indices are in 0 ..< extent. */
void tk_scatter_add(const float *x, const int32_t *indices, float *y, size_t outer,
                    size_t extent, size_t picks, size_t inner);

#endif
