#include "internal.h"

/// An NHWC image, which the library names NCHW whatever its strides.
static layout image(int64_t batch, int64_t channels, int64_t height, int64_t width) {
  return (layout){
    4, {batch, channels, height, width},
    {height * width * channels, 1, width * channels, channels}};
}

/// The weights `[groups, out, in, kh, kw]`; a transpose reads the same memory with the roles of
/// in and out exchanged.
static layout weights(const onednn_convolution *it, int transposed) {
  int64_t window = it->kernel_height * it->kernel_width, outputs = it->output_channels / it->groups;
  int64_t output_stride = it->input_channels * window;
  layout result = {
    5, {it->groups, outputs, it->input_channels, it->kernel_height, it->kernel_width},
    {outputs * output_stride, output_stride, window, it->kernel_width, 1}};
  if (transposed) {
    dnnl_dim_t extent = result.extents[1], stride = result.strides[1];
    result.extents[1] = result.extents[2];
    result.strides[1] = result.strides[2];
    result.extents[2] = extent;
    result.strides[2] = stride;
  }
  if (it->groups == 1) {
    result.rank = 4;
    for (int axis = 0; axis < 4; axis++) {
      result.extents[axis] = result.extents[axis + 1];
      result.strides[axis] = result.strides[axis + 1];
    }
  }
  return result;
}

static layout vector(int64_t extent) { return (layout){1, {extent}, {1}}; }

static int make(operation operation, const void *description, executable *result) {
  const onednn_convolution *it = description;
  int code = dnnl_success;
  descriptions d = {0};
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_primitive_desc_t primitive = NULL, forward = NULL;
  int64_t channels = it->groups * it->input_channels;
  layout input = image(it->batch, channels, it->input_height, it->input_width);
  layout output = image(it->batch, it->output_channels, it->output_height, it->output_width);
  int transposed = operation == TRANSPOSE;
  operands all = {
    .source = transposed ? output : input,
    .weight = weights(it, transposed),
    .bias = it->has_bias ? vector(transposed ? channels : it->output_channels) : (layout){0},
    .destination = transposed ? input : output,
  };
  dnnl_dims_t strides = {it->stride_height, it->stride_width};
  dnnl_dims_t dilation = {it->dilation_height - 1, it->dilation_width - 1};
  dnnl_dims_t padding = {it->padding_height, it->padding_width};
  dnnl_alg_kind_t algorithm =
    transposed ? dnnl_deconvolution_direct : dnnl_convolution_direct;
  if (!engine()) return dnnl_runtime_error;
  if ((code = describe(&all, data_type(it->dtype), 1, &d))) goto cleanup;
  if ((code = make_attributes(operation == WEIGHT_GRADIENT ? NULL : &it->epilogue, &attributes)))
    goto cleanup;
#if DNNL_VERSION_MAJOR >= 3
  const_dnnl_memory_desc_t bias = d.has_bias ? d.bias : NULL;
  if (transposed) {
    TRY(dnnl_deconvolution_forward_primitive_desc_create(
      &primitive, engine(), dnnl_forward_training, algorithm, d.source, d.weight, bias,
      d.destination, strides, dilation, padding, padding, attributes));
  } else {
    TRY(dnnl_convolution_forward_primitive_desc_create(
      &forward, engine(), dnnl_forward_training, algorithm, d.source, d.weight, bias,
      d.destination, strides, dilation, padding, padding, attributes));
  }
  if (operation == WEIGHT_GRADIENT) {
    TRY(dnnl_convolution_backward_weights_primitive_desc_create(
      &primitive, engine(), algorithm, d.source, d.weight, NULL, d.destination, strides,
      dilation, padding, padding, forward, attributes));
  }
#else
  const dnnl_memory_desc_t *bias = d.has_bias ? &d.bias : NULL;
  if (transposed) {
    dnnl_deconvolution_desc_t deconvolution;
    TRY(dnnl_dilated_deconvolution_forward_desc_init(
      &deconvolution, dnnl_forward_training, algorithm, &d.source, &d.weight, bias,
      &d.destination, strides, dilation, padding, padding));
    TRY(dnnl_primitive_desc_create(&primitive, &deconvolution, attributes, engine(), NULL));
  } else {
    dnnl_convolution_desc_t convolution;
    TRY(dnnl_dilated_convolution_forward_desc_init(
      &convolution, dnnl_forward_training, algorithm, &d.source, &d.weight, bias,
      &d.destination, strides, dilation, padding, padding));
    TRY(dnnl_primitive_desc_create(&forward, &convolution, attributes, engine(), NULL));
  }
  if (operation == WEIGHT_GRADIENT) {
    dnnl_convolution_desc_t gradient;
    TRY(dnnl_dilated_convolution_backward_weights_desc_init(
      &gradient, algorithm, &d.source, &d.weight, NULL, &d.destination, strides, dilation,
      padding, padding));
    TRY(dnnl_primitive_desc_create(&primitive, &gradient, attributes, engine(), forward));
  }
#endif
  code = assemble(operation, primitive ? primitive : forward, &d, result);
cleanup:
  if (primitive) dnnl_primitive_desc_destroy(primitive);
  if (forward) dnnl_primitive_desc_destroy(forward);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  forget(&d);
  return code;
}

static int run(
  operation operation, const onednn_convolution *description, const void *source,
  const void *weight, const void *bias, void *destination) {
  executable *found = cached(operation, description, sizeof *description, make);
  if (!found) return dnnl_runtime_error;
  return execute(operation, found, source, weight, bias, destination);
}

int onednn_convolve(
  const onednn_convolution *description, const void *input, const void *weight, const void *bias,
  void *output) {
  return run(CONVOLUTION, description, input, weight, bias, output);
}

int onednn_convolve_transpose(
  const onednn_convolution *description, const void *output, const void *weight,
  const void *bias, void *input) {
  return run(TRANSPOSE, description, output, weight, bias, input);
}

int onednn_convolve_weight_gradient(
  const onednn_convolution *description, const void *input, const void *output, void *weight) {
  return run(WEIGHT_GRADIENT, description, input, weight, NULL, (void *)output);
}
