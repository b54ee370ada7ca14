#include <string.h>

#include "include/tk_products.h"
#include "include/tk_recurrent.h"
#include "packed_product.h"
#include "recurrent_cells.h"

/* The rows of a batch do not meet before the weights' gradients, so each thread takes its rows
 * through all steps without ever waiting for the other. */

/* Rows in all steps together up to which the weights are used as they lie: a sampler's single
 * step reads them once. */
enum { FEW_ROWS = 4 };

static size_t gates_of(tk_cell cell) {
  switch (cell) {
    case TK_CELL_LSTM:
    case TK_CELL_NORMALIZED_LSTM: return 4;
    case TK_CELL_GRU: return 3;
    default: return 1;
  }
}

TK_INLINE int has_memory(tk_cell cell) {
  return cell == TK_CELL_LSTM || cell == TK_CELL_NORMALIZED_LSTM;
}

/* Whether the recurrent product is not simply added to the projection. */
TK_INLINE int has_own_product(tk_cell cell) {
  return cell == TK_CELL_GRU || cell == TK_CELL_NORMALIZED_LSTM;
}

static size_t plane(const tk_recurrence *it) { return it->batch * it->size; }

size_t tk_recurrent_record(const tk_recurrence *it) {
  switch (it->cell) {
    case TK_CELL_LSTM: return 5 * it->steps * plane(it);
    case TK_CELL_NORMALIZED_LSTM: return it->steps * (10 * plane(it) + 2 * it->batch);
    case TK_CELL_GRU: return 4 * it->steps * plane(it);
    default: return 0;
  }
}

/* The packed weights; then the products of one step that are not added to the projections, or the
 * gradients that are on their way from a step to the one before. */
size_t tk_recurrent_workspace(const tk_recurrence *it) {
  size_t wide = gates_of(it->cell) * it->size;
  return tk_max(tk_packed_size(it->size, wide), tk_packed_size(wide, it->size)) +
         4 * plane(it);
}

typedef struct {
  const tk_recurrence *sequence;
  const float *projection, *upstream, *packed;
  /* Written by the forward pass, read by the backward one. */
  float *output, *record;
  /* One step's, for all rows. */
  float *scratch;
  float *dprojection, *dproduct, *dhidden, *dmemory;
  tk_norm_gradient dnorms;
} job;

/* The steps in the order of the sequence: the first, the one after and the one before. */
TK_INLINE size_t step_at(const tk_recurrence *it, size_t index) {
  return it->is_reversed ? it->steps - 1 - index : index;
}

/* Whether a sequence has a step. */
TK_INLINE int has_step(const tk_recurrence *it, size_t row, size_t step) {
  return it->lengths == NULL || (it->lengths[row] > 0 && step < (size_t)it->lengths[row]);
}

/* Output and memory before the step at `index`. */
TK_INLINE const float *hidden_before(const job *job, size_t index) {
  const tk_recurrence *it = job->sequence;
  return index == 0 ? it->hidden : job->output + step_at(it, index - 1) * plane(it);
}

TK_INLINE float *memories(const job *job) {
  return job->record + 4 * job->sequence->steps * plane(job->sequence);
}

TK_INLINE const float *memory_before(const job *job, size_t index) {
  const tk_recurrence *it = job->sequence;
  return index == 0 ? it->memory : memories(job) + step_at(it, index - 1) * plane(it);
}

/* What a normalised LSTM keeps of a row behind gates and memories. */
TK_INLINE tk_normalized normalized(const job *job, size_t step, size_t row) {
  const tk_recurrence *it = job->sequence;
  size_t rows = it->steps * it->batch, at = step * it->batch + row;
  float *start = job->record + 5 * it->steps * plane(it);
  return (tk_normalized){
      .product = start + 4 * at * it->size,
      .memory = start + 4 * rows * it->size + at * it->size,
      .inverses = start + 5 * rows * it->size + 2 * at,
  };
}

