/* Pooling and resampling of images [batch, height, width, channels]. */
#ifndef TK_IMAGES_H
#define TK_IMAGES_H

#include <stddef.h>
#include <stdint.h>

/* A height and a width. */
typedef struct {
  ptrdiff_t height, width;
} tk_size;

/* Windows over an image; every window meets at least one of its pixels. */
typedef struct {
  ptrdiff_t batch, channels;
  tk_size input, output, window, stride, padding;
  int counts_padding;
} tk_pooling;

/* The maximum of every window; NaN is the maximum of what it is among. */
void tk_max_pool(const float *x, float *y, const tk_pooling *pooling);
/* Flat position in x of the first maximum of every window. */
void tk_max_pool_indices(const float *x, int32_t *places, const tk_pooling *pooling);
/* dx gets upstream at the first maximum of every window, added up, 0 elsewhere. */
void tk_max_pool_gradient(const float *x, const float *upstream, float *dx,
                          const tk_pooling *pooling);

/* The mean of every window. */
void tk_average_pool(const float *x, float *y, const tk_pooling *pooling);
/* The transpose: each value spread over its window, added up. */
void tk_average_pool_transpose(const float *y, float *x, const tk_pooling *pooling);

/* x at another size: y(t) is x at (t + 1/2) n / n' - 1/2, linear between pixels, or x at
 * floor(t n / n'). */
void tk_resample(const float *x, float *y, size_t batch, size_t channels, tk_size input,
                 tk_size output, int bilinear);
/* The transpose, from y back to the size of x. */
void tk_resample_transpose(const float *y, float *x, size_t batch, size_t channels, tk_size input,
                           tk_size output, int bilinear);

#endif
