/// The few operations that Tandem takes from oneDNN, on version 2.6 and 3.x alike.
///
/// All memory is the caller's, dense and row-major; images are NHWC. Each function returns 0, or
/// oneDNN's status with a message in `onednn_error`. Primitives are made on first use of a
/// description and kept per calling thread, so no call takes a lock; arithmetic runs on the
/// default team of libgomp.
#ifndef TANDEM_CONEDNN_H
#define TANDEM_CONEDNN_H

#include <stdint.h>

typedef enum { ONEDNN_FLOAT32, ONEDNN_BFLOAT16 } onednn_dtype;

/// What is applied to a result where it is stored; `alpha` is the slope of a leaky relu.
typedef enum {
  ONEDNN_LINEAR,
  ONEDNN_RELU,
  ONEDNN_TANH,
  ONEDNN_SIGMOID,
  ONEDNN_GELU,
  ONEDNN_SILU,
} onednn_activation;

typedef struct {
  /// `onednn_activation`; ONEDNN_RELU is `x > 0 ? x : alpha x`.
  int64_t activation;
  double alpha;
} onednn_epilogue;

/// `c[b] = f(a[b] x b[b] + bias)`: `[m, k] x [k, n]`, bias `[n]`, c dense `[batch, m, n]`.
///
/// Strides in elements; a batch stride of zero repeats the operand.
typedef struct {
  int64_t dtype;
  int64_t batch, m, n, k;
  int64_t a_batch_stride, a_row_stride, a_column_stride;
  int64_t b_batch_stride, b_row_stride, b_column_stride;
  int64_t has_bias;
  onednn_epilogue epilogue;
} onednn_product;

/// A convolution from `input` to `output`, its transpose or its weight gradient; the weights are
/// `[output_channels, input_channels, kernel_height, kernel_width]`, `input_channels` counting
/// one group's.
typedef struct {
  int64_t dtype;
  int64_t batch, groups, input_channels, output_channels;
  int64_t input_height, input_width, output_height, output_width;
  int64_t kernel_height, kernel_width, stride_height, stride_width;
  int64_t padding_height, padding_width, dilation_height, dilation_width;
  int64_t has_bias;
  onednn_epilogue epilogue;
} onednn_convolution;

/// The product; `bias` is read only where the description has one.
int onednn_multiply(
  const onednn_product *description, const void *a, const void *b, const void *bias, void *c);

/// `output = f(convolution(input, weight) + bias)`, bias `[output_channels]`.
int onednn_convolve(
  const onednn_convolution *description, const void *input, const void *weight, const void *bias,
  void *output);

/// `input = f(transpose(output, weight) + bias)`, bias `[groups * input_channels]`.
int onednn_convolve_transpose(
  const onednn_convolution *description, const void *output, const void *weight,
  const void *bias, void *input);

/// The gradient of the convolution with respect to the weights; no bias, no epilogue.
int onednn_convolve_weight_gradient(
  const onednn_convolution *description, const void *input, const void *output, void *weight);

/// What went wrong in the calling thread's last call that did not return 0.
const char *onednn_error(void);

/// The version linked, as "2.6.3".
const char *onednn_version(void);

#endif
