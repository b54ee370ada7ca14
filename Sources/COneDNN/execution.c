// Memory descriptions, attributes and the run of a primitive: all that version 2 and 3 of the
// API spell differently but for the primitives' own descriptions.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static _Thread_local char message[256];

const char *onednn_error(void) { return message; }

static char version_text[32];
static pthread_once_t version_once = PTHREAD_ONCE_INIT;

static void write_version(void) {
  const dnnl_version_t *version = dnnl_version();
  snprintf(version_text, sizeof version_text, "%d.%d.%d", version->major, version->minor,
           version->patch);
}

const char *onednn_version(void) {
  pthread_once(&version_once, write_version);
  return version_text;
}

int failed(dnnl_status_t status, const char *step) {
  static const char *const names[] = {
    "success", "out of memory", "invalid arguments", "unimplemented",
  };
  const char *name = (size_t)status < sizeof names / sizeof *names ? names[status] : "failed";
  snprintf(message, sizeof message, "oneDNN: %s (status %d) in %.160s", name, status, step);
  return status;
}

static dnnl_engine_t shared_engine;
static dnnl_status_t engine_status;
static pthread_once_t engine_once = PTHREAD_ONCE_INIT;

static void create_engine(void) {
  engine_status = dnnl_engine_create(&shared_engine, dnnl_cpu, 0);
}

dnnl_engine_t engine(void) {
  pthread_once(&engine_once, create_engine);
  if (engine_status != dnnl_success) failed(engine_status, "dnnl_engine_create");
  return shared_engine;
}

/// A stream of the calling thread; streams of a CPU engine hold no more than the engine.
static dnnl_stream_t stream(void) {
  static _Thread_local dnnl_stream_t own;
  if (!own) {
    dnnl_status_t status = dnnl_stream_create(&own, engine(), dnnl_stream_default_flags);
    if (status != dnnl_success) failed(status, "dnnl_stream_create");
  }
  return own;
}

// MARK: Scratch memory

typedef struct {
  void *bytes;
  size_t size;
} block;

static pthread_key_t scratch_key;
static pthread_once_t scratch_once = PTHREAD_ONCE_INIT;

static void free_block(void *it) {
  free(((block *)it)->bytes);
  free(it);
}

static void create_scratch_key(void) { pthread_key_create(&scratch_key, free_block); }

/// At least `size` bytes of the calling thread, overwritten by its next call; NULL if there is no
/// memory.
static void *scratch(size_t size) {
  static _Thread_local block *own;
  if (!own) {
    pthread_once(&scratch_once, create_scratch_key);
    own = calloc(1, sizeof *own);
    if (!own) return NULL;
    pthread_setspecific(scratch_key, own);
  }
  if (own->size < size) {
    free(own->bytes);
    size_t rounded = (size + size / 4 + 4095) / 4096 * 4096;
    own->bytes = aligned_alloc(64, rounded);
    own->size = own->bytes ? rounded : 0;
  }
  return own->bytes;
}

// MARK: Descriptions

dnnl_data_type_t data_type(int64_t dtype) {
  return dtype == ONEDNN_BFLOAT16 ? dnnl_bf16 : dnnl_f32;
}

static dnnl_status_t describe_strided(
  const layout *it, dnnl_data_type_t type, dnnl_memory_desc_t *result) {
#if DNNL_VERSION_MAJOR >= 3
  return dnnl_memory_desc_create_with_strides(
    result, it->rank, it->extents, type, it->strides);
#else
  return dnnl_memory_desc_init_by_strides(result, it->rank, it->extents, type, it->strides);
#endif
}

static dnnl_status_t describe_free(
  const layout *it, dnnl_data_type_t type, dnnl_memory_desc_t *result) {
#if DNNL_VERSION_MAJOR >= 3
  return dnnl_memory_desc_create_with_tag(
    result, it->rank, it->extents, type, dnnl_format_tag_any);
#else
  return dnnl_memory_desc_init_by_tag(result, it->rank, it->extents, type, dnnl_format_tag_any);
#endif
}

int describe(
  const operands *operands, dnnl_data_type_t type, int free_weight, descriptions *result) {
  int code = dnnl_success;
  TRY(describe_strided(&operands->source, type, &result->source));
  TRY(describe_strided(&operands->weight, type, &result->user_weight));
  TRY((free_weight ? describe_free : describe_strided)(&operands->weight, type, &result->weight));
  TRY(describe_strided(&operands->destination, type, &result->destination));
  result->has_bias = operands->bias.rank > 0;
  if (result->has_bias) TRY(describe_strided(&operands->bias, type, &result->bias));
cleanup:
  return code;
}

void forget(descriptions *it) {
#if DNNL_VERSION_MAJOR >= 3
  dnnl_memory_desc_t all[] = {
    it->source, it->weight, it->user_weight, it->bias, it->destination,
  };
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    if (all[i]) dnnl_memory_desc_destroy(all[i]);
  }
#else
  (void)it;
#endif
}

int make_attributes(const onednn_epilogue *epilogue, dnnl_primitive_attr_t *result) {
  static const dnnl_alg_kind_t algorithms[] = {
    [ONEDNN_RELU] = dnnl_eltwise_relu,        [ONEDNN_TANH] = dnnl_eltwise_tanh,
    [ONEDNN_SIGMOID] = dnnl_eltwise_logistic, [ONEDNN_GELU] = dnnl_eltwise_gelu_erf,
    [ONEDNN_SILU] = dnnl_eltwise_swish,
  };
  int code = dnnl_success;
  dnnl_post_ops_t operations = NULL;
  TRY(dnnl_primitive_attr_create(result));
  TRY(dnnl_primitive_attr_set_scratchpad_mode(*result, dnnl_scratchpad_mode_user));
  if (epilogue && epilogue->activation != ONEDNN_LINEAR) {
    // Swish takes a scale of its argument as alpha, relu the slope, the rest none.
    float alpha = epilogue->activation == ONEDNN_RELU ? (float)epilogue->alpha : 1;
    TRY(dnnl_post_ops_create(&operations));
#if DNNL_VERSION_MAJOR >= 3
    TRY(dnnl_post_ops_append_eltwise(operations, algorithms[epilogue->activation], alpha, 0));
#else
    TRY(dnnl_post_ops_append_eltwise(operations, 1, algorithms[epilogue->activation], alpha, 0));
#endif
    TRY(dnnl_primitive_attr_set_post_ops(*result, operations));
  }
cleanup:
  if (operations) dnnl_post_ops_destroy(operations);
  return code;
}

