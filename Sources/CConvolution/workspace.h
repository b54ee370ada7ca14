#ifndef TANDEM_CCONVOLUTION_WORKSPACE_H
#define TANDEM_CCONVOLUTION_WORKSPACE_H

#include "CConvolution.h"

/// The bytes of workspace of each operation.
size_t forward_workspace(const cconv_shape *shape);
size_t transpose_workspace(const cconv_shape *shape);
size_t weight_gradient_workspace(const cconv_shape *shape);

#endif
