/* One row of one step of each recurrent cell; see Swift's RecurrentCell and Recurrent for the
 * formulas. */
#ifndef TK_RECURRENT_CELLS_H
#define TK_RECURRENT_CELLS_H

#include "math_f32.h"
#include "parallel.h"

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
