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

/* Elements of one step's memories, and of its outputs. */
TK_INLINE size_t memory_plane(const tk_recurrence *it) { return it->batch * it->size; }
TK_INLINE size_t output_plane(const tk_recurrence *it) { return it->batch * it->outputs; }

size_t tk_recurrent_record(const tk_recurrence *it) {
  size_t all = it->steps * memory_plane(it);
  switch (it->cell) {
    case TK_CELL_LSTM: return (it->output_weight ? 6 : 5) * all;
    case TK_CELL_NORMALIZED_LSTM: return 10 * all + 2 * it->steps * it->batch;
    case TK_CELL_GRU: return 4 * all;
    default: return 0;
  }
}

/* The packed weights, of the recurrence and of the projected output, for the one or the other
 * pass. */
static size_t packed_weight(const tk_recurrence *it) {
  size_t wide = gates_of(it->cell) * it->size;
  return tk_max(tk_packed_size(it->outputs, wide), tk_packed_size(wide, it->outputs));
}

static size_t packed_output_weight(const tk_recurrence *it) {
  if (it->output_weight == NULL) return 0;
  return tk_max(tk_packed_size(it->outputs, it->size), tk_packed_size(it->size, it->outputs));
}

/* The packed weights; then the products of one step that are not added to the projections, or the
 * gradients that are on their way from a step to the one before and, where the output is projected,
 * those of what is projected. */
size_t tk_recurrent_workspace(const tk_recurrence *it) {
  return packed_weight(it) + packed_output_weight(it) + 4 * memory_plane(it) + output_plane(it);
}

typedef struct {
  const tk_recurrence *sequence;
  const float *projection, *upstream;
  /* Null for few rows. */
  const float *packed, *packed_output;
  /* Written by the forward pass, read by the backward one. */
  float *output, *record;
  /* One step's, for all rows. */
  float *scratch;
  tk_recurrent_gradients gradients;
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
  return index == 0 ? it->hidden : job->output + step_at(it, index - 1) * output_plane(it);
}

TK_INLINE float *memories(const job *job) {
  return job->record + 4 * job->sequence->steps * memory_plane(job->sequence);
}

TK_INLINE const float *memory_before(const job *job, size_t index) {
  const tk_recurrence *it = job->sequence;
  return index == 0 ? it->memory : memories(job) + step_at(it, index - 1) * memory_plane(it);
}

/* What the cells give at a step: the outputs, or what is projected to them. */
TK_INLINE float *cell_outputs(const job *job, size_t step) {
  const tk_recurrence *it = job->sequence;
  return it->output_weight ? job->record + (5 * it->steps + step) * memory_plane(it)
                           : job->output + step * output_plane(it);
}

/* What a normalised LSTM keeps of a row behind gates and memories. */
TK_INLINE tk_normalized normalized(const job *job, size_t step, size_t row) {
  const tk_recurrence *it = job->sequence;
  size_t rows = it->steps * it->batch, at = step * it->batch + row;
  float *start = job->record + 5 * it->steps * memory_plane(it);
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
  const float *before = hidden_before(job, index) + row * it->outputs;
  float *h = cell_outputs(job, step) + at;
  if (!has_step(it, row, step)) {
    if (it->output_weight) {
      memset(h, 0, size * sizeof(float));
    } else {
      memcpy(h, before, size * sizeof(float));
    }
    if (has_memory(it->cell)) {
      memcpy(memories(job) + step * memory_plane(it) + at, memory_before(job, index) + at,
             size * sizeof(float));
    }
    return;
  }
  switch (it->cell) {
    case TK_CELL_TANH: tk_tanh_row(h, size); break;
    case TK_CELL_RELU: tk_relu_row(h, size); break;
    case TK_CELL_GRU:
      tk_gru_row(job->projection + gates, job->scratch + row * wide, before, job->record + gates,
                 job->record + (3 * it->steps + step) * memory_plane(it) + at, h, size);
      break;
    case TK_CELL_LSTM:
      tk_lstm_row(job->record + gates, memory_before(job, index) + at,
                  memories(job) + step * memory_plane(it) + at, h, size);
      break;
    case TK_CELL_NORMALIZED_LSTM:
      tk_normalized_lstm_row(job->projection + gates, job->scratch + row * wide,
                             it->product_scale, it->memory_scale, it->memory_shift,
                             it->product_epsilon, it->memory_epsilon,
                             normalized(job, step, row), job->record + gates,
                             memory_before(job, index) + at,
                             memories(job) + step * memory_plane(it) + at, h, size);
      break;
  }
}

