#include "math_normal_f32.h"
#include "math_power_f32.h"
#include "math_sine_f32.h"

#include "functions.h"

#define LOOP(name, expression)                                                                \
  static TK_CLONES void name(const float *source, float *target, size_t count, float p,       \
                             float q) {                                                       \
    TK_VECTORISE for (size_t i = 0; i < count; i++) {                                         \
      float x = source[i];                                                                    \
      target[i] = (expression);                                                               \
    }                                                                                         \
  }

LOOP(affine, p *x + q)
LOOP(scale, p *x)
LOOP(clamp, x < p ? p : x > q ? q : x)
LOOP(exponential, tk_exp(x))
LOOP(logarithm, tk_log(x))
LOOP(square_root, tk_sqrt(x))
LOOP(reciprocal_root, 1.0f / tk_sqrt(x))
LOOP(square, x *x)
LOOP(absolute, tk_abs(x))
LOOP(sign, x > 0.0f ? 1.0f : x < 0.0f ? -1.0f : 0.0f)
LOOP(step, x > 0.0f ? 1.0f : 0.0f)
LOOP(error_function, tk_erf(x))
LOOP(hyperbolic_tangent, tk_tanh(x))
LOOP(sigmoid, tk_sigmoid(x))
/* NaN passes, so that it is found where it arose. */
LOOP(relu, x < 0.0f ? 0.0f : x)
LOOP(leaky_relu, x > 0.0f ? x : p * x)
LOOP(softplus, tk_softplus(x))
LOOP(gelu, tk_gelu(x))
LOOP(silu, tk_silu(x))
LOOP(power, tk_pow(x, p))
LOOP(cube, x *x *x)
LOOP(reciprocal, 1.0f / x)
/* Not 1 / x^2, whose square leaves the range of float32 where the result does not. */
LOOP(reciprocal_square, (1.0f / x) * (1.0f / x))
LOOP(sine_in_range, tk_sine(x, 0))
LOOP(cosine_in_range, tk_sine(x, 1))

/* Whether all are in the range of tk_sine, or not finite, for which it gives NaN as it should. */
static TK_CLONES int are_in_sine_range(const float *x, size_t count) {
  int outside = 0;
  TK_VECTORISE for (size_t i = 0; i < count; i++) {
    float a = tk_abs(x[i]);
    outside |= a > TK_SINE_LIMIT && a < INFINITY;
  }
  return !outside;
}

/* The rare block with a huge argument takes the C library's functions for these. */
static void sine(const float *x, float *y, size_t count, float p, float q) {
  if (are_in_sine_range(x, count)) {
    sine_in_range(x, y, count, p, q);
    return;
  }
  for (size_t i = 0; i < count; i++) {
    if (tk_abs(x[i]) > TK_SINE_LIMIT) y[i] = sinf(x[i]);
    else sine_in_range(x + i, y + i, 1, p, q);
  }
}

static void cosine(const float *x, float *y, size_t count, float p, float q) {
  if (are_in_sine_range(x, count)) {
    cosine_in_range(x, y, count, p, q);
    return;
  }
  for (size_t i = 0; i < count; i++) {
    if (tk_abs(x[i]) > TK_SINE_LIMIT) y[i] = cosf(x[i]);
    else cosine_in_range(x + i, y + i, 1, p, q);
  }
}

static tk_unary_loop power_loop(float p) {
  if (p == 1.0f) return scale; /* by p, which is 1 */
  if (p == 2.0f) return square;
  if (p == 3.0f) return cube;
  if (p == -1.0f) return reciprocal;
  if (p == -2.0f) return reciprocal_square;
  if (p == 0.5f) return square_root;
  if (p == -0.5f) return reciprocal_root;
  return power;
}

tk_unary_loop tk_unary_loop_of(tk_function f, float p) {
  switch (f) {
    case TK_AFFINE: return affine;
    case TK_POWER: return power_loop(p);
    case TK_CLAMP: return clamp;
    case TK_EXP: return exponential;
    case TK_LOG: return logarithm;
    case TK_SQRT: return square_root;
    case TK_RSQRT: return reciprocal_root;
    case TK_SQUARE: return square;
    case TK_ABSOLUTE: return absolute;
    case TK_SIGN: return sign;
    case TK_STEP: return step;
    case TK_SIN: return sine;
    case TK_COS: return cosine;
    case TK_ERF: return error_function;
    case TK_TANH: return hyperbolic_tangent;
    case TK_SIGMOID: return sigmoid;
    case TK_RELU: return relu;
    case TK_LEAKY_RELU: return leaky_relu;
    case TK_SOFTPLUS: return softplus;
    case TK_GELU: return gelu;
    case TK_SILU: return silu;
  }
  __builtin_unreachable();
}

size_t tk_grain_of(tk_function f) {
  switch (f) {
    case TK_POWER: case TK_EXP: case TK_LOG: case TK_SIN: case TK_COS: case TK_ERF: case TK_TANH:
    case TK_SIGMOID: case TK_SOFTPLUS: case TK_GELU: case TK_SILU:
      return TK_HEAVY_GRAIN;
    default:
      return TK_LIGHT_GRAIN;
  }
}

typedef struct {
  tk_unary_loop loop;
  const float *x;
  float *y;
  float p, q;
} job;

static void work(void *context, size_t begin, size_t end) {
  const job *job = context;
  job->loop(job->x + begin, job->y + begin, end - begin, job->p, job->q);
}

void tk_unary(tk_function f, const float *x, float *y, size_t count, float p, float q) {
  job job = {tk_unary_loop_of(f, p), x, y, p, q};
  tk_parallel(count, tk_grain_of(f), work, &job);
}
