/* Normalisation and softmax within each row of [rows, columns], and losses. */
#ifndef TK_ROWS_H
#define TK_ROWS_H

#include <stddef.h>
#include <stdint.h>

/* y = (x - mean) / sqrt(variance + epsilon) scale + shift with the moments of the row. */
void tk_layer_norm(const float *x, float *y, size_t rows, size_t columns, const float *scale,
                   const float *shift, double epsilon);

/* The gradients of tk_layer_norm; dscale and dshift are [columns]. */
void tk_layer_norm_gradient(const float *x, const float *upstream, size_t rows, size_t columns,
                            const float *scale, double epsilon, float *dx, float *dscale,
                            float *dshift);

/* y = exp(x) / sum exp(x), or its logarithm. */
void tk_softmax(const float *x, float *y, size_t rows, size_t columns, int logarithm);

/* The gradient of tk_softmax from its output. */
void tk_softmax_gradient(const float *y, const float *upstream, float *dx, size_t rows,
                         size_t columns, int logarithm);

/* losses[row] = log sum exp(x) - x[label]; labels are in 0 ..< columns. */
void tk_cross_entropy(const float *logits, const int32_t *labels, float *losses, size_t rows,
                      size_t columns);

/* dx = upstream[row] (softmax(x) - onehot(label)). */
void tk_cross_entropy_gradient(const float *logits, const int32_t *labels, const float *upstream,
                               float *dx, size_t rows, size_t columns);

/* The sum of target softplus(-z) + (1 - target) softplus(z), the binary cross-entropy. */
double tk_binary_cross_entropy(const float *logits, size_t count, float target);

/* dx = scale (sigmoid(z) - target). */
void tk_binary_cross_entropy_gradient(const float *logits, float *dx, size_t count, float target,
                                      float scale);

#endif
