/* Batch normalisation and activation gradients over [rows, channels]. */
#ifndef TK_NORMALIZATION_H
#define TK_NORMALIZATION_H

#include <stddef.h>

#include "tk_unary.h"

/* An activation that follows a kernel. */
typedef struct {
  int exists;
  tk_function function;
  float p, q;
} tk_activation;

/* Mean and mean squared distance from it of each channel, good also where the mean is much
 * larger than the distance. */
void tk_channel_moments(const float *x, size_t rows, size_t channels, float *mean,
                        float *variance);

/* y = f((x - mean) / sqrt(variance + epsilon) scale + shift). */
void tk_batch_norm(const float *x, float *y, size_t rows, size_t channels, const float *mean,
                   const float *variance, const float *scale, const float *shift, double epsilon,
                   tk_activation activation);

/* The gradients of tk_batch_norm for the moments of x itself. `output` is y, read where there is
 * an activation, whose derivative must be found from its output. */
void tk_batch_norm_gradient(const float *x, const float *upstream, const float *output,
                            size_t rows, size_t channels, const float *mean,
                            const float *variance, const float *scale, double epsilon,
                            tk_activation activation, float *dx, float *dscale, float *dshift);

/* dz = upstream f', with f' from the activation's output; `bias`, where it is not null, receives
 * the sum of dz over the rows. dz may be upstream. */
void tk_activation_gradient(tk_activation activation, const float *output, const float *upstream,
                            float *dz, size_t rows, size_t channels, float *bias);

#endif
