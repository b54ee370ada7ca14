#include "include/tk_optimizers.h"

#include "math_f32.h"

typedef struct {
  float *p;
  const float *g;
  float *m, *v;
  tk_step step;
  float momentum;
  int nesterov, first;
  tk_adam_rule adam;
} job;

/* The gradient as the rules see it; NaN passes. */
TK_INLINE float effective(float g, float p, tk_step step) {
  g *= step.scale;
  g = g < -step.limit ? -step.limit : g;
  g = g > step.limit ? step.limit : g;
  return g + step.decay * p;
}

static TK_CLONES void sgd(float *restrict p, const float *restrict g, size_t count,
                          tk_step step) {
  for (size_t i = 0; i < count; i++) {
    p[i] = p[i] * step.keep - step.rate * effective(g[i], p[i], step);
  }
}

static TK_CLONES void momentum(float *restrict p, const float *restrict g, float *restrict v,
                               size_t count, tk_step step, float momentum, float direct,
                               float through, float kept) {
  for (size_t i = 0; i < count; i++) {
    float gradient = effective(g[i], p[i], step);
    /* What is kept of an uninitialised velocity on the first step is nothing, not 0 times it. */
    float velocity = (kept != 0.0f ? kept * v[i] : 0.0f) + gradient;
    v[i] = velocity;
    p[i] = p[i] * step.keep - step.rate * (direct * gradient + through * velocity);
  }
}

static void sgd_work(void *context, size_t begin, size_t end) {
  const job *job = context;
  size_t count = end - begin;
  if (job->m == NULL) {
    sgd(job->p + begin, job->g + begin, count, job->step);
    return;
  }
  float direct = job->nesterov ? 1.0f : 0.0f;
  float through = job->nesterov ? job->momentum : 1.0f;
  momentum(job->p + begin, job->g + begin, job->m + begin, count, job->step, job->momentum,
           direct, through, job->first ? 0.0f : job->momentum);
}

void tk_sgd(float *parameter, const float *gradient, float *velocity, size_t count, tk_step step,
            float momentum, int nesterov, int first) {
  job job = {parameter, gradient, velocity, NULL, step, momentum, nesterov, first};
  tk_parallel(count, TK_LIGHT_GRAIN, sgd_work, &job);
}

static TK_CLONES void rms_prop(float *restrict p, const float *restrict g, float *restrict s,
                               size_t count, tk_step step, float smoothing, float innovation,
                               float epsilon) {
  for (size_t i = 0; i < count; i++) {
    float gradient = effective(g[i], p[i], step);
    float square = smoothing * s[i] + innovation * (gradient * gradient);
    s[i] = square;
    p[i] = p[i] * step.keep - step.rate * (gradient / (tk_sqrt(square) + epsilon));
  }
}

static void rms_prop_work(void *context, size_t begin, size_t end) {
  const job *job = context;
  rms_prop(job->p + begin, job->g + begin, job->m + begin, end - begin, job->step,
           job->adam.beta2, job->adam.innovation2, job->adam.epsilon);
}

void tk_rms_prop(float *parameter, const float *gradient, float *squares, size_t count,
                 tk_step step, float smoothing, float innovation, float epsilon) {
  job job = {parameter, gradient, squares, NULL, step};
  job.adam.beta2 = smoothing;
  job.adam.innovation2 = innovation;
  job.adam.epsilon = epsilon;
  tk_parallel(count, TK_LIGHT_GRAIN, rms_prop_work, &job);
}

static TK_CLONES void adam(float *restrict p, const float *restrict g, float *restrict m,
                           float *restrict v, size_t count, tk_step step, tk_adam_rule rule) {
  for (size_t i = 0; i < count; i++) {
    float gradient = effective(g[i], p[i], step);
    float first = rule.beta1 * m[i] + rule.innovation1 * gradient;
    float second = rule.beta2 * v[i] + rule.innovation2 * (gradient * gradient);
    m[i] = first;
    v[i] = second;
    p[i] = p[i] * step.keep
           - step.rate * (first / (tk_sqrt(second * rule.unbias2) + rule.epsilon));
  }
}

static void adam_work(void *context, size_t begin, size_t end) {
  const job *job = context;
  adam(job->p + begin, job->g + begin, job->m + begin, job->v + begin, end - begin, job->step,
       job->adam);
}

void tk_adam(float *parameter, const float *gradient, float *first, float *second, size_t count,
             tk_step step, tk_adam_rule rule) {
  job job = {parameter, gradient, first, second, step, .adam = rule};
  tk_parallel(count, TK_LIGHT_GRAIN / 2, adam_work, &job);
}

static TK_CLONES void approach(float *restrict average, const float *restrict p, size_t count,
                               float fraction) {
  for (size_t i = 0; i < count; i++) average[i] += fraction * (p[i] - average[i]);
}

static void average_work(void *context, size_t begin, size_t end) {
  const job *job = context;
  approach(job->p + begin, job->g + begin, end - begin, job->momentum);
}

void tk_average(float *average, const float *parameter, size_t count, float fraction) {
  job job = {average, parameter, .momentum = fraction};
  tk_parallel(count, TK_LIGHT_GRAIN, average_work, &job);
}