static TK_CLONES void forward_row(const job *job, size_t index, size_t row) {
  const tk_recurrence *it = job->sequence;
  size_t size = it->size, step = step_at(it, index), at = row * size;
  size_t wide = gates_of(it->cell) * size, gates = (step * it->batch + row) * wide;
  const float *before = hidden_before(job, index) + at;
  float *h = job->output + step * plane(it) + at;
  if (!has_step(it, row, step)) {
    memcpy(h, before, size * sizeof(float));
    if (has_memory(it->cell)) {
      memcpy(memories(job) + step * plane(it) + at, memory_before(job, index) + at,
             size * sizeof(float));
    }
    return;
  }
  switch (it->cell) {
    case TK_CELL_TANH: tk_tanh_row(h, size); break;
    case TK_CELL_RELU: tk_relu_row(h, size); break;
    case TK_CELL_GRU:
      tk_gru_row(job->projection + gates, job->scratch + row * wide, before, job->record + gates,
                 job->record + 3 * it->steps * plane(it) + step * plane(it) + at, h, size);
      break;
    case TK_CELL_LSTM:
      tk_lstm_row(job->record + gates, memory_before(job, index) + at,
                  memories(job) + step * plane(it) + at, h, size);
      break;
    case TK_CELL_NORMALIZED_LSTM:
      tk_normalized_lstm_row(job->projection + gates, job->scratch + row * wide,
                             it->product_scale, it->memory_scale, it->memory_shift,
                             it->product_epsilon, it->memory_epsilon,
                             normalized(job, step, row), job->record + gates,
                             memory_before(job, index) + at,
                             memories(job) + step * plane(it) + at, h, size);
      break;
  }
}

static void forward_work(void *context, size_t begin, size_t end) {
  const job *job = context;
  const tk_recurrence *it = job->sequence;
  size_t size = it->size, wide = gates_of(it->cell) * size;
  for (size_t index = 0; index < it->steps; index++) {
    size_t step = step_at(it, index), gates = (step * it->batch + begin) * wide;
    const float *before = hidden_before(job, index) + begin * size;
    /* Where the product goes, and what it is added to. */
    int is_own = has_own_product(it->cell);
    const float *start = is_own ? it->bias : job->projection + gates;
    size_t start_stride = is_own ? 0 : wide;
    float *product = is_own                     ? job->scratch + begin * wide
                     : it->cell == TK_CELL_LSTM ? job->record + gates
                                                : job->output + gates;
    if (job->packed == NULL) {
      tk_dot_multiply(before, end - begin, size, it->weight, wide, start, start_stride, product);
    } else {
      tk_packed_multiply(before, end - begin, size, size, job->packed, wide, start, start_stride,
                         product, wide);
    }
    for (size_t row = begin; row < end; row++) forward_row(job, index, row);
  }
}

void tk_recurrent(const tk_recurrence *it, const float *projection, float *output, float *record,
                  float *workspace) {
  if (plane(it) == 0) return;
  size_t wide = gates_of(it->cell) * it->size;
  int is_short = it->steps * it->batch <= FEW_ROWS;
  job job = {.sequence = it, .projection = projection, .packed = is_short ? NULL : workspace,
             .output = output, .record = record,
             .scratch = workspace + tk_packed_size(it->size, wide)};
  if (is_short) {
    forward_work(&job, 0, it->batch);
  } else {
    tk_pack(it->weight, it->size, wide, 1, it->size, workspace);
    tk_parallel(it->batch, 1, forward_work, &job);
  }
  if (has_memory(it->cell)) {
    memcpy(output + it->steps * plane(it), memory_before(&job, it->steps),
           plane(it) * sizeof(float));
  }
}

