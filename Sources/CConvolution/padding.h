// Images with the zeros around them that a patch may reach, a few at a time.
#ifndef TANDEM_CCONVOLUTION_PADDING_H
#define TANDEM_CCONVOLUTION_PADDING_H

#include <string.h>

#include "kernels.h"

/// How an image lies within a padded one, which may also cut off what no patch reaches.
typedef struct {
  int height, width, channels;
  int top, left, padded_height, padded_width;
} padding;

static inline size_t image_floats(const padding *it) {
  return (size_t)it->height * it->width * it->channels;
}
static inline size_t padded_floats(const padding *it) {
  return (size_t)it->padded_height * it->padded_width * it->channels;
}
/// Whether patches can be read from the image itself.
static inline int needs_no_copy(const padding *it) {
  return it->top == 0 && it->left == 0 && it->padded_height <= it->height
    && it->padded_width <= it->width;
}

static inline void pad_image(const padding *it, const float *from, float *to) {
  size_t line = (size_t)it->padded_width * it->channels;
  size_t left = (size_t)it->left * it->channels;
  size_t copied =
    (size_t)smaller(it->width, it->padded_width - it->left) * it->channels;
  for (int row = 0; row < it->padded_height; row++, to += line) {
    int source = row - it->top;
    if (source < 0 || source >= it->height) {
      memset(to, 0, line * sizeof *to);
      continue;
    }
    memset(to, 0, left * sizeof *to);
    memcpy(to + left, from + (size_t)source * it->width * it->channels, copied * sizeof *to);
    memset(to + left + copied, 0, (line - left - copied) * sizeof *to);
  }
}

/// Images that a thread treats at a time: their padded copies take up to 3/8 of a cache of 1 MiB.
static inline int images_at_a_time(const padding *it, int batch) {
  size_t bytes = padded_floats(it) * sizeof(float);
  return larger(1, smaller(batch, (int)(384 * 1024 / bytes)));
}

#endif
