/* One row of one step of each recurrent cell; see Swift's RecurrentCell and Recurrent for the
 * formulas. */
#ifndef TK_RECURRENT_CELLS_H
#define TK_RECURRENT_CELLS_H

#include "math_f32.h"
#include "parallel.h"
#include "row_moments.h"

/* h = f(h). */
TK_INLINE void tk_tanh_row(float *h, size_t size) {
  for (size_t j = 0; j < size; j++) h[j] = tk_tanh(h[j]);
}

TK_INLINE void tk_relu_row(float *h, size_t size) {
  for (size_t j = 0; j < size; j++) h[j] = h[j] > 0.0f ? h[j] : 0.0f;
}

/* dz from the output h; `dh` holds the gradient of h. */
TK_INLINE void tk_tanh_row_back(const float *h, const float *dh, float *dz, size_t size) {
  for (size_t j = 0; j < size; j++) dz[j] = dh[j] * (1.0f - h[j] * h[j]);
}

TK_INLINE void tk_relu_row_back(const float *h, const float *dh, float *dz, size_t size) {
  for (size_t j = 0; j < size; j++) dz[j] = h[j] > 0.0f ? dh[j] : 0.0f;
}

/* gates: i, f, g, o before their functions, and after them. */
TK_INLINE void tk_lstm_row(float *restrict gates, const float *restrict memory,
                           float *restrict next, float *restrict h, size_t size) {
  float *restrict in = gates, *restrict forget = gates + size;
  float *restrict candidate = gates + 2 * size, *restrict out = gates + 3 * size;
  for (size_t j = 0; j < size; j++) in[j] = tk_sigmoid(in[j]);
  for (size_t j = 0; j < size; j++) forget[j] = tk_sigmoid(forget[j]);
  for (size_t j = 0; j < size; j++) candidate[j] = tk_tanh(candidate[j]);
  for (size_t j = 0; j < size; j++) {
    out[j] = tk_sigmoid(out[j]);
    next[j] = forget[j] * memory[j] + in[j] * candidate[j];
    h[j] = out[j] * tk_tanh(next[j]);
  }
}

/* dz from the gates; `dmemory` holds the gradient of the step's memory and receives that of the
 * memory before it. */
TK_INLINE void tk_lstm_row_back(const float *restrict gates, const float *restrict memory,
                                const float *restrict next, const float *restrict dh,
                                float *restrict dmemory, float *restrict dz, size_t size) {
  for (size_t j = 0; j < size; j++) {
    float in = gates[j], forget = gates[size + j];
    float candidate = gates[2 * size + j], out = gates[3 * size + j];
    float u = tk_tanh(next[j]);
    float dc = dmemory[j] + dh[j] * out * (1.0f - u * u);
    dz[j] = dc * candidate * in * (1.0f - in);
    dz[size + j] = dc * memory[j] * forget * (1.0f - forget);
    dz[2 * size + j] = dc * in * (1.0f - candidate * candidate);
    dz[3 * size + j] = dh[j] * u * out * (1.0f - out);
    dmemory[j] = dc * forget;
  }
}

/* What a normalised LSTM's step keeps of a row: product and memory with mean 0 and variance 1, and
 * one over the deviations of both. */
typedef struct {
  float *product, *memory, *inverses;
} tk_normalized;

TK_INLINE void tk_normalize_row(const float *x, float *restrict u, float *inverse, size_t count,
                                double epsilon) {
  tk_moments m = tk_moments_of(x, count, epsilon);
  for (size_t i = 0; i < count; i++) u[i] = (x[i] - m.mean) * m.inverse;
  *inverse = m.inverse;
}

/* gates: receives i, f, g, o from the projection p and the recurrent product q. */
TK_INLINE void tk_normalized_lstm_row(const float *restrict p, const float *q,
                                      const float *restrict product_scale,
                                      const float *restrict memory_scale,
                                      const float *restrict memory_shift, double product_epsilon,
                                      double memory_epsilon, tk_normalized kept,
                                      float *restrict gates, const float *restrict memory,
                                      float *restrict next, float *restrict h, size_t size) {
  tk_normalize_row(q, kept.product, kept.inverses, 4 * size, product_epsilon);
  for (size_t j = 0; j < 4 * size; j++) gates[j] = p[j] + kept.product[j] * product_scale[j];
  for (size_t j = 0; j < 2 * size; j++) gates[j] = tk_sigmoid(gates[j]);
  for (size_t j = 0; j < size; j++) {
    gates[2 * size + j] = tk_tanh(gates[2 * size + j]);
    gates[3 * size + j] = tk_sigmoid(gates[3 * size + j]);
    next[j] = gates[size + j] * memory[j] + gates[j] * gates[2 * size + j];
  }
  tk_normalize_row(next, kept.memory, kept.inverses + 1, size, memory_epsilon);
  for (size_t j = 0; j < size; j++) {
    h[j] = gates[3 * size + j] * tk_tanh(kept.memory[j] * memory_scale[j] + memory_shift[j]);
  }
}

