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
  /* Steps of each sequence, [batch], or null for all. */
  const int32_t *lengths;
  /* [gates size, size]. */
  const float *weight;
  /* [gates size] for a GRU, else null. */
  const float *bias;
  /* Output and, for an LSTM, memory before the first step, [batch, size]. */
  const float *hidden, *memory;
  /* Of a normalised LSTM's norms: the product's scale [4 size], the memory's scale and shift
   * [size]; the product's shift is part of the projection. */
  const float *product_scale, *memory_scale, *memory_shift;
  double product_epsilon, memory_epsilon;
} tk_recurrence;

/* Where a normalised LSTM's gradients of scales and shift go, row by row, to be added up: of the
 * product's scale [steps, batch, 4 size], of the memory's scale and shift [steps, batch, size]. */
typedef struct {
  float *product_scale, *memory_scale, *memory_shift;
} tk_norm_gradient;

/* Floats of what the forward pass keeps for the gradient: an LSTM's gates and memories, for a
 * normalised one also what is normalised of product and memory; a GRU's gates and the product of
 * its candidate; nothing of the other cells. */
size_t tk_recurrent_record(const tk_recurrence *it);

/* Floats of scratch memory for either pass. */
size_t tk_recurrent_workspace(const tk_recurrence *it);

/* output [steps, batch, size], of an LSTM followed by the last memory [batch, size]. */
void tk_recurrent(const tk_recurrence *it, const float *projection, float *output, float *record,
                  float *workspace);

/* The gradients for an upstream laid out as the output: of the projections, of the products with
 * the recurrent weights (`product`, laid out as the projections, for a GRU and a normalised LSTM,
 * else null: they are the projections'), of the first output and, for an LSTM, of the first
 * memory; of a normalised one's norms. */
void tk_recurrent_gradient(const tk_recurrence *it, const float *output, const float *record,
                           const float *upstream, float *projection, float *product,
                           float *hidden, float *memory, tk_norm_gradient norms,
                           float *workspace);

#endif
