#include "math_normal_f32.h"
#include "math_power_f32.h"

#include "functions.h"

#define LOOP(name, expression)                                                                \
  static TK_CLONES void name(const float *saved, const float *upstream, float *target,        \
                             size_t count, float p, float q) {                                \
    TK_VECTORISE for (size_t i = 0; i < count; i++) {                                         \
      float s = saved[i], g = upstream[i];                                                    \
      (void)s, (void)g;                                                                       \
      target[i] = (expression);                                                               \
    }                                                                                         \
  }

LOOP(affine, p *g)
LOOP(zero, 0.0f)
LOOP(clamp, s >= p && s <= q ? g : 0.0f)
LOOP(exponential, g *s)
LOOP(logarithm, g / s)
LOOP(square_root, 0.5f * g / s)
LOOP(reciprocal_root, -0.5f * g * (s * s * s))
LOOP(square, 2.0f * g * s)
LOOP(absolute, s > 0.0f ? g : s < 0.0f ? -g : 0.0f)
LOOP(error_function, g *(1.12837917f * tk_exp_minus_square(tk_abs(s))))
LOOP(hyperbolic_tangent, g *(1.0f - s * s))
LOOP(sigmoid, g *(s * (1.0f - s)))
LOOP(relu, s > 0.0f ? g : 0.0f)
LOOP(leaky_relu, s > 0.0f ? g : p * g)
LOOP(softplus, g *tk_sigmoid(s))
LOOP(gelu, g *tk_gelu_derivative(s))
LOOP(silu, g *tk_silu_derivative(s))
LOOP(power, g *(p * tk_pow(s, p - 1.0f)))
LOOP(cube, 3.0f * g * (s * s))
LOOP(reciprocal, -g / (s * s))
LOOP(power_half, 0.5f * g / tk_sqrt(s))
LOOP(multiply, g *s)
LOOP(multiply_negated, -g * s)

/* The derivatives of sine and cosine are the functions themselves, one block after the other. */
enum { BLOCK = 1024 };

static void through(tk_function f, tk_gradient_loop product, const float *saved,
                    const float *upstream, float *target, size_t count) {
  float derivative[BLOCK];
  tk_unary_loop loop = tk_unary_loop_of(f, 0);
  for (size_t begin = 0; begin < count; begin += BLOCK) {
    size_t size = tk_min(BLOCK, count - begin);
    loop(saved + begin, derivative, size, 0, 0);
    product(derivative, upstream + begin, target + begin, size, 0, 0);
  }
}

static void sine(const float *saved, const float *upstream, float *target, size_t count, float p,
                 float q) {
  through(TK_COS, multiply, saved, upstream, target, count);
}

static void cosine(const float *saved, const float *upstream, float *target, size_t count,
                   float p, float q) {
  through(TK_SIN, multiply_negated, saved, upstream, target, count);
}

static tk_gradient_loop power_loop(float p) {
  if (p == 0.0f) return zero;
  if (p == 1.0f) return affine; /* by p, which is 1 */
  if (p == 2.0f) return square;
  if (p == 3.0f) return cube;
  if (p == -1.0f) return reciprocal;
  if (p == 0.5f) return power_half;
  return power;
}

tk_gradient_loop tk_gradient_loop_of(tk_function f, float p) {
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
    case TK_SIGN: case TK_STEP: return zero;
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

typedef struct {
  tk_gradient_loop loop;
  const float *saved, *upstream;
  float *dx;
  float p, q;
} job;

static void work(void *context, size_t begin, size_t end) {
  const job *job = context;
  job->loop(job->saved + begin, job->upstream + begin, job->dx + begin, end - begin, job->p,
            job->q);
}

void tk_unary_gradient(tk_function f, const float *saved, const float *upstream, float *dx,
                       size_t count, float p, float q) {
  job job = {tk_gradient_loop_of(f, p), saved, upstream, dx, p, q};
  tk_parallel(count, tk_grain_of(f), work, &job);
}