/* The outputs from what the cells gave; a sequence without the step keeps its output. */
static void project_rows(const job *job, size_t index, size_t begin, size_t end) {
  const tk_recurrence *it = job->sequence;
  size_t size = it->size, outputs = it->outputs, step = step_at(it, index);
  const float *cells = cell_outputs(job, step) + begin * size;
  float *h = job->output + step * output_plane(it) + begin * outputs;
  if (job->packed_output == NULL) {
    tk_dot_multiply(cells, end - begin, size, it->output_weight, outputs, NULL, 0, h);
  } else {
    tk_packed_multiply(cells, end - begin, size, size, job->packed_output, outputs, NULL, 0, h,
                       outputs);
  }
  for (size_t row = begin; row < end; row++) {
    if (has_step(it, row, step)) continue;
    memcpy(job->output + step * output_plane(it) + row * outputs,
           hidden_before(job, index) + row * outputs, outputs * sizeof(float));
  }
}

static void forward_work(void *context, size_t begin, size_t end) {
  const job *job = context;
  const tk_recurrence *it = job->sequence;
  size_t outputs = it->outputs, wide = gates_of(it->cell) * it->size;
  for (size_t index = 0; index < it->steps; index++) {
    size_t step = step_at(it, index), gates = (step * it->batch + begin) * wide;
    const float *before = hidden_before(job, index) + begin * outputs;
    /* Where the product goes, and what it is added to. */
    int is_own = has_own_product(it->cell);
    const float *start = is_own ? it->bias : job->projection + gates;
    size_t start_stride = is_own ? 0 : wide;
    float *product = is_own                     ? job->scratch + begin * wide
                     : it->cell == TK_CELL_LSTM ? job->record + gates
                                                : job->output + gates;
    if (job->packed == NULL) {
      tk_dot_multiply(before, end - begin, outputs, it->weight, wide, start, start_stride,
                      product);
    } else {
      tk_packed_multiply(before, end - begin, outputs, outputs, job->packed, wide, start,
                         start_stride, product, wide);
    }
    for (size_t row = begin; row < end; row++) forward_row(job, index, row);
    if (it->output_weight) project_rows(job, index, begin, end);
  }
}

void tk_recurrent(const tk_recurrence *it, const float *projection, float *output, float *record,
                  float *workspace) {
  if (memory_plane(it) == 0) return;
  size_t wide = gates_of(it->cell) * it->size;
  float *packed_output = workspace + packed_weight(it);
  int is_short = it->steps * it->batch <= FEW_ROWS;
  job job = {.sequence = it, .projection = projection, .packed = is_short ? NULL : workspace,
             .packed_output = is_short ? NULL : packed_output, .output = output,
             .record = record, .scratch = packed_output + packed_output_weight(it)};
  if (is_short) {
    forward_work(&job, 0, it->batch);
  } else {
    tk_pack(it->weight, it->outputs, wide, 1, it->outputs, workspace);
    if (it->output_weight) {
      tk_pack(it->output_weight, it->size, it->outputs, 1, it->size, packed_output);
    }
    tk_parallel(it->batch, 1, forward_work, &job);
  }
  if (has_memory(it->cell)) {
    memcpy(output + it->steps * output_plane(it), memory_before(&job, it->steps),
           memory_plane(it) * sizeof(float));
  }
}

/* Where the gradient of what a step's cells gave stands. */
TK_INLINE float *cell_gradients(const job *job) {
  const tk_recurrence *it = job->sequence;
  return it->output_weight ? job->scratch + output_plane(it) : job->gradients.hidden;
}

/* Adds what comes from above to what has arrived at the outputs from the steps after, and takes it
 * back through the projection where there is one. */
static void arrive(const job *job, size_t index, size_t begin, size_t end) {
  const tk_recurrence *it = job->sequence;
  size_t outputs = it->outputs, step = step_at(it, index), at = step * output_plane(it);
  float *dh = job->gradients.hidden;
  for (size_t i = begin * outputs; i < end * outputs; i++) dh[i] += job->upstream[at + i];
  if (it->output_weight == NULL) return;
  float *kept = job->gradients.output + at;
  for (size_t row = begin; row < end; row++) {
    if (has_step(it, row, step)) {
      memcpy(kept + row * outputs, dh + row * outputs, outputs * sizeof(float));
    } else {
      memset(kept + row * outputs, 0, outputs * sizeof(float));
    }
  }
  tk_packed_multiply(kept + begin * outputs, end - begin, outputs, outputs, job->packed_output,
                     it->size, NULL, 0, cell_gradients(job) + begin * it->size, it->size);
}

