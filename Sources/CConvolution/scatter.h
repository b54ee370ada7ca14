// The transpose of a convolution by way of whole patches, for images of few channels.
#ifndef TANDEM_CCONVOLUTION_SCATTER_H
#define TANDEM_CCONVOLUTION_SCATTER_H

#include "kernels.h"

/// Whether vectors of channels would be mostly empty.
int scatter_is_better(const cconv_shape *shape);
size_t scatter_workspace(const cconv_shape *shape);
void scatter_transpose(
  const cconv_shape *shape, const float *output, const float *weight, cconv_epilogue epilogue,
  float *input, void *workspace);

#endif
