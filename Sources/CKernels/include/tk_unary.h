/* Functions of one variable, element by element. */
#ifndef TK_UNARY_H
#define TK_UNARY_H

#include <stddef.h>

/* A function; those with parameters take them as p and q. */
typedef enum {
  TK_AFFINE, /* p x + q */
  TK_POWER,  /* x^p */
  TK_CLAMP,  /* max(p, min(q, x)) */
  TK_EXP,
  TK_LOG,
  TK_SQRT,
  TK_RSQRT, /* 1 / sqrt(x) */
  TK_SQUARE,
  TK_ABSOLUTE,
  TK_SIGN,
  TK_STEP, /* x > 0 */
  TK_SIN,
  TK_COS,
  TK_ERF,
  TK_TANH,
  TK_SIGMOID,
  TK_RELU,
  TK_LEAKY_RELU, /* x > 0 ? x : p x */
  TK_SOFTPLUS,
  TK_GELU,
  TK_SILU
} tk_function;

/* y = f(x); y may be x. */
void tk_unary(tk_function f, const float *x, float *y, size_t count, float p, float q);

/* dx = upstream f', with f' from saved: y = f(x) for exp, sqrt, rsqrt, tanh, sigmoid, relu and
 * leaky relu, x for the others. dx may be either argument. */
void tk_unary_gradient(tk_function f, const float *saved, const float *upstream, float *dx,
                       size_t count, float p, float q);

#endif