/* `hidden` and `memory` of the gradients hold what has arrived at the row's state. */
static TK_CLONES void backward_row(const job *job, size_t index, size_t row) {
  const tk_recurrence *it = job->sequence;
  const tk_recurrent_gradients *to = &job->gradients;
  size_t size = it->size, outputs = it->outputs, step = step_at(it, index), at = row * size;
  size_t wide = gates_of(it->cell) * size, gates = (step * it->batch + row) * wide;
  float *dz = to->projection + gates;
  /* Where the product with the weights will be added. */
  float *direct = job->scratch + row * outputs;
  if (!has_step(it, row, step)) {
    memset(dz, 0, wide * sizeof(float));
    if (to->product) memset(to->product + gates, 0, wide * sizeof(float));
    if (it->cell == TK_CELL_NORMALIZED_LSTM) {
      memset(to->product_scale + gates, 0, wide * sizeof(float));
      memset(to->memory_scale + gates / 4, 0, size * sizeof(float));
      memset(to->memory_shift + gates / 4, 0, size * sizeof(float));
    }
    memcpy(direct, to->hidden + row * outputs, outputs * sizeof(float));
    return;
  }
  const float *h = job->output + step * output_plane(it) + at;
  float *dh = cell_gradients(job) + at;
  switch (it->cell) {
    case TK_CELL_TANH: tk_tanh_row_back(h, dh, dz, size); break;
    case TK_CELL_RELU: tk_relu_row_back(h, dh, dz, size); break;
    case TK_CELL_GRU:
      tk_gru_row_back(job->record + gates,
                      job->record + (3 * it->steps + step) * memory_plane(it) + at,
                      hidden_before(job, index) + at, dh, dz, to->product + gates, size);
      memcpy(direct, dh, size * sizeof(float));
      return;
    case TK_CELL_LSTM:
      tk_lstm_row_back(job->record + gates, memory_before(job, index) + at,
                       memories(job) + step * memory_plane(it) + at, dh, to->memory + at, dz,
                       size);
      break;
    case TK_CELL_NORMALIZED_LSTM:
      tk_normalized_lstm_row_back(
          job->record + gates, memory_before(job, index) + at, normalized(job, step, row),
          it->product_scale, it->memory_scale, it->memory_shift, dh, to->memory + at, dz,
          to->product + gates, to->product_scale + gates, to->memory_scale + gates / 4,
          to->memory_shift + gates / 4, size);
      break;
  }
  memset(direct, 0, outputs * sizeof(float));
}

static void backward_work(void *context, size_t begin, size_t end) {
  const job *job = context;
  const tk_recurrence *it = job->sequence;
  size_t outputs = it->outputs, wide = gates_of(it->cell) * it->size;
  const float *product = job->gradients.product ? job->gradients.product : job->gradients.projection;
  for (size_t index = it->steps; index-- > 0;) {
    arrive(job, index, begin, end);
    for (size_t row = begin; row < end; row++) backward_row(job, index, row);
    tk_packed_multiply(product + (step_at(it, index) * it->batch + begin) * wide, end - begin,
                       wide, wide, job->packed, outputs, job->scratch + begin * outputs, outputs,
                       job->gradients.hidden + begin * outputs, outputs);
  }
}

void tk_recurrent_gradient(const tk_recurrence *it, const float *output, const float *record,
                           const float *upstream, const tk_recurrent_gradients *gradients,
                           float *workspace) {
  if (memory_plane(it) == 0) return;
  size_t wide = gates_of(it->cell) * it->size;
  float *packed_output = workspace + packed_weight(it);
  tk_pack(it->weight, wide, it->outputs, it->outputs, 1, workspace);
  if (it->output_weight) {
    tk_pack(it->output_weight, it->outputs, it->size, it->size, 1, packed_output);
  }
  memset(gradients->hidden, 0, output_plane(it) * sizeof(float));
  if (has_memory(it->cell)) {
    memcpy(gradients->memory, upstream + it->steps * output_plane(it),
           memory_plane(it) * sizeof(float));
  }
  job job = {.sequence = it, .upstream = upstream, .packed = workspace,
             .packed_output = packed_output, .output = (float *)output,
             .record = (float *)record, .scratch = packed_output + packed_output_weight(it),
             .gradients = *gradients};
  tk_parallel(it->batch, 1, backward_work, &job);
}
