#include "internal.h"

static int make(operation operation, const void *description, executable *result) {
  const onednn_product *it = description;
  int code = dnnl_success;
  descriptions d = {0};
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_primitive_desc_t primitive = NULL;
  operands all = {
    .source = {
      3, {it->a_batch_stride ? it->batch : 1, it->m, it->k},
      {it->a_batch_stride, it->a_row_stride, it->a_column_stride}},
    .weight = {
      3, {it->b_batch_stride ? it->batch : 1, it->k, it->n},
      {it->b_batch_stride, it->b_row_stride, it->b_column_stride}},
    .bias = {it->has_bias ? 3 : 0, {1, 1, it->n}, {it->n, it->n, 1}},
    .destination = {3, {it->batch, it->m, it->n}, {it->m * it->n, it->n, 1}},
  };
  layout *layouts[] = {&all.source, &all.weight, &all.bias, &all.destination};
  for (int i = 0; i < 4; i++) {
    layout *one = layouts[i];
    if (!one->rank) continue;
    if (it->batch == 1) {
      one->rank = 2;
      for (int axis = 0; axis < 2; axis++) {
        one->extents[axis] = one->extents[axis + 1];
        one->strides[axis] = one->strides[axis + 1];
      }
    } else if (one->extents[0] == 1) {
      one->strides[0] = one->extents[1] * one->extents[2];
    }
  }
  if (!engine()) return dnnl_runtime_error;
  if ((code = describe(&all, data_type(it->dtype), 0, &d))) goto cleanup;
  if ((code = make_attributes(&it->epilogue, &attributes))) goto cleanup;
#if DNNL_VERSION_MAJOR >= 3
  TRY(dnnl_matmul_primitive_desc_create(
    &primitive, engine(), d.source, d.weight, d.has_bias ? d.bias : NULL, d.destination,
    attributes));
#else
  dnnl_matmul_desc_t matmul;
  TRY(dnnl_matmul_desc_init(
    &matmul, &d.source, &d.weight, d.has_bias ? &d.bias : NULL, &d.destination));
  TRY(dnnl_primitive_desc_create(&primitive, &matmul, attributes, engine(), NULL));
#endif
  code = assemble(operation, primitive, &d, result);
cleanup:
  if (primitive) dnnl_primitive_desc_destroy(primitive);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  forget(&d);
  return code;
}

int onednn_multiply(
  const onednn_product *description, const void *a, const void *b, const void *bias, void *c) {
  executable *found = cached(PRODUCT, description, sizeof *description, make);
  return found ? execute(PRODUCT, found, a, b, bias, c) : dnnl_runtime_error;
}