/* dz of the gates before their functions and dq of the product; `norms` are the row's parts of the
 * gradients of scales and shift. `dmemory` as with an LSTM. */
TK_INLINE void tk_normalized_lstm_row_back(
    const float *restrict gates, const float *restrict memory, tk_normalized kept,
    const float *restrict product_scale, const float *restrict memory_scale,
    const float *restrict memory_shift, const float *restrict dh, float *restrict dmemory,
    float *restrict dz, float *dq, float *restrict dproduct_scale,
    float *restrict dmemory_scale, float *restrict dmemory_shift, size_t size) {
  /* For a while, dq holds the gradients of the normalised memory and of the memory. */
  float *du = dq, *dc = dq + size;
  for (size_t j = 0; j < size; j++) {
    float out = gates[3 * size + j];
    float u = tk_tanh(kept.memory[j] * memory_scale[j] + memory_shift[j]);
    float dm = dh[j] * out * (1.0f - u * u);
    dz[3 * size + j] = dh[j] * u * out * (1.0f - out);
    dmemory_shift[j] = dm;
    dmemory_scale[j] = dm * kept.memory[j];
    du[j] = dm * memory_scale[j];
  }
  tk_normalized_row_back(kept.memory, kept.inverses[1], du, dc, size);
  for (size_t j = 0; j < size; j++) {
    float in = gates[j], forget = gates[size + j], candidate = gates[2 * size + j];
    float d = dmemory[j] + dc[j];
    dz[j] = d * candidate * in * (1.0f - in);
    dz[size + j] = d * memory[j] * forget * (1.0f - forget);
    dz[2 * size + j] = d * in * (1.0f - candidate * candidate);
    dmemory[j] = d * forget;
  }
  for (size_t j = 0; j < 4 * size; j++) {
    dproduct_scale[j] = dz[j] * kept.product[j];
    dq[j] = dz[j] * product_scale[j];
  }
  tk_normalized_row_back(kept.product, kept.inverses[0], dq, dq, 4 * size);
}

/* `gates` receives r, z, n from the projection p and the recurrent product q, and `candidate` the
 * part q_n. */
TK_INLINE void tk_gru_row(const float *restrict p, const float *restrict q,
                          const float *restrict before, float *restrict gates,
                          float *restrict candidate, float *restrict h, size_t size) {
  for (size_t j = 0; j < 2 * size; j++) gates[j] = tk_sigmoid(p[j] + q[j]);
  for (size_t j = 0; j < size; j++) {
    float update = gates[size + j], product = q[2 * size + j];
    float n = tk_tanh(p[2 * size + j] + gates[j] * product);
    gates[2 * size + j] = n;
    candidate[j] = product;
    h[j] = n + update * (before[j] - n);
  }
}

/* dp and dq from the gates; `dh` receives the part of the gradient that reaches the output before
 * without the product. */
TK_INLINE void tk_gru_row_back(const float *restrict gates, const float *restrict candidate,
                               const float *restrict before, float *restrict dh,
                               float *restrict dp, float *restrict dq, size_t size) {
  for (size_t j = 0; j < size; j++) {
    float reset = gates[j], update = gates[size + j], n = gates[2 * size + j];
    float dn = dh[j] * (1.0f - update) * (1.0f - n * n);
    float dr = dn * candidate[j] * reset * (1.0f - reset);
    float dz = dh[j] * (before[j] - n) * update * (1.0f - update);
    dp[j] = dr;
    dp[size + j] = dz;
    dp[2 * size + j] = dn;
    dq[j] = dr;
    dq[size + j] = dz;
    dq[2 * size + j] = dn * reset;
    dh[j] *= update;
  }
}

#endif