// MARK: Executables

/// The weights' layout as the primitive wants it.
static description_handle chosen_weight(operation operation, dnnl_primitive_desc_t primitive) {
  return dnnl_primitive_desc_query_md(
    primitive,
    operation == WEIGHT_GRADIENT ? dnnl_query_diff_weights_md : dnnl_query_weights_md, 0);
}

int assemble(
  operation operation, dnnl_primitive_desc_t primitive, const descriptions *descriptions,
  executable *result) {
  int code = dnnl_success;
  dnnl_primitive_desc_t reorder = NULL;
  dnnl_engine_t cpu = engine();
  description_handle user = HANDLE(descriptions->user_weight);
  description_handle weight = chosen_weight(operation, primitive);
  description_handle scratchpad = dnnl_primitive_desc_query_md(
    primitive, dnnl_query_scratchpad_md, 0);

  TRY(dnnl_primitive_create(&result->primitive, primitive));
  TRY(dnnl_memory_create(
    &result->source, HANDLE(descriptions->source), cpu, DNNL_MEMORY_NONE));
  TRY(dnnl_memory_create(
    &result->destination, HANDLE(descriptions->destination), cpu, DNNL_MEMORY_NONE));
  TRY(dnnl_memory_create(&result->weight, weight, cpu, DNNL_MEMORY_NONE));
  TRY(dnnl_memory_create(&result->scratchpad, scratchpad, cpu, DNNL_MEMORY_NONE));
  result->scratchpad_bytes = dnnl_memory_desc_get_size(scratchpad);
  if (descriptions->has_bias) {
    TRY(dnnl_memory_create(&result->bias, HANDLE(descriptions->bias), cpu, DNNL_MEMORY_NONE));
  }
  if (!dnnl_memory_desc_equal(user, weight)) {
    TRY(dnnl_memory_create(&result->user_weight, user, cpu, DNNL_MEMORY_NONE));
    result->weight_bytes = dnnl_memory_desc_get_size(weight);
    int after = operation == WEIGHT_GRADIENT;
    TRY(dnnl_reorder_primitive_desc_create(
      &reorder, after ? weight : user, cpu, after ? user : weight, cpu, NULL));
    TRY(dnnl_primitive_create(&result->reorder, reorder));
  }
cleanup:
  if (reorder) dnnl_primitive_desc_destroy(reorder);
  return code;
}

int execute(
  operation operation, executable *it, const void *source, const void *weight, const void *bias,
  void *destination) {
  int code = dnnl_success;
  dnnl_stream_t own = stream();
  size_t weight_bytes = it->reorder ? (it->weight_bytes + 63) / 64 * 64 : 0;
  char *space = NULL;
  if (weight_bytes + it->scratchpad_bytes > 0) {
    space = scratch(weight_bytes + it->scratchpad_bytes);
    if (!space) return failed(dnnl_out_of_memory, "scratch memory");
  }
  int is_gradient = operation == WEIGHT_GRADIENT;
  TRY(dnnl_memory_set_data_handle(it->source, (void *)source));
  TRY(dnnl_memory_set_data_handle(it->destination, destination));
  TRY(dnnl_memory_set_data_handle(it->weight, it->reorder ? space : (void *)weight));
  if (it->reorder) TRY(dnnl_memory_set_data_handle(it->user_weight, (void *)weight));
  if (it->bias) TRY(dnnl_memory_set_data_handle(it->bias, (void *)bias));
  if (it->scratchpad_bytes) {
    TRY(dnnl_memory_set_data_handle(it->scratchpad, space + weight_bytes));
  }
  dnnl_exec_arg_t reorder_arguments[] = {
    {DNNL_ARG_FROM, is_gradient ? it->weight : it->user_weight},
    {DNNL_ARG_TO, is_gradient ? it->user_weight : it->weight},
  };
  dnnl_exec_arg_t arguments[5] = {
    {DNNL_ARG_SRC, it->source},
    {is_gradient ? DNNL_ARG_DIFF_WEIGHTS : DNNL_ARG_WEIGHTS, it->weight},
    {is_gradient ? DNNL_ARG_DIFF_DST : DNNL_ARG_DST, it->destination},
  };
  int count = 3;
  if (it->bias) arguments[count++] = (dnnl_exec_arg_t){DNNL_ARG_BIAS, it->bias};
  if (it->scratchpad_bytes) {
    arguments[count++] = (dnnl_exec_arg_t){DNNL_ARG_SCRATCHPAD, it->scratchpad};
  }
  if (it->reorder && !is_gradient) {
    TRY(dnnl_primitive_execute(it->reorder, own, 2, reorder_arguments));
  }
  TRY(dnnl_primitive_execute(it->primitive, own, count, arguments));
  if (it->reorder && is_gradient) {
    TRY(dnnl_primitive_execute(it->reorder, own, 2, reorder_arguments));
  }
  // Only the threading of other builds than Debian's is asynchronous.
  TRY(dnnl_stream_wait(own));
cleanup:
  return code;
}