/* `dhidden` and `dmemory` hold what has arrived at the row's state from the steps after. */
static TK_CLONES void backward_row(const job *job, size_t index, size_t row) {
  const tk_recurrence *it = job->sequence;
  size_t size = it->size, step = step_at(it, index), at = row * size;
  size_t wide = gates_of(it->cell) * size, gates = (step * it->batch + row) * wide;
  const float *upstream = job->upstream + step * plane(it) + at;
  float *dh = job->dhidden + at, *dz = job->dprojection + gates;
  for (size_t j = 0; j < size; j++) dh[j] += upstream[j];
  /* Where the product with the weights will be added. */
  float *direct = job->scratch + at;
  if (!has_step(it, row, step)) {
    memset(dz, 0, wide * sizeof(float));
    if (job->dproduct) memset(job->dproduct + gates, 0, wide * sizeof(float));
    if (it->cell == TK_CELL_NORMALIZED_LSTM) {
      memset(job->dnorms.product_scale + gates, 0, wide * sizeof(float));
      memset(job->dnorms.memory_scale + gates / 4, 0, size * sizeof(float));
      memset(job->dnorms.memory_shift + gates / 4, 0, size * sizeof(float));
    }
    memcpy(direct, dh, size * sizeof(float));
    return;
  }
  const float *h = job->output + step * plane(it) + at;
  switch (it->cell) {
    case TK_CELL_TANH: tk_tanh_row_back(h, dh, dz, size); break;
    case TK_CELL_RELU: tk_relu_row_back(h, dh, dz, size); break;
    case TK_CELL_GRU:
      tk_gru_row_back(job->record + gates,
                      job->record + 3 * it->steps * plane(it) + step * plane(it) + at,
                      hidden_before(job, index) + at, dh, dz, job->dproduct + gates, size);
      memcpy(direct, dh, size * sizeof(float));
      return;
    case TK_CELL_LSTM:
      tk_lstm_row_back(job->record + gates, memory_before(job, index) + at,
                       memories(job) + step * plane(it) + at, dh, job->dmemory + at, dz, size);
      break;
    case TK_CELL_NORMALIZED_LSTM:
      tk_normalized_lstm_row_back(
          job->record + gates, memory_before(job, index) + at, normalized(job, step, row),
          it->product_scale, it->memory_scale, it->memory_shift, dh, job->dmemory + at, dz,
          job->dproduct + gates, job->dnorms.product_scale + gates,
          job->dnorms.memory_scale + gates / 4, job->dnorms.memory_shift + gates / 4, size);
      break;
  }
  memset(direct, 0, size * sizeof(float));
}

static void backward_work(void *context, size_t begin, size_t end) {
  const job *job = context;
  const tk_recurrence *it = job->sequence;
  size_t size = it->size, wide = gates_of(it->cell) * size;
  for (size_t index = it->steps; index-- > 0;) {
    for (size_t row = begin; row < end; row++) backward_row(job, index, row);
    const float *product = job->dproduct ? job->dproduct : job->dprojection;
    tk_packed_multiply(product + (step_at(it, index) * it->batch + begin) * wide, end - begin,
                       wide, wide, job->packed, size, job->scratch + begin * size, size,
                       job->dhidden + begin * size, size);
  }
}

void tk_recurrent_gradient(const tk_recurrence *it, const float *output, const float *record,
                           const float *upstream, float *projection, float *product,
                           float *hidden, float *memory, tk_norm_gradient norms,
                           float *workspace) {
  if (plane(it) == 0) return;
  size_t wide = gates_of(it->cell) * it->size;
  tk_pack(it->weight, wide, it->size, it->size, 1, workspace);
  memset(hidden, 0, plane(it) * sizeof(float));
  if (has_memory(it->cell)) {
    memcpy(memory, upstream + it->steps * plane(it), plane(it) * sizeof(float));
  }
  job job = {.sequence = it, .upstream = upstream, .packed = workspace,
             .output = (float *)output, .record = (float *)record,
             .scratch = workspace + tk_packed_size(wide, it->size), .dprojection = projection,
             .dproduct = product, .dhidden = hidden, .dmemory = memory, .dnorms = norms};
  tk_parallel(it->batch, 1, backward_work, &job);
}
