#include "workspace.h"

#if defined(__x86_64__)

int cconv_is_available(void) { return __builtin_cpu_supports("avx512f"); }

size_t cconv_workspace(cconv_operation operation, const cconv_shape *shape) {
  switch (operation) {
    case CCONV_FORWARD: return forward_workspace(shape);
    case CCONV_TRANSPOSE: return transpose_workspace(shape);
    case CCONV_WEIGHT_GRADIENT: return weight_gradient_workspace(shape);
  }
  return 0;
}

#else

// Other processors have no kernels here, and nothing calls these.

int cconv_is_available(void) { return 0; }

size_t cconv_workspace(cconv_operation operation, const cconv_shape *shape) {
  (void)operation, (void)shape;
  return 0;
}

void cconv_forward(
  const cconv_shape *shape, const float *input, const float *weight, cconv_epilogue epilogue,
  float *output, void *workspace) {
  (void)shape, (void)input, (void)weight, (void)epilogue, (void)output, (void)workspace;
}

void cconv_transpose(
  const cconv_shape *shape, const float *output, const float *weight, cconv_epilogue epilogue,
  float *input, void *workspace) {
  (void)shape, (void)output, (void)weight, (void)epilogue, (void)input, (void)workspace;
}

void cconv_weight_gradient(
  const cconv_shape *shape, const float *input, const float *output, float *weight,
  void *workspace) {
  (void)shape, (void)input, (void)output, (void)weight, (void)workspace;
}

#endif
