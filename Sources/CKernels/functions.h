/* The loops of the element-wise functions over one range, for kernels that apply an activation to
 * a block which is still in the cache. */
#ifndef TK_FUNCTIONS_H
#define TK_FUNCTIONS_H

#include "include/tk_unary.h"
#include "parallel.h"

/* y = f(x); y may be x. */
typedef void (*tk_unary_loop)(const float *x, float *y, size_t count, float p, float q);
/* dx = upstream f'(saved); dx may be either. */
typedef void (*tk_gradient_loop)(const float *saved, const float *upstream, float *dx,
                                 size_t count, float p, float q);

tk_unary_loop tk_unary_loop_of(tk_function f, float p);
tk_gradient_loop tk_gradient_loop_of(tk_function f, float p);
/* The grain for work that is this function and little else. */
size_t tk_grain_of(tk_function f);

#endif
