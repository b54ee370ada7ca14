/// Convolutions of float32 NHWC images on AVX-512, for the shapes at which they beat oneDNN's.
///
/// All are matrix products on patches that are never written out: a register block of the result
/// is the sum over a patch of broadcast image elements times vectors of packed weights. Dilation
/// and groups are not covered. Arithmetic runs on the default team of libgomp, and the order of
/// additions does not depend on it but for the number of threads.
#ifndef TANDEM_CCONVOLUTION_H
#define TANDEM_CCONVOLUTION_H

#include <stddef.h>

/// A convolution from `[batch, input_height, input_width, input_channels]` to
/// `[batch, output_height, output_width, output_channels]` by weights
/// `[output_channels, input_channels, kernel_height, kernel_width]`.
typedef struct {
  int batch, input_channels, output_channels;
  int input_height, input_width, output_height, output_width;
  int kernel_height, kernel_width, stride_height, stride_width, padding_height, padding_width;
} cconv_shape;

/// Added to every result: `y = x + bias[channel]`, then `y < 0 ? slope y : y`.
typedef struct {
  /// One value a channel, or NULL.
  const float *bias;
  /// 1 for no activation, 0 for relu.
  float slope;
} cconv_epilogue;

/// The three operations, and the bytes of workspace each needs on this machine's threads.
typedef enum { CCONV_FORWARD, CCONV_TRANSPOSE, CCONV_WEIGHT_GRADIENT } cconv_operation;

/// Whether the processor can run these kernels.
int cconv_is_available(void);

/// Bytes of workspace, aligned to 64, that the operation needs.
size_t cconv_workspace(cconv_operation operation, const cconv_shape *shape);

/// The convolution.
void cconv_forward(
  const cconv_shape *shape, const float *input, const float *weight, cconv_epilogue epilogue,
  float *output, void *workspace);

/// Its transpose: the gradient with respect to the input. The kernel must be at least as large
/// as the stride, and the stride at most 16.
void cconv_transpose(
  const cconv_shape *shape, const float *output, const float *weight, cconv_epilogue epilogue,
  float *input, void *workspace);

/// The gradient with respect to the weights.
void cconv_weight_gradient(
  const cconv_shape *shape, const float *input, const float *output, float *weight,
  void *workspace);

#endif
