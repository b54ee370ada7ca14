// What the files of this target share: cached primitives, and one spelling of two API versions.
#ifndef TANDEM_CONEDNN_INTERNAL_H
#define TANDEM_CONEDNN_INTERNAL_H

#include <oneapi/dnnl/dnnl.h>
#include <stddef.h>

#include "COneDNN.h"

// In version 2 a memory description is a struct held by value; in 3 it is a pointer to one that
// the library allocates.
#if DNNL_VERSION_MAJOR >= 3
typedef const_dnnl_memory_desc_t description_handle;
#define HANDLE(description) (description)
#else
typedef const dnnl_memory_desc_t *description_handle;
#define HANDLE(description) (&(description))
#endif

/// Shape and strides of an operand; rank 0 is an absent one.
typedef struct {
  int rank;
  dnnl_dims_t extents, strides;
} layout;

typedef enum { PRODUCT, CONVOLUTION, TRANSPOSE, WEIGHT_GRADIENT } operation;

/// The operands of a primitive as the caller holds them.
typedef struct {
  layout source, weight, bias, destination;
} operands;

/// The descriptions a primitive is made from; `weight` may leave the layout to the library.
typedef struct {
  dnnl_memory_desc_t source, weight, user_weight, bias, destination;
  int has_bias;
} descriptions;

/// A primitive and its memory objects, ready for data handles.
///
/// Where the library prefers another layout of the weights, `reorder` goes between `user_weight`
/// and `weight`, before the primitive or after it for a weight gradient; otherwise it is NULL.
typedef struct {
  dnnl_primitive_t primitive, reorder;
  dnnl_memory_t source, weight, user_weight, bias, destination, scratchpad;
  size_t weight_bytes, scratchpad_bytes;
} executable;

typedef int (*maker)(operation operation, const void *description, executable *result);

/// The calling thread's executable for a description, made by `make` on first use; NULL with the
/// error set where that fails.
executable *cached(operation operation, const void *description, size_t size, maker make);

/// Records which step failed and returns the status.
int failed(dnnl_status_t status, const char *step);

/// The CPU engine, created once; NULL with the error set where that fails.
dnnl_engine_t engine(void);

/// Fills the descriptions; with `free_weight` the library may choose the weights' layout.
int describe(
  const operands *operands, dnnl_data_type_t type, int free_weight, descriptions *result);
void forget(descriptions *descriptions);

/// The attributes every primitive has: a caller's scratchpad, and the epilogue (NULL for none).
int make_attributes(const onednn_epilogue *epilogue, dnnl_primitive_attr_t *result);

/// Makes the executable of a primitive description.
int assemble(
  operation operation, dnnl_primitive_desc_t primitive, const descriptions *descriptions,
  executable *result);

/// Runs it on the caller's memory.
int execute(
  operation operation, executable *executable, const void *source, const void *weight,
  const void *bias, void *destination);

dnnl_data_type_t data_type(int64_t dtype);

#define TRY(call)                          \
  do {                                     \
    dnnl_status_t status_ = (call);        \
    if (status_ != dnnl_success) {         \
      code = failed(status_, #call);       \
      goto cleanup;                        \
    }                                      \
  } while (0)

#endif
