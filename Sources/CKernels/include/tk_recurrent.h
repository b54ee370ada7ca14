/* Recurrent cells over whole sequences, forward and back through time.
 *
 * Arrays are time-major: [steps, batch, features]. The cells are those of Swift's RecurrentCell,
 * which has the formulas; the parts of a projection stand in PyTorch's order. */
#ifndef TK_RECURRENT_H
#define TK_RECURRENT_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
  TK_CELL_TANH,
  TK_CELL_RELU,
  TK_CELL_GRU,
  TK_CELL_LSTM,
  /* With layer normalisation of the recurrent product and of the memory on its way out. */
  TK_CELL_NORMALIZED_LSTM
} tk_cell;

typedef struct {
  tk_cell cell;
  /* Whether the last step comes first. */
  int is_reversed;
  size_t steps, batch, size;
  /* Length of the output: `size`, but where an LSTM's is projected. */
  size_t outputs;
  /* Steps of each sequence, [batch], or null for all. */
  const int32_t *lengths;
  /* [gates size, outputs]. */
  const float *weight;
  /* [gates size] for a GRU, else null. */
  const float *bias;
  /* Of an LSTM whose output is projected, [outputs, size]; else null. */
  const float *output_weight;
  /* Output [batch, outputs] and, for an LSTM, memory [batch, size] before the first step. */
  const float *hidden, *memory;
  /* Of a normalised LSTM's norms: the product's scale [4 size], the memory's scale and shift
   * [size]; the product's shift is part of the projection. */
  const float *product_scale, *memory_scale, *memory_shift;
  double product_epsilon, memory_epsilon;
} tk_recurrence;

/* Where the gradients go. Those laid out step by step and row by row are to be multiplied or added
 * up by the caller; null where the cell has no such thing. */
typedef struct {
  /* Of the projections, [steps, batch, gates size]. */
  float *projection;
  /* Of the products with the recurrent weights, laid out likewise: for a GRU and a normalised
   * LSTM; of the other cells they are the projections'. */
  float *product;
  /* Of the outputs, [steps, batch, outputs], zero where a sequence has no such step: where they
   * are projected. */
  float *output;
  /* Of the first output and the first memory. */
  float *hidden, *memory;
  /* Of a normalised LSTM's scales and shift: of the product [steps, batch, 4 size], of the memory
   * [steps, batch, size]. */
  float *product_scale, *memory_scale, *memory_shift;
} tk_recurrent_gradients;

/* Floats of what the forward pass keeps for the gradient: an LSTM's gates and memories, for a
 * normalised one also what is normalised of product and memory, and where the output is projected,
 * as the last, what is projected [steps, batch, size]; a GRU's gates and the product of its
 * candidate; nothing of the other cells. */
size_t tk_recurrent_record(const tk_recurrence *it);

/* Floats of scratch memory for either pass. */
size_t tk_recurrent_workspace(const tk_recurrence *it);

/* output [steps, batch, outputs], of an LSTM followed by the last memory [batch, size]. */
void tk_recurrent(const tk_recurrence *it, const float *projection, float *output, float *record,
                  float *workspace);

/* The gradients for an upstream laid out as the output. */
void tk_recurrent_gradient(const tk_recurrence *it, const float *output, const float *record,
                           const float *upstream, const tk_recurrent_gradients *gradients,
                           float *workspace);

#endif
